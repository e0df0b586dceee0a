import {
  type AwsEvent,
  aBatchJobEvent,
  anExecutionEvent,
  namesOfRun,
} from '../../support/builders.ts';
import type { World } from '../world.ts';

/** A state change of one run on AWS: its time and its event. */
export interface Change {
  readonly atMs: number;
  readonly event: AwsEvent;
}

/** One run of a workload, with its changes in order. */
export interface Run {
  readonly kind: 'execution' | 'batchJob';
  /** Execution ARN or Batch job id. */
  readonly id: string;
  /** Name of the state machine or the Batch job. */
  readonly workload: string;
  readonly changes: readonly Change[];
  /**
   * When a later run with the same ARN began, in milliseconds. AWS describes that one from then on.
   */
  readonly reusedMs?: number;
}

/** Statuses with which an execution ends: most fail, so that many are redriven. */
export const endStatuses = ['SUCCEEDED', 'FAILED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** Statuses with which a member of a group ends: half succeed, so that groups succeed and fail. */
export const groupEndStatuses = ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', ...endStatuses] as const;

interface ExecutionOptions {
  readonly machine: string;
  readonly number: number;
  readonly startMs: number;
  /** @default endStatuses */
  readonly statuses?: readonly [string, ...string[]];
}

/** Draws an execution of a Standard state machine, redriven up to twice after a failure. */
export function drawExecution(
  world: World,
  { machine, number, startMs, statuses = endStatuses }: ExecutionOptions,
): Run {
  const name = `${machine}-${number}`;
  const names = namesOfRun(name, machine);
  const id = names.executionArn;
  const changes: Change[] = [];
  let atMs = startMs;
  for (let redriveCount = 0; ; redriveCount += 1) {
    const detail = {
      ...names,
      startDate: startMs,
      redriveCount,
      redriveDate: redriveCount > 0 ? atMs : null,
    };
    const addChange = (status: string, stopDate: number | null) =>
      changes.push(toChange(atMs, name, anExecutionEvent({ ...detail, status, stopDate })));
    addChange('RUNNING', null);
    atMs += drawDurationMs(world);
    const status = world.pick(statuses);
    addChange(status, atMs);
    const isLast = status === 'SUCCEEDED' || redriveCount === 2 || world.chance(0.6);
    if (isLast) return { kind: 'execution', id, workload: machine, changes };
    world.count('redrives');
    atMs += drawDurationMs(world);
  }
}

/**
 * Draws another execution with the same name and ARN, as AWS allows after 90 days, or after the
 * state machine was created again.
 *
 * A scenario is shorter than 90 days. All events of the first execution are delivered before the
 * second begins.
 */
export function reuseArn(world: World, first: Run, number: number): readonly Run[] {
  const endMs = first.changes.at(-1)?.atMs ?? 0;
  const startMs = endMs + world.between(60, 90) * 60_000;
  world.count('reused ARNs');
  const second = drawExecution(world, { machine: first.workload, number, startMs });
  return [{ ...first, reusedMs: startMs }, second];
}

/**
 * Draws a Batch job with up to three attempts. Between two it returns to RUNNABLE and may be
 * terminated.
 */
export function drawBatchJob(
  world: World,
  { name, number, startMs: createdAt }: { name: string; number: number; startMs: number },
): Run {
  const id = `4c7599ae-0a82-49aa-ba5a-${String(number).padStart(12, '0')}`;
  const changes: Change[] = [];
  const attempts: object[] = [];
  let atMs = createdAt;
  let lastStartedAt: number | null = null;
  for (;;) {
    const detail = {
      ...{ jobName: name, jobId: id, createdAt, startedAt: lastStartedAt },
      attempts: [...attempts],
    };
    const addChange = (more: Readonly<Record<string, unknown>>) =>
      changes.push(toChange(atMs, id, aBatchJobEvent({ ...detail, ...more })));
    if (world.chance(0.5)) addChange({ status: 'RUNNABLE' });
    if (attempts.length > 0 && world.chance(0.2)) {
      atMs += world.between(0, 60_000);
      addChange({ status: 'FAILED', stoppedAt: atMs });
      world.count('Batch jobs terminated');
      return { kind: 'batchJob', id, workload: name, changes };
    }
    const startedAt = atMs;
    lastStartedAt = startedAt;
    addChange({ status: 'RUNNING', startedAt });
    atMs += drawDurationMs(world);
    attempts.push({ container: { exitCode: 1 } });
    if (attempts.length === 3 || world.chance(0.6)) {
      const status = world.pick(['SUCCEEDED', 'FAILED']);
      addChange({ status, attempts: [...attempts], startedAt, stoppedAt: atMs });
      return { kind: 'batchJob', id, workload: name, changes };
    }
    world.count('Batch retries');
    atMs += world.between(1_000, 60_000);
  }
}

/** Draws a duration in milliseconds. Some runs end before the event of their start arrives. */
function drawDurationMs(world: World): number {
  return world.chance(0.4) ? world.between(500, 8_000) : world.between(8_000, 600_000);
}

function toChange(atMs: number, run: string, event: AwsEvent): Change {
  const id = `${run}-${event.detail['status']}-${atMs}`;
  return { atMs, event: { ...event, id, time: new Date(atMs).toISOString() } };
}
