import type { Problem, Source } from '../autosys/source.ts';
import type { Located } from './located.ts';

/**
 * Finds values that a `#` has probably cut: in YAML a `#` after a blank begins a comment, also within `KO #3 of 5`.
 *
 * Most comments behind a value are meant as such. One is taken for a part of the value where no blank follows the `#`, where it
 * holds a field such as `${exitCode}`, or where the value has several words and is not quoted.
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

// The value is not shown: it may stand where a password was written by mistake.
const message =
  'a # after a blank begins a comment, so the rest of this line is no part of the value; quote the value if it should be';

/** Where the comment behind an unquoted value begins, if it is taken for a part of the value. */
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
