/**
 * Control characters except line feed and tab, lone surrogates, line and paragraph separators, and
 * characters that control the direction of text.
 *
 * An id or a name from AWS may contain them. A terminal interprets them, or shows the text in
 * another order.
 */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Replaces characters that a terminal interprets by `\uXXXX`, which JSON reads as the same text.
 */
export function escapeText(text: string): string {
  return text.replace(unprintable, toEscape);
}

/** Escapes one line. A line feed in it is data, and is escaped too. See {@link escapeText}. */
export function escapeLine(line: string): string {
  return escapeText(line).replaceAll('\n', '\\u000a');
}

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
