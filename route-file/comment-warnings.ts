import type { Problem, Source } from '../autosys/source.ts';
import type { Located } from './located.ts';

/**
 * Finds values that a `#` has probably cut. In YAML, a `#` after a space begins a comment, also in
 * `KO #3 of 5`.
 *
 * Most comments after a value are intended. A comment is reported if no space follows the `#`, if
 * it contains a field such as `${exitCode}`, or if the value is unquoted and has several words.
 */
export function findCutValues(root: Located, { text }: Source): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<Located>();
  const visit = (node: Located): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const { node: child } of node.children.values()) visit(child);
    const start = node.children.size === 0 ? findCut(node, text) : undefined;
    if (start !== undefined) problems.push({ start, end: start + 1, message });
  };
  visit(root);
  return problems;
}

// The message does not show the value, because it may be a password by mistake.
const message =
  'a # after a space begins a comment, so the rest of this line is not part of the value; put the value in quotes if it should be';

/**
 * Position of the comment after an unquoted value, if the comment is probably part of the value.
 */
function findCut({ value, span }: Located, text: string): number | undefined {
  if (span.end <= span.start || /^["'|>*&!]/.test(text.slice(span.start))) return undefined;
  const written = text.slice(span.start, span.end);
  const behind = /^[ \t]+#(?<comment>[^\r\n]*)/.exec(text.slice(span.end));
  const comment = behind?.groups?.['comment'];
  if (comment === undefined) return undefined;
  const isPart =
    /^[^\s#!]/.test(comment) ||
    comment.includes('${') ||
    (typeof value === 'string' && /\s/.test(written));
  return isPart ? span.end + text.slice(span.end).indexOf('#') : undefined;
}
