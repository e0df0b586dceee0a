import type { DescribedBatchJob, DescribedExecution } from '../../../../lambda/aws/lookup.ts';
import {
  toBatchJobEvent,
  toRecoveredExecutionEvent,
} from '../../../../lambda/sweep/recovered-event.ts';
import { findRedriveObstacle } from '../../../../local/workloads/step-functions/redrive-rules.ts';
import {
  isEndStatus,
  simulatedHome,
  toBatchArn,
  toStatesArn,
  type Work,
  type WorkChange,
} from './work.ts';

/** An execution as DescribeExecution showed it at an instant. `undefined` before its start. */
export function describeExecutionAt(work: Work, asOfMs: number): DescribedExecution | undefined {
  const change = work.changes.findLast(({ atMs }) => atMs <= asOfMs);
  if (change === undefined) return undefined;
  const { status, atMs, redrives } = change;
  const redriven = work.changes.find((one) => one.redrives === redrives);
  const machine = work.place;
  return {
    executionArn: work.id,
    stateMachineArn: toStatesArn(`stateMachine:${machine}`),
    name: work.name,
    status,
    input: work.input,
    startDate: new Date(work.beganMs),
    redriveCount: redrives,
    ...(redrives > 0 && redriven && { redriveDate: new Date(redriven.atMs) }),
    ...(isEndStatus(status) && { stopDate: new Date(atMs) }),
    ...toRedriveStatus(findObstacle(work, change, asOfMs)),
  };
}

function toRedriveStatus(obstacle: string | undefined) {
  return obstacle === undefined
    ? { redriveStatus: 'REDRIVABLE' }
    : { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: obstacle };
}

/** Documented limit of a history that may be redriven. */
const maxHistory = 24_999;

/** Why AWS does not redrive an execution that has a status since a change. `undefined`: it does. */
export function findObstacle(
  { beganMs: startedAt, history, plan, listedBy: mapRunArn }: Work,
  change: WorkChange | undefined,
  nowMs: number,
): string | undefined {
  const { status = '', atMs } = change ?? {};
  const stoppedAt = isEndStatus(status) ? atMs : undefined;
  const historyLength = plan.isHistoryFull ? maxHistory : history.length;
  return findRedriveObstacle(
    { status, startedAt, stoppedAt, mapRunArn },
    { now: nowMs, historyLength },
  );
}

/** A Batch job as DescribeJobs showed it at an instant. `undefined` before its submission. */
export function describeBatchJobAt(work: Work, asOfMs: number): DescribedBatchJob | undefined {
  const known = work.changes.filter(({ atMs }) => atMs <= asOfMs);
  const change = known.at(-1);
  if (change === undefined) return undefined;
  const { status, atMs } = change;
  const startedAt = known.find((one) => one.status === 'RUNNING')?.atMs;
  const hasEnded = isEndStatus(status);
  const exitCode = status === 'SUCCEEDED' ? 0 : work.exitCode;
  const [, index] = work.id.split(':');
  const ending = exitCode === undefined || work.arraySize !== undefined ? {} : { exitCode };
  return {
    jobId: work.id,
    jobName: work.name,
    jobQueue: toBatchArn(`job-queue/${work.place}`),
    jobDefinition: toBatchArn(`job-definition/${work.definition}:1`),
    jobArn: toBatchArn(`job/${work.id}`),
    status,
    createdAt: work.beganMs,
    ...(startedAt !== undefined && { startedAt }),
    ...(hasEnded && { stoppedAt: atMs, container: ending }),
    attempts:
      hasEnded && startedAt !== undefined
        ? [{ container: ending, startedAt, stoppedAt: atMs, statusReason: 'ended' }]
        : [],
    ...(work.arraySize !== undefined && { arrayProperties: { size: work.arraySize } }),
    ...(index !== undefined && { arrayProperties: { index: Number(index) } }),
  };
}

/** The EventBridge event of the newest change at an instant. */
export function toWorkEvent(work: Work, atMs: number, id: string): Record<string, unknown> {
  const asking = { ...simulatedHome, askedAt: new Date(atMs) };
  const found =
    work.kind === 'execution' ? describeExecutionAt(work, atMs) : describeBatchJobAt(work, atMs);
  if (found === undefined) throw new Error(`${work.id} had not begun at ${atMs}`);
  const { recovered: _, ...event } =
    'executionArn' in found
      ? toRecoveredExecutionEvent(found, asking)
      : toBatchJobEvent(found, asking);
  return { ...event, id };
}
