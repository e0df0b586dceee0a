import { toLocal } from '../../autosys/wall-clock.ts';

const minuteMs = 60_000;
/** Steps of the axis in minutes, each from this length of a night on, the longest one first. */
const steps = [
  { minutes: 60, fromMinutes: 180 },
  { minutes: 15, fromMinutes: 45 },
  { minutes: 5, fromMinutes: 15 },
  { minutes: 1, fromMinutes: 0 },
] as const;
const formatByZone = new Map<string, Intl.DateTimeFormat>();

/** Formats instants of a night in the timezone of the instance. */
export interface NightClock {
  /**
   * `02:13`, or `02:13 GMT+1` if the clocks change in this night, because an hour may be repeated.
   */
  readonly toTime: (ms: number) => string;
  /** `2026-11-30 02:13 GMT+1`. */
  readonly toDateTime: (ms: number) => string;
  /** The whole local hours of the night; of a short one, quarters of hours or minutes. */
  readonly ticks: readonly number[];
}

/** Creates the clock of a night. Pure. */
export function createNightClock({
  fromMs,
  untilMs,
  timezone,
}: {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly timezone: string;
}): NightClock {
  const offsetOf = (ms: number) => formatOffset(ms, timezone);
  const hasChange = offsetOf(fromMs) !== offsetOf(untilMs);
  const toClock = (ms: number) => {
    const { minute } = toLocal(new Date(ms), timezone);
    return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
  };
  return {
    ticks: toTicks({ fromMs, untilMs, timezone }),
    toTime: (ms) => (hasChange ? `${toClock(ms)} ${offsetOf(ms)}` : toClock(ms)),
    toDateTime: (ms) => {
      const { year, month, day } = toLocal(new Date(ms), timezone);
      return `${year}-${pad(month)}-${pad(day)} ${toClock(ms)} ${offsetOf(ms)}`;
    },
  };
}

/** Instants at which the local minute is a multiple of the step. */
function toTicks({ fromMs, untilMs, timezone }: Parameters<typeof createNightClock>[0]): number[] {
  const lengthMinutes = (untilMs - fromMs) / minuteMs;
  const { minutes = 1 } = steps.find(({ fromMinutes }) => lengthMinutes >= fromMinutes) ?? {};
  // The offset of a timezone is a multiple of 15 minutes.
  const stepMs = Math.min(minutes, 15) * minuteMs;
  const ticks: number[] = [];
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms <= untilMs; ms += stepMs) {
    if (toLocal(new Date(ms), timezone).minute % minutes === 0) ticks.push(ms);
  }
  return ticks;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** Such as `GMT+1`. */
function formatOffset(ms: number, timeZone: string): string {
  const known = formatByZone.get(timeZone);
  const format =
    known ??
    new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset', hour: '2-digit' });
  formatByZone.set(timeZone, format);
  return format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
}
