import { NameError } from '../errors.ts';
import { type CalendarDay, toInstant, toInstants, toLocal } from '../wall-clock.ts';

/**
 * Writes an instant as autorep does, `MM/DD/YYYY HH:MM:SS` in the scheduler's local time (its default DateFormat).
 *
 * @param timezone such as `Europe/Zurich`
 * @throws {RangeError} for a timezone that Intl does not know
 */
export function printDate(date: Date, timezone: string): string {
  const { year, month, day, minute } = toLocal(date, timezone);
  const time = [Math.floor(minute / 60), minute % 60, date.getUTCSeconds()];
  return `${two(month)}/${two(day)}/${String(year).padStart(4, '0')} ${time.map(two).join(':')}`;
}

/**
 * Reads `MM/DD/YYYY HH:MM[:SS]` as the scheduler's local time.
 *
 * An hour that the clock passes twice is the first of the two; one that it skips is as far after the skip.
 *
 * @throws {NameError} for a text that is no such date; {@link readDate} answers with `undefined` instead
 */
export function parseDate(text: string, timezone: string): Date {
  const date = readDate(text, timezone);
  if (date) return date;
  throw new NameError({
    what: 'date',
    found: JSON.stringify(text.slice(0, 40)),
    allowed: 'MM/DD/YYYY HH:MM:SS such as 12/31/2026 23:59:00',
  });
}

/** Reads what {@link parseDate} reads; `undefined` for anything else, such as the `-----` of a job that never ran. */
export function readDate(text: string, timezone: string): Date | undefined {
  const wall = readWallTime(text);
  if (!wall) return undefined;
  const whole = toInstant(wall.day, wall.minute, timezone);
  return new Date(whole.getTime() + wall.second * 1000);
}

/**
 * All instants at which the scheduler's clock shows the date, in order: one as a rule, two in the hour that is repeated in
 * autumn, none in the hour that is skipped in spring or where the text is no such date.
 */
export function readInstants(text: string, timezone: string): readonly Date[] {
  const wall = readWallTime(text);
  if (!wall) return [];
  return toInstants(wall.day, wall.minute, timezone).map(
    (minute) => new Date(minute.getTime() + wall.second * 1000),
  );
}

interface WallTime {
  readonly day: CalendarDay;
  readonly minute: number;
  readonly second: number;
}

function readWallTime(text: string): WallTime | undefined {
  const match = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d)(?::(\d\d))?$/.exec(text.trim());
  if (!match) return undefined;
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const wall = new Date(Date.UTC(year, month - 1, day));
  const lawful =
    wall.getUTCMonth() === month - 1 &&
    wall.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return lawful ? { day: { year, month, day }, minute: hour * 60 + minute, second } : undefined;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
