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

/** Until when an AutoSys is down on purpose, `undefined` where it is not; both instants in milliseconds. */
export type Maintenance = (nowMs: number) => number | undefined;

/** A stretch of time, its end not in it. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A window that is open now began yesterday at the earliest, by the clock on its wall. */
const daysBack = 2;
/** Windows that touch count as one, and seven days that touch are refused; so the end of every stretch lies within. */
const daysAhead = 9;

/**
 * Binds the declared windows of an AutoSys; asking is a look at a short list, made once a day.
 *
 * Windows that overlap or touch count as one. The clock on the wall of the timezone decides:
 * - where it is set forward over a limit, the limit counts as much later (02:30 is 03:30), and a window of which nothing
 *   would be left keeps its length;
 * - where it is set back over a limit, the window begins at the first and ends at the second of the two equal times.
 */
export function createMaintenance({
  maintenance,
  timezone,
}: Pick<InstanceConfig, 'maintenance' | 'timezone'>): Maintenance {
  let known: { readonly day: number; readonly stretches: readonly Stretch[] } | undefined;
  return (nowMs) => {
    const day = Math.floor(nowMs / dayMs);
    if (known?.day !== day) {
      known = { day, stretches: findStretches(maintenance, timezone, day * dayMs) };
    }
    return known.stretches.find(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs)
      ?.untilMs;
  };
}

/** A declared window while it is open. */
export interface OpenWindow {
  readonly untilMs: number;
  /** For people: `declared maintenance until 2026-11-29 06:00 Europe/Zurich`. */
  readonly reason: string;
}

/** Binds the declared windows of all instances: which one is open for an instance at an instant. */
export function bindMaintenance(instances: readonly InstanceConfig[]) {
  const byName = new Map(
    instances.map((one) => [one.name, { zone: one.timezone, maintenance: createMaintenance(one) }]),
  );
  return (name: AutosysInstance, nowMs: number): OpenWindow | undefined => {
    const known = byName.get(name);
    const untilMs = known?.maintenance(nowMs);
    if (known === undefined || untilMs === undefined) return undefined;
    return {
      untilMs,
      reason: `declared maintenance until ${describeInstant(untilMs, known.zone)}`,
    };
  };
}

function findStretches(
  windows: readonly MaintenanceWindow[],
  zone: string,
  aroundMs: number,
): readonly Stretch[] {
  const first = addDays(toLocal(new Date(aroundMs), zone), -daysBack);
  const days = Array.from({ length: daysBack + daysAhead }, (_, ahead) => addDays(first, ahead));
  return merge(
    windows.flatMap((window) =>
      window.kind === 'dated'
        ? [window]
        : days
            .filter((day) => window.days.includes(toWeekday(day)))
            .map((day) => toStretch(day, window, zone)),
    ),
  );
}

function merge(stretches: readonly Stretch[]): readonly Stretch[] {
  const merged: Stretch[] = [];
  for (const next of stretches.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || last.untilMs < next.fromMs) merged.push(next);
    else merged.splice(-1, 1, { ...last, untilMs: Math.max(last.untilMs, next.untilMs) });
  }
  return merged;
}

function toStretch(day: CalendarDay, window: WeeklyWindow, zone: string): Stretch {
  const lengthMs = toLengthMinutes(window) * minuteMs;
  const fromMs = toInstant(day, window.fromMinute, zone).getTime();
  const lastDay = window.toMinute > window.fromMinute ? day : addDays(day, 1);
  const untilMs = toEnd(lastDay, window.toMinute, zone).getTime();
  return { fromMs, untilMs: untilMs > fromMs ? untilMs : fromMs + lengthMs };
}

/** When a window ends that is open until a minute of a day: at the second of two equal times. */
export function toEnd(day: CalendarDay, minute: number, zone: string): Date {
  return toInstants(day, minute, zone).at(-1) ?? toInstant(day, minute, zone);
}

/** How long a weekly window lasts on a day on which no clock is set. */
export function toLengthMinutes({ fromMinute, toMinute }: WeeklyWindow): number {
  return toMinute > fromMinute ? toMinute - fromMinute : toMinute - fromMinute + 1_440;
}

/** An instant for people, by the clock on their wall: `2026-11-29 06:00 Europe/Zurich`. */
function describeInstant(atMs: number, zone: string): string {
  const { year, month, day, minute } = toLocal(new Date(atMs), zone);
  const date = [year, month, day].map(toDigits).join('-');
  const time = [Math.floor(minute / 60), minute % 60].map(toDigits).join(':');
  return `${date} ${time} ${zone}`;
}

function toDigits(number: number): string {
  return String(number).padStart(2, '0');
}
