import { type NightSpan, readNightSpan } from '../../lambda/night/night-span.ts';

const dayMs = 86_400_000;

/** Rows are kept for 90 days. */
const longestMs = 90 * dayMs;

/**
 * Reads `--since` and `--until` of the report: as those of `night`, or a number of days or hours
 * before now, such as `7d`. The span may be as long as rows are kept.
 *
 * @returns the span, or what is wrong
 */
export function readReportSpan({
  since,
  until,
  timezone,
  now,
}: {
  readonly since: string;
  readonly until: string | undefined;
  readonly timezone: string;
  readonly now: Date;
}): NightSpan | string {
  const { count, unit } = /^(?<count>[1-9]\d{0,3})(?<unit>[hd])$/.exec(since)?.groups ?? {};
  const agoMs = Number(count ?? 0) * (unit === 'h' ? 3_600_000 : dayMs);
  if (agoMs > longestMs)
    return `--since: found ${since}, allowed: at most 90d, because rows are kept for 90 days`;
  const text =
    agoMs === 0 ? since : new Date(now.getTime() - agoMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return readNightSpan({ since: text, until, timezone, now, longestMs });
}
