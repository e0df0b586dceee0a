import { randomUUID } from 'node:crypto';
import { type PlayedWorkload, playedStatuses } from './find-workload.ts';

/** A run of a played workload at one moment. Instants are milliseconds since 1970. */
export interface PlayedRun {
  /** Name of the execution, or id of the Batch job. */
  readonly id: string;
  readonly status: string;
  readonly createdMs: number;
  /** Undefined for a Batch job that has not started. */
  readonly startedMs?: number;
  readonly stoppedMs?: number;
}

const ends: readonly string[] = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
/** A run whose start was not played has taken this long when it ends. */
const unplayedMs = 1_000;

/** Changes the status of the newest run of a workload, and returns the run. */
export type ChangeRun = (workload: PlayedWorkload, status: string, nowMs: number) => PlayedRun;

/**
 * Keeps the newest run of each workload. A status that follows the present one changes that run;
 * any other status begins a new run.
 */
export function createPlayedRuns(): ChangeRun {
  const newest = new Map<string, PlayedRun>();
  const counts = new Map<string, number>();
  return function changeRun(workload, status, nowMs) {
    const { account, region, kind } = workload;
    const name = workload.kind === 'execution' ? workload.stateMachine : workload.jobName;
    const key = JSON.stringify([kind, account, region, name]);
    const present = newest.get(key);
    const isSame = present !== undefined && follows(workload, present.status, status);
    const count = (counts.get(key) ?? 0) + (isSame ? 0 : 1);
    counts.set(key, count);
    const before = isSame ? present : newRun(workload, status, { nowMs, count });
    const run = withStatus(workload, before, status, nowMs);
    newest.set(key, run);
    return run;
  };
}

function follows({ kind }: PlayedWorkload, present: string, next: string): boolean {
  const order: readonly string[] = playedStatuses[kind];
  return !ends.includes(present) && order.indexOf(next) > order.indexOf(present);
}

function newRun(
  { kind }: PlayedWorkload,
  status: string,
  { nowMs, count }: { readonly nowMs: number; readonly count: number },
): PlayedRun {
  const createdMs = ends.includes(status) ? nowMs - unplayedMs : nowMs;
  // The time makes the name unique: the ledger keeps the runs of earlier rehearsals apart.
  const name = `rehearsal-${count}-${new Date(nowMs).toISOString().slice(11, 19).replaceAll(':', '')}`;
  return { id: kind === 'execution' ? name : randomUUID(), status, createdMs };
}

function withStatus(
  { kind }: PlayedWorkload,
  run: PlayedRun,
  status: string,
  nowMs: number,
): PlayedRun {
  const isEnd = ends.includes(status);
  const starts = kind === 'execution' || status === 'RUNNING' || isEnd;
  const startedMs = run.startedMs ?? (kind === 'batchJob' && !isEnd ? nowMs : run.createdMs);
  return {
    ...run,
    status,
    ...(starts && { startedMs }),
    ...(isEnd && { stoppedMs: nowMs }),
  };
}
