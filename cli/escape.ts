import { randomUUID } from 'node:crypto';
import type { Output } from './io.ts';

/**
 * Control characters but line feed and tab, lone surrogates, line separators, and what changes the direction of text.
 *
 * An id or a name from AWS may hold them; a terminal would obey them, and a reader would see another order than is written.
 */
const unprintable = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Replaces what a terminal would obey by `\uXXXX`, which is the same text within JSON. */
export function escapeText(text: string): string {
  return text.replace(unprintable, toEscape);
}

/** As {@link escapeText}, for one line: a line feed in it is data, and would look like another line. */
export function escapeLine(line: string): string {
  return escapeText(line).replaceAll('\n', '\\u000a');
}

/** New in each process, so that no data can hold it: only our own colours reach a terminal. */
const colourMark = `colour-${randomUUID()}-`;
const markedColour = new RegExp(`${colourMark}(\\d+);`, 'g');

/** A text between two colours, which become sequences of the terminal in {@link createSafeOutput}. */
export function markColour(code: number, text: string): string {
  return `${colourMark}${code};${text}${colourMark}0;`;
}

/** An output that escapes everything but the colours of {@link markColour}. Every command writes through it. */
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
