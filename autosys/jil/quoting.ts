import { NameError } from '../errors.ts';
import type { Span } from '../source.ts';

/** A part in double quotes, which is never interpreted. Quotes cannot be nested or escaped. */
const quotedStretch = /("[^"]*")/;

/**
 * Whether a raw value is exactly one quoted string, so that the quotes are not part of the value.
 */
function isWhollyQuoted(raw: string): boolean {
  return /^"[^"]*"$/.test(raw);
}

/** Resolves a raw value: removes quotes around the whole value; `\:` outside quotes is a colon. */
export function unquote(raw: string): string {
  if (isWhollyQuoted(raw)) return raw.slice(1, -1);
  return outsideQuotes(raw, (part) => part.replaceAll('\\:', ':'));
}

/** The position of the text of a raw value, without the blanks and the quotes around it. */
export function innerSpan(text: string, { start, end }: Span): Span {
  const raw = text.slice(start, end);
  const from = start + raw.length - raw.trimStart().length;
  const to = Math.max(from, start + raw.trimEnd().length);
  return isWhollyQuoted(text.slice(from, to))
    ? { start: from + 1, end: to - 1 }
    : { start: from, end: to };
}

/**
 * Formats a value so that {@link unquote} returns it: with escaped colons, or in quotes.
 *
 * @param prefer `quoted` for values that dumps show in quotes
 * @throws {NameError} for a value that JIL cannot express, such as one with a line break or an
 *   unpaired double quote
 */
export function quoteJilValue(value: string, prefer: 'plain' | 'quoted'): string {
  const quotable = !/["\n]/.test(value);
  if (quotable && prefer === 'quoted') return `"${value}"`;
  if (isPlain(value)) return outsideQuotes(value, (part) => part.replaceAll(':', '\\:'));
  if (quotable) return `"${value}"`;
  throw new NameError({
    what: 'JIL value',
    found: JSON.stringify(value),
    allowed: 'one line in which double quotes come in pairs',
  });
}

/** Whether a value reads back unchanged without quotes around it. */
function isPlain(value: string): boolean {
  if (value !== value.trim() || value.includes('\n') || isWhollyQuoted(value)) return false;
  const balanced = value.split('"').length % 2 === 1;
  // A comment begins at the start of a word.
  const commented = value.split(quotedStretch).some((part, index) => {
    const before = index === 0 ? '' : '"';
    return index % 2 === 0 && /(?<!\S)\/\*/.test(before + part);
  });
  return balanced && !commented;
}

function outsideQuotes(text: string, change: (part: string) => string): string {
  return text
    .split(quotedStretch)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');
}
