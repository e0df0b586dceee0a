import { isOver, type WorkloadEvent, type WorkloadStatus } from './workload.ts';

/** When in the life of its workload a fact became true; facts about one target are compared by it. */
export interface Version {
  /** When the run began, in milliseconds: the later run is the newer one. */
  readonly beganMs: number;
  /** Execution ARN or Batch job id. */
  readonly run: string;
  /** Redrive count or Batch attempt. */
  readonly attempt: number;
  readonly status: WorkloadStatus;
  /** When the status changed, in milliseconds. */
  readonly changedMs: number;
  /**
   * Nothing of the run comes after it: a Batch job that is over stays over, where an execution may be redriven.
   *
   * The attempt cannot tell: a job that is terminated while it waits for its second attempt ends with the first one listed.
   */
  readonly final?: true;
}

/**
 * How far a status is on the way of one attempt; what ends it stands above all else.
 *
 * Batch goes back to RUNNABLE for a retry, which is another attempt; Step Functions goes back to RUNNING for a redrive.
 */
const rankByStatus: Readonly<Record<WorkloadStatus, number>> = {
  SUBMITTED: 1,
  PENDING: 2,
  RUNNABLE: 3,
  STARTING: 4,
  RUNNING: 5,
  PENDING_REDRIVE: 6,
  SUCCEEDED: 7,
  FAILED: 7,
  TIMED_OUT: 7,
  ABORTED: 7,
};

/** Whether a status comes before another on the way of one attempt. */
export function isEarlier(status: WorkloadStatus, than: WorkloadStatus): boolean {
  return rankByStatus[status] < rankByStatus[than];
}

/** The version of the fact that an event announces. */
export function toVersion(event: WorkloadEvent): Version {
  const { status } = event;
  const changedMs = event.changedAt.getTime();
  const beganMs = event.beganAt.getTime();
  return event.kind === 'execution'
    ? { beganMs, run: event.executionArn, attempt: event.redriveCount, status, changedMs }
    : {
        ...{ beganMs, run: event.batchJobId, attempt: event.attempt, status, changedMs },
        ...(isOver(status) && { final: true }),
      };
}

/**
 * What identifies a run: a Batch job id, or an execution ARN with its start time in milliseconds.
 *
 * AWS allows an execution ARN to be used again 90 days after its end (Step Functions quotas), and perhaps sooner after the
 * state machine was deleted and created again (inferred).
 */
export function toRunId({ run, beganMs }: Pick<Version, 'run' | 'beganMs'>): string {
  return run.startsWith('arn:') ? `${run}@${beganMs}` : run;
}

/**
 * The attempt as part of a key: `final` for the end of a Batch job, whatever attempts it lists. AWS may report one end twice,
 * with the last attempt and without it.
 */
export function toAttemptKey({ attempt, final }: Pick<Version, 'attempt' | 'final'>): string {
  return final ? 'final' : String(attempt);
}

/** How a fact stands to the newest one known. */
export type VersionComparison =
  | 'newer'
  /** The same fact, announced again. */
  | 'duplicate'
  /** Of the same run, which has gone on. */
  | 'superseded'
  /** Of a run before the one that is known. */
  | 'staleRun';

/**
 * Compares a fact with the newest one known of its target.
 *
 * Two workloads that write one target are runs like any other: the one that began later wins.
 */
export function compareToKnown(fact: Version, known: Version): VersionComparison {
  if (toRunId(fact) !== toRunId(known)) {
    const later = fact.beganMs - known.beganMs || (fact.run > known.run ? 1 : -1);
    return later > 0 ? 'newer' : 'staleRun';
  }
  if (toAttemptKey(fact) === toAttemptKey(known) && fact.status === known.status) {
    return 'duplicate';
  }
  const later =
    Number(fact.final ?? 0) - Number(known.final ?? 0) ||
    fact.attempt - known.attempt ||
    rankByStatus[fact.status] - rankByStatus[known.status] ||
    fact.changedMs - known.changedMs;
  return later > 0 ? 'newer' : 'superseded';
}

/**
 * Whether an entry waits for what its predecessor's row holds by now: not for a newer request, which
 * has taken the place of the predecessor.
 *
 * @param predecessor version of that row
 * @param own version of the entry that waits
 */
export function isPredecessorOf(predecessor: Version, own: Version): boolean {
  const standing = compareToKnown(own, predecessor);
  return standing === 'duplicate' || standing === 'newer';
}
