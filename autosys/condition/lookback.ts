import type { Lookback } from './ast.ts';

/** The allowed forms of a look-back, for messages. */
export const lookbackAllowed = 'hours and minutes such as 02.30, whole hours such as 30, 0 or 9999';

/**
 * Reads a look-back: `hhhh.mm`, `hhhh:mm` or whole hours. `undefined` for any other text.
 *
 * `30` means 30 hours, `0` since the last end of the waiting job, `9999` no limit. The maximum is
 * 9999.59. `.30` is invalid: the hours are required (AutoSys 12.x documentation, documented).
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

/** Formats a look-back so that {@link readLookback} returns the same. */
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
