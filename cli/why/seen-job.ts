import type { JobReading } from '../../autosys/client/index.ts';
import { type SeenPredecessor, type Unread, unread } from '../../autosys/condition/index.ts';
import { isActive } from '../../autosys/status.ts';

/**
 * A job as a condition sees it. What AutoSys does not show stays unread.
 *
 * A running job shows no end, although an earlier run may have ended.
 */
export function toSeenPredecessor(reading: JobReading): SeenPredecessor {
  const { status, lastRun } = reading;
  return { status, endedAt: toEndedAt(reading), exitCode: lastRun.exitCode ?? toExitCode(reading) };
}

/** The last end of a job; `undefined` if it has never run. */
export function toEndedAt({ status, lastRun }: JobReading): Date | Unread | undefined {
  if (lastRun.run === 0) return undefined;
  return isActive(status) ? unread : (lastRun.endedAt ?? unread);
}

function toExitCode({ status, lastRun }: JobReading): Unread | undefined {
  return lastRun.run === 0 || isActive(status) ? undefined : unread;
}
