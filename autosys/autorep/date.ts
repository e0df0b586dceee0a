import { NameError } from '../errors.ts';

/** Formatters are dear to make, and a report prints thousands of dates in one timezone. */
const formatterByTimezone = new Map<string, Intl.DateTimeFormat>();

/**
 * Writes an instant as autorep does, `MM/DD/YYYY HH:MM:SS` in the scheduler's local time (its default DateFormat).
 *
 * @param timezone such as `Europe/Zurich`
 * @throws {RangeError} for a timezone that Intl does not know
 */
export function printDate(date: Date, timezone: string): string {
  const [year = 0, month, day, ...time] = wallClock(date, timezone).map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${month}/${day}/${String(year).padStart(4, '0')} ${time.join(':')}`;
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
  const match = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d)(?::(\d\d))?$/.exec(text.trim());
  if (!match) return undefined;
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const wall = new Date(wallMs);
  const lawful =
    wall.getUTCMonth() === month - 1 &&
    wall.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return lawful ? toInstant(wallMs, timezone) : undefined;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Tries the offsets of the day before and the day after: no timezone changes its clock twice in between. */
function toInstant(wallMs: number, timezone: string): Date {
  const before = wallMs - offsetMs(wallMs - dayMs, timezone);
  const after = wallMs - offsetMs(wallMs + dayMs, timezone);
  const fitting = [before, after].filter((ms) => ms + offsetMs(ms, timezone) === wallMs);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : before);
}

/** How far the wall clock is ahead of UTC at an instant. */
function offsetMs(ms: number, timezone: string): number {
  const [year = 0, month = 1, day, hour, minute, second] = wallClock(new Date(ms), timezone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

/** Year, month, day, hour, minute and second that a clock on the wall shows. */
function wallClock(date: Date, timezone: string): readonly number[] {
  const parts = formatterFor(timezone).formatToParts(date);
  return (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map((type) =>
    Number(parts.find((part) => part.type === type)?.value),
  );
}

function formatterFor(timezone: string): Intl.DateTimeFormat {
  const known = formatterByTimezone.get(timezone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatterByTimezone.set(timezone, formatter);
  return formatter;
}
