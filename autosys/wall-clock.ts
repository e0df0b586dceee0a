import type { MinuteOfDay, Weekday } from './job.ts';

/** A calendar day, without a timezone. */
export interface CalendarDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const dayMs = 24 * 60 * 60_000;
const quarterMs = 15 * 60_000;
const keptOffsets = 10_000;
const formatByZone = new Map<string, Intl.DateTimeFormat>();
const offsetByQuarter = new Map<string, number>();

/** Whether the platform has a timezone of this name. */
export function isTimezone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The platform's name of a timezone in JIL: `US CENTRAL` is `US/Central`. `undefined` if unknown.
 */
export function findTimezone(text: string): string | undefined {
  const [area = '', ...place] = text.trim().split(/\s+/);
  const spellings = [text, place.length === 0 ? area : `${area}/${place.join('_')}`];
  return spellings.find(isTimezone);
}

/** The local day and minute of an instant. */
export function toLocal(at: Date, zone: string): CalendarDay & { readonly minute: MinuteOfDay } {
  const wall = new Date(toWallMs(at.getTime(), zone));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    minute: wall.getUTCHours() * 60 + wall.getUTCMinutes(),
  };
}

/**
 * The local time of an instant with its UTC offset, in ISO 8601: `2026-11-20T03:02:07.000+01:00`.
 * The offset tells the two instants of a repeated hour apart. In UTC the offset is `Z`.
 */
export function formatLocalTime(at: Date, zone: string): string {
  const utc = at.toISOString();
  if (zone === 'UTC') return utc;
  const minutes = Math.round(offsetMs(at.getTime(), zone) / 60_000);
  const wall = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(minutes);
  const [hour, minute] = [Math.floor(size / 60), size % 60].map((n) => String(n).padStart(2, '0'));
  return `${wall}${minutes < 0 ? '-' : '+'}${hour}:${minute}`;
}

/** 0 for Sunday. */
export function toWeekday({ year, month, day }: CalendarDay): Weekday {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() as Weekday;
}

/** The day that is `days` days later. */
export function addDays({ year, month, day }: CalendarDay, days: number): CalendarDay {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/**
 * All instants of a local time, in order.
 *
 * Usually one. Two in the hour that is repeated when clocks are set back. None in the hour that is
 * skipped when clocks are set forward.
 */
export function toInstants(day: CalendarDay, minute: MinuteOfDay, zone: string): readonly Date[] {
  const wallMs = toMs(day, minute);
  return offsetsAround(wallMs, zone)
    .map((offset) => wallMs - offset)
    .filter((ms) => toWallMs(ms, zone) === wallMs)
    .sort((one, other) => one - other)
    .map((ms) => new Date(ms));
}

/**
 * The instant of a local time.
 *
 * The first of two instants. A time in a skipped hour is moved forward by the length of the gap.
 */
export function toInstant(day: CalendarDay, minute: MinuteOfDay, zone: string): Date {
  const [first] = toInstants(day, minute, zone);
  if (first) return first;
  const wallMs = toMs(day, minute);
  return new Date(wallMs - Math.min(...offsetsAround(wallMs, zone)));
}

/**
 * The distinct UTC offsets one day before and one day after. Offsets change less often than that.
 */
function offsetsAround(wallMs: number, zone: string): readonly number[] {
  const offsets = [wallMs - dayMs, wallMs + dayMs].map((ms) => toWallMs(ms, zone) - ms);
  return [...new Set(offsets)];
}

function toMs({ year, month, day }: CalendarDay, minute: MinuteOfDay): number {
  return Date.UTC(year, month - 1, day, 0, minute);
}

/** The local time as if it were UTC, in milliseconds, so that it can be used in arithmetic. */
function toWallMs(ms: number, zone: string): number {
  return ms + offsetMs(ms, zone);
}

/**
 * The UTC offset of a zone, in milliseconds. Cached per quarter of an hour: offsets change there.
 */
function offsetMs(ms: number, zone: string): number {
  const quarter = Math.floor(ms / quarterMs) * quarterMs;
  const key = `${zone} ${quarter}`;
  const known = offsetByQuarter.get(key);
  if (known !== undefined) return known;
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(quarter)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter;
  if (offsetByQuarter.size >= keptOffsets) offsetByQuarter.clear();
  offsetByQuarter.set(key, offset);
  return offset;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatByZone.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatByZone.set(timeZone, format);
  return format;
}
