import type * as z from 'zod';
import type { Weekday } from '../autosys/job.ts';
import { type CalendarDay, toInstant } from '../autosys/wall-clock.ts';
import { toEnd, toLengthMinutes } from '../lambda/circuit-breaker/maintenance.ts';
import type { MaintenanceWindow, WeeklyWindow } from '../lambda/routing/routes.ts';
import type { Faults, Path } from './faults.ts';
import { formatFault, leaf, list, mapping, oneOf, oneOrMore } from './shapes.ts';

/** As JIL writes them in `days_of_week`, from Sunday. */
const weekdays = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'] as const;
const everyDay: readonly Weekday[] = [0, 1, 2, 3, 4, 5, 6];
const minutesOfWeek = 7 * 1_440;

const time = 'a time such as 02:00';
const date = 'a date and time such as 2026-12-24T22:00';
const dateText = '(?:(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T)?';
const timeText = '([01]\\d|2[0-3]):([0-5]\\d)';
const fromPattern = new RegExp(`^${dateText}${timeText}$`);
/** 24:00 is the end of the day. */
const toPattern = new RegExp(`^${dateText}(?:${timeText}|24:00)$`);

const days = oneOrMore(
  'days',
  oneOf(
    'days',
    ['all', ...weekdays],
    'A day on which the window begins, as in days_of_week of JIL.',
  ),
).meta({ description: 'Days on which the window begins. Omit it for a window with dates.' });

const windowSchema = mapping(
  { what: 'a maintenance window', description: 'A planned downtime of AutoSys.' },
  {
    days: days.optional(),
    from: leaf({
      what: 'from',
      allowed: `${time}, or ${date}`,
      description:
        'Beginning of the window: a time such as 02:00 with days; 2026-12-24T22:00 without days.',
      pattern: fromPattern,
    }),
    to: leaf({
      what: 'to',
      allowed: `${time}, or ${date}`,
      description: 'End of the window. A time that is not after from is on the next day.',
      pattern: toPattern,
    }),
  },
);

/** The schema of the maintenance windows of an instance. */
export const maintenanceSchema = list('maintenance', windowSchema).meta({
  description:
    'Planned downtimes of this AutoSys, in its timezone. The bridge sends no request during a window.',
});

/**
 * Compiles the valid windows. Windows with faults that zod has reported are omitted.
 *
 * @param deadlineMs deadline of the instance; a window must be shorter, because entries that wait
 * longer are parked
 */
export function compileMaintenance(
  raw: unknown,
  { timezone, deadlineMs }: { readonly timezone: string; readonly deadlineMs: number },
  faults: Faults,
  path: Path,
): readonly MaintenanceWindow[] {
  const given = maintenanceSchema.safeParse(raw).data;
  if (given === undefined) return [];
  const windows = given.flatMap((window, at) => {
    const read = toWindow(window, timezone);
    if ('kind' in read) return [read];
    faults.at([...path, at, read.key], formatFault(read.key, window[read.key], read.allowed));
    return [];
  });
  const fault = findLengthFault(windows, deadlineMs);
  if (fault !== undefined) faults.atKey(path, `maintenance: ${fault}`);
  return windows;
}

/** Returns the window, or the limit that is wrong and what is allowed. */
function toWindow(
  { days, from, to }: z.output<typeof windowSchema>,
  zone: string,
): MaintenanceWindow | { readonly key: 'from' | 'to'; readonly allowed: string } {
  const begins = readLimit(from);
  const ends = readLimit(to);
  if (!begins || (begins.day === undefined) !== (days !== undefined)) {
    return days === undefined
      ? { key: 'from', allowed: `${date}; for a weekly window, add days and use a time` }
      : { key: 'from', allowed: `${time}, because the window has days` };
  }
  const allowed = `${days === undefined ? date : time}, as in from`;
  if (!ends || (ends.day === undefined) !== (begins.day === undefined))
    return { key: 'to', allowed };
  if (begins.day !== undefined && ends.day !== undefined) {
    const fromMs = toInstant(begins.day, begins.minute, zone).getTime();
    const untilMs = toEnd(ends.day, ends.minute, zone).getTime();
    return untilMs > fromMs
      ? { kind: 'dated', fromMs, untilMs }
      : { key: 'to', allowed: 'a later time than from' };
  }
  return begins.minute === ends.minute
    ? { key: 'to', allowed: 'another time than from; a whole day is from 00:00 to 24:00' }
    : {
        kind: 'weekly',
        days: toNumbers([days ?? []].flat()),
        fromMinute: begins.minute,
        toMinute: ends.minute,
      };
}

function toNumbers(words: readonly string[]): readonly Weekday[] {
  return everyDay.filter((day) => words.includes('all') || words.includes(weekdays[day]));
}

interface Limit {
  readonly day: CalendarDay | undefined;
  readonly minute: number;
}

/** Returns `undefined` for an invalid text, or a date that does not exist. */
function readLimit(text: string): Limit | undefined {
  const found = toPattern.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour = 24, minute = 0] = found
    .slice(1)
    .map((digits) => (digits === undefined ? undefined : Number(digits)));
  const minuteOfDay = hour * 60 + minute;
  if (year === undefined || month === undefined || day === undefined) {
    return { day: undefined, minute: minuteOfDay };
  }
  const exists = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  return exists ? { day: { year, month, day }, minute: minuteOfDay } : undefined;
}

function findLengthFault(
  windows: readonly MaintenanceWindow[],
  deadlineMs: number,
): string | undefined {
  const weekly = windows.filter((window) => window.kind === 'weekly');
  const longestMs = Math.max(
    longestRun(weekly) * 60_000,
    ...windows.map((one) => (one.kind === 'dated' ? one.untilMs - one.fromMs : 0)),
  );
  if (longestMs === Number.POSITIVE_INFINITY) {
    return 'found windows that cover the whole week, allowed: windows that leave a part of it open';
  }
  if (longestMs < deadlineMs) return undefined;
  return `found ${toHours(longestMs)} consecutive hours, allowed: less than the deadline of ${toHours(deadlineMs)} hours, after which waiting entries are parked`;
}

/**
 * Length of the longest continuous downtime of all weekly windows together, in minutes. Infinity if
 * they cover the whole week.
 */
function longestRun(windows: readonly WeeklyWindow[]): number {
  const closed = new Set(
    windows.flatMap((window) =>
      window.days.flatMap((day) =>
        Array.from(
          { length: toLengthMinutes(window) },
          (_, at) => (day * 1_440 + window.fromMinute + at) % minutesOfWeek,
        ),
      ),
    ),
  );
  if (closed.size === minutesOfWeek) return Number.POSITIVE_INFINITY;
  let longest = 0;
  let run = 0;
  // Two weeks, because a downtime may continue into the next week.
  for (let minute = 0; minute < 2 * minutesOfWeek; minute += 1) {
    run = closed.has(minute % minutesOfWeek) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

function toHours(ms: number): number {
  return Math.round(ms / 360_000) / 10;
}
