import type { LocalClock } from '../../clock.ts';
import { type BatchJobRecord, isJobOver } from './batch-job.ts';
import type { PlannedBatchJobs } from './batch-jobs.ts';

interface StopDeps {
  readonly jobs: PlannedBatchJobs;
  readonly clock: LocalClock;
}

/** AWS Batch sends SIGTERM, and SIGKILL after 30 seconds (user guide, job timeouts). */
const killAfterMs = 30_000;

/**
 * Ends a job in any state: what has not started is cancelled, a container is told to end. An array
 * ends with its children. A job that has ended stays as it is.
 */
export function terminatePlannedJob(deps: StopDeps, jobId: string, reason: string): void {
  const { jobs } = deps;
  const record = jobs.find(jobId);
  // A container that was told to end already is told nothing more.
  if (record === undefined || isJobOver(record) || (record.isTerminated && hasTask(record))) return;
  const flagged = jobs.update(jobId, { isTerminated: true });
  const children = jobs.childrenOf(jobId);
  if (children.length > 0) {
    jobs.update(jobId, { statusReason: reason });
    for (const child of children) terminatePlannedJob(deps, child.jobId, reason);
    return;
  }
  jobs.halt(jobId);
  if (hasTask(record)) endTask(deps, flagged, reason);
  else endWithoutTask(deps, jobId, reason);
}

/**
 * Cancels a job that has not started. A job that waits for dependencies is cancelled after them, an
 * array with its children. STARTING and RUNNING are left alone.
 */
export function cancelPlannedJob(deps: StopDeps, jobId: string, reason: string): void {
  const { jobs } = deps;
  const record = jobs.find(jobId);
  if (record === undefined || isJobOver(record) || hasTask(record)) return;
  jobs.update(jobId, { isCancelled: true, statusReason: reason });
  const children = jobs.childrenOf(jobId);
  if (children.length > 0) {
    for (const child of children) cancelPlannedJob(deps, child.jobId, reason);
    return;
  }
  // PENDING: the course of the job ends it after its dependencies.
  if (record.status === 'PENDING') return;
  jobs.halt(jobId);
  endWithoutTask(deps, jobId, reason);
}

function hasTask({ status }: BatchJobRecord): boolean {
  return status === 'STARTING' || status === 'RUNNING';
}

function endWithoutTask({ jobs, clock }: StopDeps, jobId: string, reason: string): void {
  jobs.update(jobId, { status: 'FAILED', statusReason: reason, stoppedAt: clock.now() });
}

/** Ends the container after the time that its plan takes, at most until it is killed. */
function endTask({ jobs, clock }: StopDeps, record: BatchJobRecord, reason: string): void {
  const { jobId, startedAt, taskArn = '', logStreamName } = record;
  const { afterMs = 0, exitCode = 143 } = jobs.planOf(record).onTerminate ?? {};
  const isKilled = afterMs > killAfterMs;
  const end = () => {
    if (jobs.find(jobId) === undefined) return;
    const code = isKilled ? 137 : exitCode;
    const attempt = {
      exitCode: startedAt === undefined ? undefined : code,
      ...{ reason: undefined, statusReason: reason, startedAt, stoppedAt: clock.now() },
      ...{ taskArn, logStreamName },
    };
    const attempts = [...record.attempts, attempt];
    const { stoppedAt } = attempt;
    jobs.update(jobId, { status: 'FAILED', statusReason: reason, stoppedAt, attempts });
  };
  if (afterMs === 0) end();
  else clock.setTimer(isKilled ? killAfterMs : afterMs, end);
}
