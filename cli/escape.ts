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

const screenMark = `screen-${randomUUID()}-`;
const markedScreen = new RegExp(`${screenMark}(\\w+);`, 'g');

/** What a command may do with the screen of a terminal, besides printing lines. */
const screenSequences = {
  /** The alternate screen, without cursor. What was printed before is kept. */
  enter: '\u001b[?1049h\u001b[?25l',
  /** The screen as it was before `enter`. */
  leave: '\u001b[?25h\u001b[?1049l',
  /** The upper left corner. */
  home: '\u001b[H',
  /** Clears the rest of the line. */
  clearLine: '\u001b[K',
  /** Clears everything below. */
  clearBelow: '\u001b[J',
} as const;

/** Marks a change of the screen, as {@link markColour} marks a colour. */
export function markScreen(action: keyof typeof screenSequences): string {
  return `${screenMark}${action};`;
}

function toSequence(action: string): string {
  return Object.entries(screenSequences).find(([name]) => name === action)?.[1] ?? '';
}

/** Number of characters that a terminal shows, without the marks of colours. */
export function toVisibleLength(text: string): number {
  return escapeText(text).replace(markedColour, '').length;
}

/**
 * Wraps an output: escapes everything except the colours of {@link markColour} and the changes of
 * {@link markScreen}. All output uses it.
 */
export function createSafeOutput(output: Output): Output {
  return {
    isTTY: output.isTTY,
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows;
    },
    write: (text) =>
      output.write(
        escapeText(text)
          .replace(markedColour, (_, code: string) => `\u001b[${code}m`)
          .replace(markedScreen, (_, action: string) => toSequence(action)),
      ),
  };
}
