import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import { toWorkloadArn, type WorkloadLocation } from '../arns.ts';
import type { LocalLogStreams } from '../logs/log-streams.ts';
import { waitForPlanned } from '../planned-time.ts';
import type { BatchAttempt, BatchJobRecord } from './batch-job.ts';
import { toLogLocation } from './job-detail.ts';
import type { BatchAttemptPlan, BatchJobPlan } from './plan.ts';
import { isRetried } from './retry.ts';

/** What the attempts of one job need. */
export interface BatchAttemptDeps {
  readonly clock: LocalClock;
  readonly location: WorkloadLocation;
  readonly logs: LocalLogStreams;
  /** Aborted when the job is terminated. */
  readonly signal: AbortSignal;
  /** Changes the record of the job, and emits the event of a new status. */
  readonly update: (change: Partial<BatchJobRecord>) => BatchJobRecord;
}

interface AttemptEnd {
  readonly attempt: BatchAttempt;
  readonly isSuccessful: boolean;
  readonly isTimedOut: boolean;
}

const defaultStatusReason = 'Essential container in task exited';

/**
 * Runs the attempts of a job until one succeeds, none is left, or a condition says so. Between two
 * attempts the status goes back to RUNNABLE. An attempt that exceeds its timeout is the last one.
 *
 * @throws the reason of the signal
 */
export async function runAttempts(plan: BatchJobPlan, deps: BatchAttemptDeps): Promise<void> {
  const { clock, signal, update } = deps;
  const { attempts = [] } = plan;
  for (let made = 1; ; made += 1) {
    update({ status: 'RUNNABLE', statusReason: plan.runnableReason, startedAt: undefined });
    await waitForPlanned(plan.runnableFor ?? 0, clock, signal);
    const planned = attempts[Math.min(made, attempts.length) - 1] ?? {};
    const { attempt, isSuccessful, isTimedOut } = await runAttempt(plan, planned, deps);
    const { attempts: before, submitted } = update({});
    const ended = { attempts: [...before, attempt] };
    if (!isSuccessful && !isTimedOut && isRetried(submitted.retryStrategy, made, attempt)) {
      update(ended);
      continue;
    }
    const status = isSuccessful ? 'SUCCEEDED' : 'FAILED';
    const { stoppedAt, statusReason } = attempt;
    update({ ...ended, status, stoppedAt, statusReason });
    return;
  }
}

async function runAttempt(
  { startingFor = 0 }: BatchJobPlan,
  planned: BatchAttemptPlan,
  deps: BatchAttemptDeps,
): Promise<AttemptEnd> {
  const { clock, signal, location, update } = deps;
  const taskId = randomUUID().replaceAll('-', '');
  const taskArn = toWorkloadArn('ecs', location, `task/embedded-batch/${taskId}`);
  update({ status: 'STARTING', statusReason: undefined, taskArn, logStreamName: undefined });
  await waitForPlanned(startingFor, clock, signal);
  const { reason, statusReason, neverStarts = false } = planned;
  if (neverStarts) {
    const failed = { exitCode: undefined, startedAt: undefined, logStreamName: undefined };
    const why = statusReason ?? 'Task failed to start';
    const attempt = { ...failed, reason, statusReason: why, stoppedAt: clock.now(), taskArn };
    return { attempt, isSuccessful: false, isTimedOut: false };
  }
  const logLocation = toLogLocation(update({}));
  const logStreamName = `${logLocation.prefix}/default/${taskId}`;
  const startedAt = clock.now();
  const { submitted } = update({ status: 'RUNNING', startedAt, logStreamName });
  const stopLog = writeLog(planned, { ...logLocation, stream: logStreamName }, deps);
  const ending = await runContainer(planned, submitted.timeoutSeconds, deps).finally(stopLog);
  const attempt = { ...ending, startedAt, stoppedAt: clock.now(), taskArn, logStreamName };
  const byExitCode = ending.exitCode === 0 ? 'SUCCEEDED' : 'FAILED';
  const { isTimedOut } = ending;
  const isSuccessful = !isTimedOut && (planned.result ?? byExitCode) === 'SUCCEEDED';
  return { attempt, isSuccessful, isTimedOut };
}

/** The end of the container, or of its time. */
async function runContainer(
  planned: BatchAttemptPlan,
  timeoutSeconds: number | undefined,
  { clock, signal }: BatchAttemptDeps,
) {
  const { runningFor = 1_000, exitCode = 0, reason, statusReason } = planned;
  const timeout = new AbortController();
  const cancelTimeout =
    timeoutSeconds === undefined
      ? () => {}
      : clock.setTimer(timeoutSeconds * 1_000, () => timeout.abort(new Error('timeout')));
  try {
    await waitForPlanned(runningFor, clock, AbortSignal.any([signal, timeout.signal]));
  } catch (error) {
    if (signal.aborted || !timeout.signal.aborted) throw error;
    const why = 'Job attempt duration exceeded timeout';
    return { exitCode: 137, reason: undefined, statusReason: why, isTimedOut: true };
  } finally {
    cancelTimeout();
  }
  return {
    exitCode: exitCode === 'none' ? undefined : exitCode,
    ...{ reason, statusReason: statusReason ?? defaultStatusReason, isTimedOut: false },
  };
}

/** Writes the planned lines at their times. @returns a function that ends it with the container */
function writeLog(
  { logs: lines = [], logStreamMissing = false }: BatchAttemptPlan,
  { group, stream }: { readonly group: string; readonly stream: string },
  { clock, logs }: BatchAttemptDeps,
): () => void {
  if (logStreamMissing) return () => {};
  logs.create(group, stream);
  const cancels = lines.map((line) => {
    const { afterMs, message } = typeof line === 'string' ? { afterMs: 0, message: line } : line;
    const write = () => logs.write(group, stream, [message]);
    if (afterMs > 0) return clock.setTimer(afterMs, write);
    write();
    return () => {};
  });
  return () => {
    for (const cancel of cancels) cancel();
  };
}
