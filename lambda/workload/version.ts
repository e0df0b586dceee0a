import { isOver, type WorkloadEvent, type WorkloadStatus } from './workload.ts';

/**
 * Status of a version: that of the workload, or `REQUESTED` for a request of an AWS process, which
 * has one version only.
 */
export type VersionStatus = WorkloadStatus | 'REQUESTED';

/** Position of a status change in the history of its run. It orders the changes of one target. */
export interface Version<Status extends VersionStatus = WorkloadStatus> {
  /** Start of the run, in epoch milliseconds. The run that began later is newer. */
  readonly beganMs: number;
  /**
   * Execution ARN or Batch job id; in the mirror of a launch, the id of the launch; for a request,
   * its entry and key; for a state of a group, the group and its day.
   */
  readonly run: string;
  /**
   * Redrive count or Batch attempt; for a request, the number of its attempt; for a state of a
   * group, the number of the change.
   */
  readonly attempt: number;
  readonly status: Status;
  /** Instant of the change, in epoch milliseconds. */
  readonly changedMs: number;
  /**
   * True for the end of a Batch job, which cannot start again. An execution can be redriven.
   *
   * The attempt does not show this. A job that is terminated while it waits for its second attempt
   * ends with only the first one listed.
   */
  readonly final?: true;
}

/**
 * Order of the statuses within one attempt. A status that ends the attempt ranks highest.
 *
 * Batch returns to RUNNABLE for a retry, which is another attempt. Step Functions returns to
 * RUNNING for a redrive.
 */
const rankByStatus: Readonly<Record<VersionStatus, number>> = {
  REQUESTED: 0,
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

/** Whether a status comes before another within one attempt. */
export function isEarlier(status: VersionStatus, than: VersionStatus): boolean {
  return rankByStatus[status] < rankByStatus[than];
}

/** The version of the status change that an event reports. */
export function toVersion(event: WorkloadEvent): Version {
  const { status } = event;
  const changedMs = event.changedAt.getTime();
  if (event.group !== undefined) {
    const { run, beganMs, change: attempt } = event.group;
    return { beganMs, run, attempt, status, changedMs };
  }
  const beganMs = event.launch?.beganMs ?? event.beganAt.getTime();
  if (event.kind === 'execution') {
    const run = event.launch?.id ?? event.executionArn;
    return { beganMs, run, attempt: event.redriveCount, status, changedMs };
  }
  const run = event.launch?.id ?? event.batchJobId;
  return {
    ...{ beganMs, run, attempt: event.attempt, status, changedMs },
    ...(isOver(status) && { final: true }),
  };
}

/**
 * Identifier of a run: a Batch job id, or an execution ARN with its start time in milliseconds.
 *
 * AWS allows the reuse of an execution ARN 90 days after the execution ended (Step Functions
 * quotas). It may be sooner if the state machine was deleted and created again (inferred).
 */
export function toRunId({ run, beganMs }: Pick<Version, 'run' | 'beganMs'>): string {
  return run.startsWith('arn:') ? `${run}@${beganMs}` : run;
}

/**
 * The attempt as part of a key: `final` for the end of a Batch job, regardless of the attempts it
 * lists. AWS may report one end twice, with the last attempt and without it.
 */
export function toAttemptKey({ attempt, final }: Pick<Version, 'attempt' | 'final'>): string {
  return final ? 'final' : String(attempt);
}

/** How a version compares to the newest known version of the same target. */
export type VersionComparison =
  | 'newer'
  /** The same status change, reported again. */
  | 'duplicate'
  /** Older than the known version of the same run. */
  | 'superseded'
  /** From a run that began before the known run. */
  | 'staleRun';

/**
 * Compares a version with the newest known version of its target.
 *
 * Different workloads that write one target are compared in the same manner: the run that began
 * later wins.
 */
export function compareToKnown(
  version: Version<VersionStatus>,
  known: Version<VersionStatus>,
): VersionComparison {
  if (toRunId(version) !== toRunId(known)) {
    const later = version.beganMs - known.beganMs || (version.run > known.run ? 1 : -1);
    return later > 0 ? 'newer' : 'staleRun';
  }
  if (toAttemptKey(version) === toAttemptKey(known) && version.status === known.status) {
    return 'duplicate';
  }
  const later =
    Number(version.final ?? 0) - Number(known.final ?? 0) ||
    version.attempt - known.attempt ||
    rankByStatus[version.status] - rankByStatus[known.status] ||
    version.changedMs - known.changedMs;
  return later > 0 ? 'newer' : 'superseded';
}

/**
 * Whether an entry must wait for the request that the row of its predecessor holds now. False if a
 * newer request has replaced the predecessor in that row.
 *
 * @param predecessor version in the predecessor's row
 * @param own version of the entry that waits
 */
export function isPredecessorOf(
  predecessor: Version<VersionStatus>,
  own: Version<VersionStatus>,
): boolean {
  const comparison = compareToKnown(own, predecessor);
  return comparison === 'duplicate' || comparison === 'newer';
}
