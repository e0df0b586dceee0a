import { type Document, isNode, isScalar, visit } from 'yaml';
import type { Source } from '../autosys/source.ts';
import { secretPattern } from './checks.ts';

/** Keys whose values an error must not show, though they do not belong in the file at all. */
const confidential = /^(?:pass(?:word|wd|phrase)?|pwd|token|credentials?)$/i;

/**
 * The source as errors may quote it: a password somebody wrote into the file, or a login in a URL, is starred out.
 *
 * Every character keeps its place, so that lines and columns stay right.
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
  // What YAML cannot make out has no nodes, so the letters themselves are looked at too.
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
