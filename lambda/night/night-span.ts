import { addDays, toInstant, toLocal } from '../../autosys/wall-clock.ts';

/** A time span of a night. */
export interface NightSpan {
  readonly from: Date;
  readonly until: Date;
}

/** Longest span: longer ones need more rows than one page can show. */
export const longestSpanMs = 48 * 3_600_000;

/**
 * Reads `--since` and `--until`: a local time such as `20:00`, which is the last one before now for the
 * start and the next one after the start for the end, or a date and time with offset (ISO 8601).
 *
 * @returns the span, or what is wrong
 */
export function readNightSpan({
  since,
  until,
  timezone,
  now,
  longestMs = longestSpanMs,
}: {
  readonly since: string;
  readonly until: string | undefined;
  readonly timezone: string;
  readonly now: Date;
  /** @default {@link longestSpanMs} */
  readonly longestMs?: number;
}): NightSpan | string {
  const from = readInstant(since, (minute) => toLastBefore(minute, timezone, now));
  if (from === undefined) return describeFault('--since', since);
  const end =
    until === undefined ? now : readInstant(until, (minute) => toNextAfter(minute, timezone, from));
  if (end === undefined) return describeFault('--until', until ?? '');
  if (end <= from) return `--until: ${end.toISOString()} is not after ${from.toISOString()}`;
  if (end.getTime() - from.getTime() > longestMs) {
    return `--since, --until: ${Math.round((end.getTime() - from.getTime()) / 3_600_000)} hours, allowed: at most ${longestMs / 3_600_000}`;
  }
  return { from, until: end };
}

function readInstant(text: string, toInstantOf: (minute: number) => Date): Date | undefined {
  const time = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (time) return toInstantOf(Number(time[1]) * 60 + Number(time[2]));
  const hasOffset = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const instant = new Date(hasOffset ? text : Number.NaN);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function describeFault(option: string, text: string): string {
  return `${option}: ${JSON.stringify(text)} is no time; allowed: a local time such as 20:00, or 2026-11-30T20:00+01:00`;
}

function toLastBefore(minute: number, timezone: string, now: Date): Date {
  const today = toLocal(now, timezone);
  const instant = toInstant(today, minute, timezone);
  return instant < now ? instant : toInstant(addDays(today, -1), minute, timezone);
}

function toNextAfter(minute: number, timezone: string, from: Date): Date {
  const day = toLocal(from, timezone);
  const instant = toInstant(day, minute, timezone);
  return instant > from ? instant : toInstant(addDays(day, 1), minute, timezone);
}
