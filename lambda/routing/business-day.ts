import { addDays, type CalendarDay, toInstants, toLocal } from '../../autosys/wall-clock.ts';

/** How instants belong to business days. */
export interface BusinessDays {
  /** IANA name. */
  readonly timezone: string;
  /** Local time at which a day begins, such as `18:00`. */
  readonly cutoff: string;
  /** Local dates `yyyy-mm-dd` that belong to the next day. @default - empty */
  readonly holidays?: readonly string[];
}

/**
 * The business day of an instant, as a local date `yyyy-mm-dd`.
 *
 * A day begins at the cutoff and is named by the local date of that cutoff. So 02:00 on Tuesday is
 * on Monday's day, if the cutoff is 18:00. A holiday belongs to the next day that is no holiday.
 *
 * A cutoff in an hour that clocks skip moves to the first instant after it. A cutoff in an hour that
 * clocks repeat is the first of its two instants.
 */
export function toBusinessDay(at: Date, days: BusinessDays): string {
  const today = toLocal(at, days.timezone);
  const isBefore = at.getTime() < toCutoff(today, days).getTime();
  return formatDay(toWorkingDay(isBefore ? addDays(today, -1) : today, days));
}

/** The instant at which a business day begins. Holidays before it belong to it. */
export function toDayBegin(name: string, days: BusinessDays): Date {
  let first = parseDay(name);
  while (days.holidays?.includes(formatDay(addDays(first, -1)))) first = addDays(first, -1);
  return toCutoff(first, days);
}

/** The business day after another one. */
export function toNextDay(name: string, days: BusinessDays): string {
  return formatDay(toWorkingDay(addDays(parseDay(name), 1), days));
}

/** The first instant of a calendar day that is not before its cutoff. */
function toCutoff(day: CalendarDay, { timezone, cutoff }: BusinessDays): Date {
  const [hours = 0, minutes = 0] = cutoff.split(':').map(Number);
  for (let minute = hours * 60 + minutes; ; minute += 1) {
    const [first] = toInstants(day, minute, timezone);
    if (first) return first;
  }
}

function toWorkingDay(day: CalendarDay, { holidays = [] }: BusinessDays): CalendarDay {
  let found = day;
  while (holidays.includes(formatDay(found))) found = addDays(found, 1);
  return found;
}

function parseDay(name: string): CalendarDay {
  const [year = 0, month = 1, day = 1] = name.split('-').map(Number);
  return { year, month, day };
}

function formatDay({ year, month, day }: CalendarDay): string {
  const pad = (number: number, length: number) => String(number).padStart(length, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}
