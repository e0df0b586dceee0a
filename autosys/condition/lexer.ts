import type { Span } from '../source.ts';

/** The kinds of token of a condition; `strange` and `unclosed` are for the parser to refuse. */
export type TokenKind =
  | 'word'
  | 'quoted'
  | 'unclosed'
  | 'compare'
  | '('
  | ')'
  | ','
  | '^'
  | '&'
  | '|'
  | 'strange'
  | 'end';

/** A token and its place in the whole source. */
export interface ConditionToken extends Span {
  readonly kind: TokenKind;
  /** What it means: quotes taken off, `\:` of a word resolved to `:`. */
  readonly text: string;
}

/**
 * Everything a condition is made of, tried in this order at each place.
 *
 * A word runs to the next blank or sign, so that names, look-backs (`02.30`, `02\:30`), numbers and bare operands
 * (`2026/08/01`) are one kind; the parser knows which it wants. A JIL comment counts as a blank.
 */
const token =
  /(?<blank>\s+|(?<!\S)\/\*[\s\S]*?\*\/(?=\s|$))|(?<compare><=|>=|!=|[=<>])|(?<sign>[(),^&|])|"(?<quoted>[^"\r\n]*)"|(?<unclosed>"[^"\r\n]*)|(?<word>[^\s()&|^=!<>",]+)|(?<strange>[\s\S])/y;

/**
 * Cuts a stretch of a source into tokens, the last of them `end`; it knows characters and refuses none.
 *
 * @param span where the condition stands in the text; offsets count from the start of the text
 */
export function lexCondition(text: string, span: Span): readonly ConditionToken[] {
  const stretch = text.slice(0, span.end);
  const tokens: ConditionToken[] = [];
  let start = span.start;
  while (start < span.end) {
    token.lastIndex = start;
    const match = token.exec(stretch);
    if (!match?.groups) break;
    const end = start + match[0].length;
    const read = toToken(match.groups);
    if (read) tokens.push({ ...read, start, end });
    start = end;
  }
  return [...tokens, { kind: 'end', text: '', start: span.end, end: span.end }];
}

function toToken(
  groups: Readonly<Record<string, string | undefined>>,
): Pick<ConditionToken, 'kind' | 'text'> | undefined {
  const { compare, sign, quoted, unclosed, word, strange } = groups;
  if (compare !== undefined) return { kind: 'compare', text: compare };
  if (sign !== undefined) return { kind: sign as '(' | ')' | ',' | '^' | '&' | '|', text: sign };
  if (quoted !== undefined) return { kind: 'quoted', text: quoted };
  if (unclosed !== undefined) return { kind: 'unclosed', text: unclosed };
  if (word !== undefined) return { kind: 'word', text: word.replaceAll('\\:', ':') };
  if (strange !== undefined) return { kind: 'strange', text: strange };
  return undefined;
}
