import {
  type AwsEvent,
  aBatchJobEvent,
  anExecutionEvent,
  namesOfRun,
} from '../../support/builders.ts';
import type { World } from '../world.ts';

/** A change of one run on AWS: when it happens, and the event that tells of it. */
export interface Change {
  readonly atMs: number;
  readonly event: AwsEvent;
}

/** One run of a workload, with all that happens to it in a night, in order. */
export interface Run {
  readonly kind: 'execution' | 'batchJob';
  /** Execution ARN or Batch job id. */
  readonly id: string;
  /** Of the state machine, or of the Batch job. */
  readonly workload: string;
  readonly changes: readonly Change[];
  /** When a later run began under the same ARN, in milliseconds: AWS then shows that one. */
  readonly reusedMs?: number;
}

/** An execution of a Standard state machine, redriven up to twice after it failed. */
export function playExecution(
  world: World,
  { machine, number, startMs }: { machine: string; number: number; startMs: number },
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
    const tell = (status: string, stopDate: number | null) =>
      changes.push(announce(atMs, name, anExecutionEvent({ ...detail, status, stopDate })));
    tell('RUNNING', null);
    atMs += aWhile(world);
    const status = world.pick(['SUCCEEDED', 'FAILED', 'FAILED', 'TIMED_OUT', 'ABORTED']);
    tell(status, atMs);
    const isLast = status === 'SUCCEEDED' || redriveCount === 2 || world.chance(0.6);
    if (isLast) return { kind: 'execution', id, workload: machine, changes };
    world.count('redrives');
    atMs += aWhile(world);
  }
}

/**
 * Another execution of the same name under the same ARN, as AWS allows after 90 days or after the state machine was created
 * again. A night has no 90 days: all that AWS tells of the first has been delivered before the second begins.
 */
export function reuseArn(world: World, first: Run, number: number): readonly Run[] {
  const endMs = first.changes.at(-1)?.atMs ?? 0;
  const startMs = endMs + world.between(60, 90) * 60_000;
  world.count('reused ARNs');
  const second = playExecution(world, { machine: first.workload, number, startMs });
  return [{ ...first, reusedMs: startMs }, second];
}

/** A Batch job with up to three attempts, between which it goes back to RUNNABLE, and may be terminated. */
export function playBatchJob(
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
    const tell = (more: Readonly<Record<string, unknown>>) =>
      changes.push(announce(atMs, id, aBatchJobEvent({ ...detail, ...more })));
    if (world.chance(0.5)) tell({ status: 'RUNNABLE' });
    if (attempts.length > 0 && world.chance(0.2)) {
      atMs += world.between(0, 60_000);
      tell({ status: 'FAILED', stoppedAt: atMs });
      world.count('Batch jobs terminated');
      return { kind: 'batchJob', id, workload: name, changes };
    }
    const startedAt = atMs;
    lastStartedAt = startedAt;
    tell({ status: 'RUNNING', startedAt });
    atMs += aWhile(world);
    attempts.push({ container: { exitCode: 1 } });
    if (attempts.length === 3 || world.chance(0.6)) {
      const status = world.pick(['SUCCEEDED', 'FAILED']);
      tell({ status, attempts: [...attempts], startedAt, stoppedAt: atMs });
      return { kind: 'batchJob', id, workload: name, changes };
    }
    world.count('Batch retries');
    atMs += world.between(1_000, 60_000);
  }
}

/** Some runs are over before anybody has told of their start. */
function aWhile(world: World): number {
  return world.chance(0.4) ? world.between(500, 8_000) : world.between(8_000, 600_000);
}

function announce(atMs: number, run: string, event: AwsEvent): Change {
  const id = `${run}-${event.detail['status']}-${atMs}`;
  return { atMs, event: { ...event, id, time: new Date(atMs).toISOString() } };
}
