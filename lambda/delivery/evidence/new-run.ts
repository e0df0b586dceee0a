import { isActive } from '../../../autosys/status.ts';
import type { JobView } from '../../../autosys/views.ts';
import type { JobSnapshot } from '../../ledger/entry.ts';

/** The job as it was before the event was sent. */
export interface JobBefore {
  readonly job: JobSnapshot;
  /** When it was sent. @default - not comparable with times of AutoSys, whose clock differs */
  readonly at?: Date;
}

/** A run that began after the job was read. */
export interface StartedRun {
  /**
   * Identifies the run of the job: its number, or its start time; absent if AutoSys shows neither.
   */
  readonly name?: string;
  /**
   * The run number did not change: an automatic retry, or a second start of a box member in one run
   * of its box.
   */
  readonly again: boolean;
}

/**
 * The new run of a job since the event was sent.
 *
 * A higher run number proves a start; without run numbers a later start time or an active status
 * does. A snapshot without run number and start time does not show whether a run that is shown now
 * is a new one: then only a start after the send counts.
 */
export function findNewRun({ job: before, at }: JobBefore, job: JobView): StartedRun | undefined {
  const { run, startedAt } = job.lastRun;
  const later = startedAt !== undefined && isLater(startedAt, before.startedMs, at);
  if (before.run !== undefined && run !== undefined) {
    if (run > before.run) return { name: String(run), again: false };
    if (!later) return undefined;
    const name = `${run} at ${startedAt.getTime()}`;
    // A lower run number with a later start: AutoSys counts its runs anew, as after a new database.
    if (run < before.run) return { name, again: false };
    return run > 0 ? { name, again: true } : undefined;
  }
  if (later) return { ...nameRunOf(job), again: false };
  const isComparable = startedAt !== undefined && before.startedMs !== undefined;
  return !isComparable && !before.active && isActive(job.status) ? { again: false } : undefined;
}

/** @param at when the event was sent; AutoSys shows whole seconds */
function isLater(startedAt: Date, beforeMs: number | undefined, at: Date | undefined): boolean {
  if (beforeMs !== undefined) return startedAt.getTime() > beforeMs;
  return at !== undefined && startedAt.getTime() >= Math.floor(at.getTime() / 1_000) * 1_000;
}

/** The name of the last run that a job shows. */
export function nameRunOf({ lastRun: { run, startedAt } }: JobView): Pick<StartedRun, 'name'> {
  if (run !== undefined) return { name: String(run) };
  return startedAt ? { name: `at ${startedAt.getTime()}` } : {};
}
