import { NameError } from '../errors.ts';
import type { Span } from '../source.ts';

/** A stretch in double quotes, whose text is never interpreted; quotes do not nest and have no escape. */
const quotedStretch = /("[^"]*")/;

/** Whether a raw value is one quoted string and nothing else, so that the quotes belong to JIL and not to the value. */
function isWhollyQuoted(raw: string): boolean {
  return /^"[^"]*"$/.test(raw);
}

/** Resolves a raw value: quotes around the whole of it come off, `\:` outside quotes becomes a colon. */
export function unquote(raw: string): string {
  if (isWhollyQuoted(raw)) return raw.slice(1, -1);
  return outsideQuotes(raw, (part) => part.replaceAll('\\:', ':'));
}

/** Where the text of a raw value stands, without the blanks and the quotes around it. */
export function innerSpan(text: string, { start, end }: Span): Span {
  const raw = text.slice(start, end);
  const from = start + raw.length - raw.trimStart().length;
  const to = Math.max(from, start + raw.trimEnd().length);
  return isWhollyQuoted(text.slice(from, to))
    ? { start: from + 1, end: to - 1 }
    : { start: from, end: to };
}

/**
 * Writes a value so that {@link unquote} gives it back: colons escaped, or the whole in quotes.
 *
 * @param prefer `quoted` for values that dumps show in quotes
 * @throws {NameError} for a value that JIL cannot say, such as one with a line break or a lone double quote
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

/** Whether a value survives without quotes around it. */
function isPlain(value: string): boolean {
  if (value !== value.trim() || value.includes('\n') || isWhollyQuoted(value)) return false;
  const balanced = value.split('"').length % 2 === 1;
  // A comment opens at the start of a word.
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
