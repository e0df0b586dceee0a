import type { MinuteOfDay, RunWindow, Schedule, Weekday } from '../autosys/job.ts';
import {
  addDays,
  type CalendarDay,
  toInstant,
  toInstants,
  toLocal,
  toWeekday,
} from '../autosys/wall-clock.ts';

/** A week ahead and today's weekday once more, as today's times may have passed. */
const daysAhead = 8;

/**
 * The next instant after `after` at which a schedule ticks; `undefined` where it never does.
 *
 * A start time that summer time skips comes as much later as the clocks were set forward, and one that comes twice ticks once;
 * a `start_mins` minute of a skipped hour does not tick, and of a repeated hour ticks twice (all inferred).
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

/** Whether the schedule names times at all; one without only limits the days. */
export function hasTimes({ startTimes, startMins }: Schedule): boolean {
  return startTimes.length > 0 || startMins.length > 0;
}

/** Whether the instant falls on a day of the schedule. */
export function isOnDay({ daysOfWeek }: Schedule, at: Date, zone: string): boolean {
  return daysOfWeek.includes(toWeekday(toLocal(at, zone)));
}

/**
 * Where an instant stands to a run window: inside; before an opening that is nearer than the last closing, so that the job
 * waits; or closed, so that it does not run (AutoSys 11.3.6 reference, documented). At equal distance it waits (inferred).
 */
export function standsTo(
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

/** How many minutes a clock takes from the one to the other, over midnight if need be. */
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
