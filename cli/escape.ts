import { randomUUID } from 'node:crypto';
import type { Output } from './io.ts';

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

/** Random in each process, so that no data can contain it and only our own colours are printed. */
const colourMark = `colour-${randomUUID()}-`;
const markedColour = new RegExp(`${colourMark}(\\d+);`, 'g');

/**
 * Marks a text with a colour. {@link createSafeOutput} replaces the marks by terminal sequences.
 */
export function markColour(code: number, text: string): string {
  return `${colourMark}${code};${text}${colourMark}0;`;
}

/**
 * Wraps an output: escapes everything except the colours of {@link markColour}. All output uses it.
 */
export function createSafeOutput(output: Output): Output {
  return {
    isTTY: output.isTTY,
    write: (text) =>
      output.write(escapeText(text).replace(markedColour, (_, code: string) => `\u001b[${code}m`)),
  };
}

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
