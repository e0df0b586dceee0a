import { type Document, isNode, isScalar, visit } from 'yaml';
import type { Source } from '../autosys/source.ts';
import { secretPattern } from './checks.ts';

/**
 * Keys whose values messages must not show. The route file has no such keys, but an author may add
 * one by mistake.
 */
const confidential = /^(?:pass(?:word|wd|phrase)?|pwd|token|credentials?)$/i;

/**
 * The source as messages may quote it. Masks passwords, and logins in URLs, with stars.
 *
 * Every character keeps its position, so lines and columns remain correct.
 */
export function redact(source: Source, document: Document.Parsed): Source {
  let { text } = source;
  const hide = (start: number, end: number) => {
    text = text.slice(0, start) + text.slice(start, end).replace(/\S/g, '*') + text.slice(end);
  };
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !isNode(value) || !value.range) return;
      const name = String(key.value);
      const isNoSecretName =
        name === 'secret' && isScalar(value) && !secretPattern.test(String(value.value));
      if (confidential.test(name) || isNoSecretName) hide(value.range[0], value.range[1]);
    },
  });
  // Invalid YAML has no nodes, so the text itself is searched as well.
  for (const { index, 0: found, 1: head = '' } of text.matchAll(
    /((?:pass(?:word|wd|phrase)?|pwd|token|credentials?)["']?[ \t]*:[ \t]*)[^\s,{[][^\n,}]*/gi,
  )) {
    hide(index + head.length, index + found.length);
  }
  for (const { index, 0: found } of text.matchAll(/:\/\/[^\s"']+@/g)) {
    hide(index + 3, index + found.length - 1);
  }
  return { name: source.name, text };
}
