import type { Span } from '../source.ts';

/** The kinds of tokens in a condition. `unknown` and `unclosed` are syntax errors. */
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
  | 'unknown'
  | 'end';

/** A token and its position in the whole source. */
export interface ConditionToken extends Span {
  readonly kind: TokenKind;
  /** The value: without quotes, and `\:` in a word resolved to `:`. */
  readonly text: string;
}

/**
 * The tokens of a condition, in the order in which they are tried.
 *
 * A word ends at the next blank or sign. So names, look-backs (`02.30`, `02\:30`), numbers and
 * unquoted operands (`2026/08/01`) have one kind, and the parser distinguishes them. A JIL comment
 * counts as a blank.
 */
const token =
  /(?<blank>\s+|(?<!\S)\/\*[\s\S]*?\*\/(?=\s|$))|(?<compare><=|>=|!=|[=<>])|(?<sign>[(),^&|])|"(?<quoted>[^"\r\n]*)"|(?<unclosed>"[^"\r\n]*)|(?<word>[^\s()&|^=!<>",]+)|(?<unknown>[\s\S])/y;

/**
 * Splits a part of a source into tokens. The last token is `end`. Never throws.
 *
 * @param span the position of the condition in the text
 * @returns tokens whose offsets count from the start of the text
 */
export function lexCondition(text: string, span: Span): readonly ConditionToken[] {
  const searched = text.slice(0, span.end);
  const tokens: ConditionToken[] = [];
  let start = span.start;
  while (start < span.end) {
    token.lastIndex = start;
    const match = token.exec(searched);
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
  const { compare, sign, quoted, unclosed, word, unknown } = groups;
  if (compare !== undefined) return { kind: 'compare', text: compare };
  if (sign !== undefined) return { kind: sign as '(' | ')' | ',' | '^' | '&' | '|', text: sign };
  if (quoted !== undefined) return { kind: 'quoted', text: quoted };
  if (unclosed !== undefined) return { kind: 'unclosed', text: unclosed };
  if (word !== undefined) return { kind: 'word', text: word.replaceAll('\\:', ':') };
  if (unknown !== undefined) return { kind: 'unknown', text: unknown };
  return undefined;
}
