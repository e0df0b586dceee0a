import { randomUUID } from 'node:crypto';
import { escapeText } from './escape-text.ts';
import type { Output } from './io.ts';

/** Random in each process, so that no data can contain it and only our own colours are printed. */
const colourMark = `colour-${randomUUID()}-`;
const markedColour = new RegExp(`${colourMark}(\\d+);`, 'g');

/**
 * Marks a text with a colour. {@link createSafeOutput} replaces the marks by terminal sequences.
 */
export function markColour(code: number, text: string): string {
  return `${colourMark}${code};${text}${colourMark}0;`;
}

/** Number of characters that a terminal shows, without the marks of colours. */
export function toVisibleLength(text: string): number {
  return escapeText(text).replace(markedColour, '').length;
}

/**
 * Wraps an output: escapes everything except the colours of {@link markColour}. All output uses it.
 */
export function createSafeOutput(output: Output): Output {
  return {
    isTTY: output.isTTY,
    get columns() {
      return output.columns;
    },
    write: (text) =>
      output.write(escapeText(text).replace(markedColour, (_, code: string) => `\u001b[${code}m`)),
  };
}
