import type { Span } from '../source.ts';
import { innerSpan, unquote } from './quoting.ts';

/** `word:` at the start of a line or before a further attribute in it. In lower case. */
export interface KeywordToken extends Span {
  readonly kind: 'keyword';
  readonly text: string;
}

/** The value after a keyword, or a line without a keyword. Quotes and escapes are resolved. */
export interface TextToken extends Span {
  readonly kind: 'value' | 'line';
  readonly text: string;
  /** The position of the text, without the quotes around it. */
  readonly inner: Span;
  /** The position of an unescaped colon. */
  readonly bareColon?: Span;
}

/** A quote or comment that is not closed. */
export interface FaultToken extends Span {
  readonly kind: 'fault';
  readonly text: string;
}

/** A token. A keyword is always followed by its value, which may be empty, or by a fault. */
export type JilToken = KeywordToken | TextToken | FaultToken;

/**
 * Whether a `word:` in the middle of a line begins a further attribute.
 *
 * `opener` is the keyword whose value ends there.
 */
export type Splits = (word: string, opener: string) => boolean;

/**
 * Matches comment lines, comments and quoted strings, so that neither is found inside the other.
 */
const comments =
  /(?<comment>(?<=^|\n)[ \t]*#[^\n]*|(?<!\S)\/\*[\s\S]*?\*\/(?!\S))|(?<open>(?<!\S)\/\*[\s\S]*)|"[^"\n]*"?/g;
const keyword = /^\s*(?<word>[A-Za-z_][A-Za-z0-9_]*)[ \t]*:/;
const keywordInside = /\s(?<word>[A-Za-z_][A-Za-z0-9_]*)[ \t]*$/;

/** Splits a JIL text into keywords, values and other lines. Never throws. */
export function lexJil(text: string, splits: Splits): readonly JilToken[] {
  const tokens: JilToken[] = [];
  const { bare, fault } = blankComments(text);
  let start = 0;
  for (const line of bare.split('\n')) {
    lexLine({ text: bare, start, end: start + line.length, splits, tokens });
    start += line.length + 1;
  }
  return fault ? [...tokens, fault] : tokens;
}

/** Replaces comments by blanks, so that all offsets stay valid. */
function blankComments(text: string): { bare: string; fault?: FaultToken } {
  let fault: FaultToken | undefined;
  const bare = text.replace(comments, (match, comment, open, offset: number) => {
    if (comment === undefined && open === undefined) return match;
    if (open !== undefined) {
      const message =
        'expected "*/" to close the comment, found none; a space or the end of the line must follow it';
      fault = { kind: 'fault', text: message, start: offset, end: offset + 2 };
    }
    return match.replace(/[^\n]/g, ' ');
  });
  return { bare, ...(fault && { fault }) };
}

interface Line extends Span {
  readonly text: string;
  readonly splits: Splits;
  readonly tokens: JilToken[];
}

function lexLine({ text, start, end, splits, tokens }: Line): void {
  const line = text.slice(start, end);
  if (line.trim() === '') return;
  const opening = keyword.exec(line);
  if (!opening) {
    tokens.push(toText('line', text, { start, end }, undefined));
    return;
  }
  let next: { word: string; start: number; colon: number } | undefined = {
    word: opening.groups?.['word'] ?? '',
    start: start + line.length - line.trimStart().length,
    colon: start + opening[0].length - 1,
  };
  while (next) {
    const { word, start: wordStart, colon } = next;
    const opener = word.toLowerCase();
    const wordEnd = wordStart + word.length;
    tokens.push({ kind: 'keyword', text: opener, start: wordStart, end: wordEnd });
    const found = findEnd(text, { start: colon + 1, end }, (inside) => splits(inside, opener));
    tokens.push(toText('value', text, { start: colon + 1, end: found.end }, found.bareColon));
    next = found.next;
  }
}

interface ValueEnd {
  readonly end: number;
  readonly next?: { readonly word: string; readonly start: number; readonly colon: number };
  readonly bareColon?: Span;
}

/** Finds the end of a value: the end of the line, or the keyword of the next attribute. */
function findEnd(text: string, { start, end }: Span, splits: (word: string) => boolean): ValueEnd {
  let quoted = false;
  let bareColon: Span | undefined;
  for (let at = start; at < end; at += 1) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    if (quoted || character !== ':' || text[at - 1] === '\\') continue;
    const word = keywordInside.exec(text.slice(Math.max(start, at - 80), at))?.groups?.['word'];
    if (word !== undefined && splits(word.toLowerCase())) {
      const wordStart = text.lastIndexOf(word, at);
      return { end: wordStart, next: { word, start: wordStart, colon: at } };
    }
    bareColon ??= { start: at, end: at + 1 };
  }
  return { end, ...(bareColon && { bareColon }) };
}

function toText(
  kind: 'value' | 'line',
  text: string,
  span: Span,
  bareColon: Span | undefined,
): TextToken | FaultToken {
  const raw = text.slice(span.start, span.end).trim();
  const inner = innerSpan(text, span);
  const start = raw.startsWith('"') ? text.indexOf('"', span.start) : inner.start;
  const outer = { start, end: start + raw.length };
  if (raw.split('"').length % 2 === 0) {
    const message = `expected the closing double quote, found the end of ${raw.length > 40 ? `${raw.slice(0, 39)}…` : raw}`;
    return { kind: 'fault', text: message, ...outer };
  }
  return { kind, text: unquote(raw), ...outer, inner, ...(bareColon && { bareColon }) };
}
