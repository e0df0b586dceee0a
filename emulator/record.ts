import type { Job, JobRun } from '../autosys/job.ts';
import type { JobStatus } from '../autosys/status.ts';

/** A finished or running try, for `autorep -r`. */
export interface PastRun extends JobRun {
  readonly status: JobStatus;
}

/** The definition and present state of one job. Immutable; each change creates a new record. */
export interface JobRecord {
  readonly job: Job;
  /** Includes ON_HOLD and ON_ICE. Excludes noexec, which is a mark beside the status (`SU/NE`). */
  readonly status: JobStatus;
  readonly noexec: boolean;
  readonly onHold: boolean;
  readonly onIce: boolean;
  /** `0/0` before any run. */
  readonly run: JobRun;
  readonly lastStart?: Date;
  readonly lastEnd?: Date;
  readonly exitCode?: number;
  readonly queuePriority: number;
  /**
   * True after a start time at which the other conditions did not hold: the next event of its
   * condition may start the job.
   */
  readonly armed: boolean;
  /** Remaining automatic retries of the present run. */
  readonly retriesLeft: number;
  /** The last tries, oldest first, including the present one; at most {@link keptRuns}. */
  readonly history: readonly PastRun[];
}

/** Number of tries kept per job. AutoSys purges by age; the emulator does not. */
const keptRuns = 100;

/**
 * The fields of a record that may change. `onHold`, `onIce` and `exitCode` are derived from status
 * and run.
 */
export type RecordPatch = Partial<Omit<JobRecord, 'onHold' | 'onIce' | 'exitCode' | 'history'>>;

/** A job directly after `insert_job`. */
export function newRecord(job: Job): JobRecord {
  const noexec = job.initialStatus === 'ON_NOEXEC';
  const status = noexec ? 'INACTIVE' : (job.initialStatus ?? 'INACTIVE');
  return Object.freeze({
    job,
    status,
    noexec,
    onHold: status === 'ON_HOLD',
    onIce: status === 'ON_ICE',
    run: Object.freeze({ run: 0, try: 0 }),
    queuePriority: readPriority(job),
    armed: false,
    retriesLeft: 0,
    history: [],
  });
}

/** The record after a change. The history is updated with the try of the change. */
export function patchRecord(record: JobRecord, patch: RecordPatch): JobRecord {
  const { exitCode: _, ...kept } = record;
  const next = { ...kept, ...patch };
  const { exitCode } = next.run;
  return Object.freeze({
    ...next,
    onHold: next.status === 'ON_HOLD',
    onIce: next.status === 'ON_ICE',
    ...(exitCode === undefined ? {} : { exitCode }),
    history: nextHistory(record, next),
  });
}

function nextHistory(
  before: JobRecord,
  after: Pick<JobRecord, 'run' | 'status'>,
): readonly PastRun[] {
  if (after.run.run === 0 || (after.run === before.run && after.status === before.status)) {
    return before.history;
  }
  const last = before.history.at(-1);
  const isSameTry = last?.run === after.run.run && last.try === after.run.try;
  // A hold, a reset or the wait for a retry does not change the finished try.
  if (isSameTry && after.run === before.run && after.run.endedAt && isOutOfBand(after.status)) {
    return before.history;
  }
  const kept = isSameTry ? before.history.slice(0, -1) : before.history.slice(1 - keptRuns);
  return [...kept, Object.freeze({ ...after.run, status: after.status })];
}

function isOutOfBand(status: JobStatus): boolean {
  return ['ON_HOLD', 'ON_ICE', 'INACTIVE', 'ACTIVATED', 'RESTART'].includes(status);
}

function readPriority(job: Job): number {
  const written = job.attributes.find(([name]) => name === 'priority')?.[1];
  const priority = Number(written);
  return written !== undefined && Number.isInteger(priority) ? priority : 0;
}
