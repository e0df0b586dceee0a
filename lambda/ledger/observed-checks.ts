import { withHistory } from './entry.ts';
import type { ObservedEntry, SeenReaction } from './observed.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * Times after the event at which the sweep reads the old reaction, until it is known. Each read is
 * one or two requests to AutoSys. A polling job that died or hangs shows after hours or never.
 */
export const observedCheckAfterMs: readonly number[] = [
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
];

/** When the old reaction is first read. A polling job needs some seconds after the event. */
export function toFirstCheckMs(seenMs: number): number {
  return seenMs + (observedCheckAfterMs[0] ?? 0);
}

/** What one read of the old reaction showed. `notYet`: it is read again later. */
export type CheckResult = SeenReaction | { readonly kind: 'notYet'; readonly found: string };

/** The entry after a read of the old reaction. The last read decides. Pure. */
export function withCheck(entry: ObservedEntry, result: CheckResult, nowMs: number): ObservedEntry {
  const { checkMs: _, ...rest } = entry;
  const checks = entry.checks + 1;
  const checked = { ...rest, checks };
  if (result.kind !== 'notYet') {
    return withHistory<ObservedEntry>({ ...checked, seen: result }, nowMs, describeSeen(result));
  }
  const nextMs = observedCheckAfterMs.find((after) => entry.cause.seenMs + after > nowMs);
  if (nextMs !== undefined) {
    const checkMs = entry.cause.seenMs + nextMs;
    return withHistory<ObservedEntry>({ ...checked, checkMs }, nowMs, `not yet: ${result.found}`);
  }
  const seen = { kind: 'none', reason: result.found } as const;
  return withHistory<ObservedEntry>({ ...checked, seen }, nowMs, describeSeen(seen));
}

function describeSeen(seen: SeenReaction): string {
  switch (seen.kind) {
    case 'job':
      return `AutoSys showed the end of the job: ${seen.status} at ${new Date(seen.endedMs).toISOString()}`;
    case 'value':
      return `AutoSys showed the change of the variable at ${new Date(seen.changedMs).toISOString()}`;
    case 'none':
      return `no reaction: ${seen.reason}`;
    case 'unreadable':
      return `not read: ${seen.reason}`;
    default:
      return seen satisfies never;
  }
}
