import { toLocal } from '../../autosys/wall-clock.ts';

const quarterMs = 15 * 60_000;
const formatByZone = new Map<string, Intl.DateTimeFormat>();

/** Formats instants of a night in the timezone of the instance. */
export interface NightClock {
  /**
   * `02:13`, or `02:13 GMT+1` if the clocks change in this night, because an hour may be repeated.
   */
  readonly toTime: (ms: number) => string;
  /** `2026-11-30 02:13 GMT+1`. */
  readonly toDateTime: (ms: number) => string;
  /** The whole local hours of the night. */
  readonly hours: readonly number[];
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
  const hours: number[] = [];
  for (let ms = Math.ceil(fromMs / quarterMs) * quarterMs; ms <= untilMs; ms += quarterMs) {
    if (toLocal(new Date(ms), timezone).minute % 60 === 0) hours.push(ms);
  }
  return {
    hours,
    toTime: (ms) => (hasChange ? `${toClock(ms)} ${offsetOf(ms)}` : toClock(ms)),
    toDateTime: (ms) => {
      const { year, month, day } = toLocal(new Date(ms), timezone);
      return `${year}-${pad(month)}-${pad(day)} ${toClock(ms)} ${offsetOf(ms)}`;
    },
  };
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
