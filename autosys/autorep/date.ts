import { NameError } from '../errors.ts';
import { type CalendarDay, toInstant, toInstants, toLocal } from '../wall-clock.ts';

/**
 * Formats an instant as autorep does: `MM/DD/YYYY HH:MM:SS` in the scheduler's local time.
 *
 * This is the default DateFormat of AutoSys.
 *
 * @param timezone such as `Europe/Zurich`
 * @throws {RangeError} for a timezone that Intl does not have
 */
export function printDate(date: Date, timezone: string): string {
  const { year, month, day, minute } = toLocal(date, timezone);
  const time = [Math.floor(minute / 60), minute % 60, date.getUTCSeconds()];
  return `${two(month)}/${two(day)}/${String(year).padStart(4, '0')} ${time.map(two).join(':')}`;
}

/**
 * Parses `MM/DD/YYYY HH:MM[:SS]` as the scheduler's local time.
 *
 * A time in a repeated hour is the first of the two instants. A time in a skipped hour is moved
 * forward by the length of the gap.
 *
 * @throws {NameError} for any other text; {@link readDate} returns `undefined` instead
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

/**
 * As {
 *
 * @link parseDate}, but `undefined` for other texts, such as `-----` of a job that never ran.
 */
export function readDate(text: string, timezone: string): Date | undefined {
  const wall = readWallTime(text);
  if (!wall) return undefined;
  const whole = toInstant(wall.day, wall.minute, timezone);
  return new Date(whole.getTime() + wall.second * 1000);
}

/**
 * All instants of a local date and time of the scheduler, in order.
 *
 * Usually one. Two in the hour that is repeated in autumn. None in the hour that is skipped in
 * spring, and for any other text.
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
  const isValid =
    wall.getUTCMonth() === month - 1 &&
    wall.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return isValid ? { day: { year, month, day }, minute: hour * 60 + minute, second } : undefined;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
