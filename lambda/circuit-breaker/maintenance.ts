import type { AutosysInstance } from '../../autosys/names.ts';
import {
  addDays,
  type CalendarDay,
  toInstant,
  toInstants,
  toLocal,
  toWeekday,
} from '../../autosys/wall-clock.ts';
import type { InstanceConfig, MaintenanceWindow, WeeklyWindow } from '../routing/routes.ts';

/**
 * Returns the end of the maintenance window that is open at an instant, `undefined` if none is;
 * both in milliseconds.
 */
export type Maintenance = (nowMs: number) => number | undefined;

/** A period; its end is exclusive. */
interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/**
 * Days before the current one whose windows are considered: a window lasts at most into the next
 * day of its local time.
 */
const daysBack = 2;
/**
 * Days ahead whose windows are considered. Adjacent windows count as one, and a route file with
 * seven adjacent days is invalid, so the end of every period is within this range.
 */
const daysAhead = 9;

/**
 * Creates the maintenance windows of an AutoSys instance. The periods are computed once a day.
 *
 * Windows that overlap or touch count as one. The local time of the timezone decides:
 * - Clocks set forward over a limit: the limit moves later by the same time (02:30 becomes 03:30).
 *   A window that would become empty keeps its length.
 * - Clocks set back over a limit: the window begins at the first and ends at the second of the two
 *   equal times.
 */
export function createMaintenance({
  maintenance,
  timezone,
}: Pick<InstanceConfig, 'maintenance' | 'timezone'>): Maintenance {
  const findPeriod = createFindPeriod({ maintenance, timezone });
  return function findWindowEnd(nowMs) {
    return findPeriod(nowMs)?.untilMs;
  };
}

/** Creates the lookup of the period of a window, which is open at an instant. */
function createFindPeriod({
  maintenance,
  timezone,
}: Pick<InstanceConfig, 'maintenance' | 'timezone'>) {
  let known: { readonly day: number; readonly periods: readonly Period[] } | undefined;
  return function findPeriod(nowMs: number): Period | undefined {
    const day = Math.floor(nowMs / dayMs);
    if (known?.day !== day) {
      known = { day, periods: findPeriods(maintenance, timezone, day * dayMs) };
    }
    return known.periods.find(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs);
  };
}

/** A declared maintenance window that is open. */
export interface OpenWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Text for people: `declared maintenance until 2026-11-29 06:00 Europe/Zurich`. */
  readonly reason: string;
}

/** Creates the lookup of open maintenance windows, for all instances. */
export function createFindOpenWindow(instances: readonly InstanceConfig[]) {
  const byName = new Map(
    instances.map((one) => [one.name, { zone: one.timezone, findPeriod: createFindPeriod(one) }]),
  );
  return function findOpenWindow(name: AutosysInstance, nowMs: number): OpenWindow | undefined {
    const known = byName.get(name);
    const period = known?.findPeriod(nowMs);
    if (known === undefined || period === undefined) return undefined;
    const end = formatInstant(period.untilMs, known.zone);
    return { ...period, reason: `declared maintenance until ${end}` };
  };
}

function findPeriods(
  windows: readonly MaintenanceWindow[],
  zone: string,
  aroundMs: number,
): readonly Period[] {
  const first = addDays(toLocal(new Date(aroundMs), zone), -daysBack);
  const days = Array.from({ length: daysBack + daysAhead }, (_, ahead) => addDays(first, ahead));
  return merge(
    windows.flatMap((window) =>
      window.kind === 'dated'
        ? [window]
        : days
            .filter((day) => window.days.includes(toWeekday(day)))
            .map((day) => toPeriod(day, window, zone)),
    ),
  );
}

function merge(periods: readonly Period[]): readonly Period[] {
  const merged: Period[] = [];
  for (const next of periods.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || last.untilMs < next.fromMs) merged.push(next);
    else merged.splice(-1, 1, { ...last, untilMs: Math.max(last.untilMs, next.untilMs) });
  }
  return merged;
}

function toPeriod(day: CalendarDay, window: WeeklyWindow, zone: string): Period {
  const lengthMs = toLengthMinutes(window) * minuteMs;
  const fromMs = toInstant(day, window.fromMinute, zone).getTime();
  const lastDay = window.toMinute > window.fromMinute ? day : addDays(day, 1);
  const untilMs = toEnd(lastDay, window.toMinute, zone).getTime();
  return { fromMs, untilMs: untilMs > fromMs ? untilMs : fromMs + lengthMs };
}

/** End of a window at a minute of a day. If the local time occurs twice, the second one. */
export function toEnd(day: CalendarDay, minute: number, zone: string): Date {
  return toInstants(day, minute, zone).at(-1) ?? toInstant(day, minute, zone);
}

/** Length of a weekly window, on a day without a clock change. */
export function toLengthMinutes({ fromMinute, toMinute }: WeeklyWindow): number {
  return toMinute > fromMinute ? toMinute - fromMinute : toMinute - fromMinute + 1_440;
}

/** Formats an instant in local time: `2026-11-29 06:00 Europe/Zurich`. */
function formatInstant(atMs: number, zone: string): string {
  const { year, month, day, minute } = toLocal(new Date(atMs), zone);
  const date = [year, month, day].map(formatTwoDigits).join('-');
  const time = [Math.floor(minute / 60), minute % 60].map(formatTwoDigits).join(':');
  return `${date} ${time} ${zone}`;
}

function formatTwoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
