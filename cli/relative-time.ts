import { formatTimeSpan } from './agent/time-text.ts';

/** Formats an instant by its distance from now: `4 min ago`, `in 2 h 5 min`, `now`. */
export function formatRelativeTime(ms: number, nowMs: number): string {
  const distanceMs = Math.abs(ms - nowMs);
  if (distanceMs < 500) return 'now';
  const span = formatTimeSpan(distanceMs);
  return ms < nowMs ? `${span} ago` : `in ${span}`;
}
