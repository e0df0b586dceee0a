import type { Lookback } from './ast.ts';

/** How a look-back is written, for messages. */
export const lookbackAllowed = 'hours and minutes such as 02.30, whole hours such as 30, 0 or 9999';

/**
 * Reads a look-back: `hhhh.mm` or `hhhh:mm`, or whole hours; `undefined` where the text is none.
 *
 * `30` is thirty hours, `0` since the waiting job's own last end, `9999` no limit; the longest is 9999.59.
 * `.30` is none: the hours may not be left out (AutoSys 12.x documentation, documented).
 */
export function readLookback(text: string): Lookback | undefined {
  const match = /^(?<hours>\d{1,4})(?:[.:](?<minutes>[0-5]\d))?$/.exec(text);
  const hours = match?.groups?.['hours'];
  if (hours === undefined) return undefined;
  const minutes = match?.groups?.['minutes'];
  if (minutes !== undefined) {
    return { kind: 'within', hours: Number(hours), minutes: Number(minutes) };
  }
  if (Number(hours) === 0) return { kind: 'sinceOwnEnd' };
  if (hours === '9999') return { kind: 'anyTime' };
  return { kind: 'within', hours: Number(hours), minutes: 0 };
}

/** Writes a look-back so that {@link readLookback} reads the same. */
export function printLookback(lookback: Lookback): string {
  switch (lookback.kind) {
    case 'sinceOwnEnd':
      return '0';
    case 'anyTime':
      return '9999';
    case 'within':
      return `${twoDigits(lookback.hours)}.${twoDigits(lookback.minutes)}`;
    default:
      return lookback satisfies never;
  }
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
