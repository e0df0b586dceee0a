import type { MinuteOfDay, RunWindow, Schedule, Weekday } from './job.ts';
import {
  addDays,
  type CalendarDay,
  toInstant,
  toInstants,
  toLocal,
  toWeekday,
} from './wall-clock.ts';

/** A week ahead, and today's weekday once more, because today's times may have passed. */
const daysAhead = 8;

/**
 * The next start time of a schedule after `after`; `undefined` if there is none.
 *
 * A start time that is skipped when summer time begins moves by the same amount as the clock; a
 * start time that occurs twice when it ends starts once. A `start_mins` minute of a skipped hour
 * does not start; of a repeated hour it starts twice (all inferred).
 */
export function nextTick(schedule: Schedule, after: Date, zone: string): Date | undefined {
  const today = toLocal(after, zone);
  for (let ahead = 0; ahead <= daysAhead; ahead += 1) {
    const day = addDays(today, ahead);
    if (!schedule.daysOfWeek.includes(toWeekday(day))) continue;
    const tick = ticksOn(day, schedule, zone).find((at) => at > after);
    if (tick) return tick;
  }
  return undefined;
}

/** True when the schedule has times. A schedule without times only limits the days. */
export function hasTimes({ startTimes, startMins }: Schedule): boolean {
  return startTimes.length > 0 || startMins.length > 0;
}

/** True when the instant is on a day of the schedule. */
export function isOnDay({ daysOfWeek }: Schedule, at: Date, zone: string): boolean {
  return daysOfWeek.includes(toWeekday(toLocal(at, zone)));
}

/**
 * Position of an instant relative to a run window (AutoSys 11.3.6 reference, documented). `inside`;
 * `before`: the next opening is nearer than the last closing, so the job waits; `closed`: the job
 * does not run. At equal distance the job waits (inferred).
 */
export function runWindowStateAt(
  { from, to }: RunWindow,
  at: Date,
  zone: string,
): { readonly kind: 'inside' | 'closed' } | { readonly kind: 'before'; readonly opensAt: Date } {
  const { minute } = toLocal(at, zone);
  const length = minutesFrom(from, to);
  if (minutesFrom(from, minute) <= length) return { kind: 'inside' };
  if (minutesFrom(minute, from) > minutesFrom(to, minute)) return { kind: 'closed' };
  const opensAt = nextTick({ daysOfWeek: everyDay, startTimes: [from], startMins: [] }, at, zone);
  return opensAt ? { kind: 'before', opensAt } : { kind: 'closed' };
}

const everyDay: readonly Weekday[] = [0, 1, 2, 3, 4, 5, 6];

/** Minutes from one time of day to another, across midnight if necessary. */
function minutesFrom(from: MinuteOfDay, to: MinuteOfDay): number {
  return (to - from + 1440) % 1440;
}

function ticksOn(day: CalendarDay, { startTimes, startMins }: Schedule, zone: string): Date[] {
  const once = startTimes.map((minute) => toInstant(day, minute, zone));
  const hourly = Array.from({ length: 24 }, (_, hour) =>
    startMins.flatMap((minute) => toInstants(day, hour * 60 + minute, zone)),
  ).flat();
  return [...once, ...hourly].sort((one, other) => one.getTime() - other.getTime());
}
