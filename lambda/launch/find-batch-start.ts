import type { FailedCall, FindBatchJobs, FoundBatchJob } from '../aws/lookup.ts';
import { parseRun, toRunTarget } from '../ledger/run-row.ts';
import type { SearchableTable } from '../ledger/table.ts';
import type { Home } from '../routing/routes.ts';
import type { BoundRun } from './bound-run.ts';
import type { Launch } from './launch.ts';

export interface FindBatchStartDeps {
  readonly table: SearchableTable;
  readonly findJobs: FindBatchJobs;
  readonly home: Home;
}

/** Whether AWS has accepted a SubmitJob of unknown outcome. */
export type BatchStartLookup =
  /** The jobs of the name, the oldest first. More than one: an earlier call was accepted as well. */
  | {
      readonly kind: 'found';
      readonly jobs: readonly [FoundBatchJob, ...FoundBatchJob[]];
      /** False if only events show the jobs, because ListJobs has not answered. */
      readonly isListed: boolean;
    }
  /** Not yet, or never. */
  | { readonly kind: 'notFound' }
  /** ListJobs has not answered, and no event shows a job. */
  | FailedCall;

/**
 * The lookup as one run, the oldest. For the sweep, which binds it and has no second attempt.
 *
 * `unknown`: AWS does not have it, or not yet. Pure.
 */
export function toOldestStart(
  lookup: BatchStartLookup,
): ({ readonly kind: 'found' } & BoundRun) | { readonly kind: 'unknown' } | FailedCall {
  switch (lookup.kind) {
    case 'found': {
      const [{ id, createdMs }] = lookup.jobs;
      return { kind: 'found', id, beganMs: createdMs };
    }
    case 'notFound':
      return { kind: 'unknown' };
    default:
      return lookup;
  }
}

/** Looks up the Batch job of an intended launch. It rejects with a `LedgerError` only. */
export type FindBatchStart = (launch: Launch, signal: AbortSignal) => Promise<BatchStartLookup>;

/**
 * Largest difference between the clocks of AWS Batch and the function. An older job of the same name
 * belongs to an AutoSys that has begun its run numbers again.
 */
const clockDifferenceMs = 60_000;

/** Run rows of one name that are read. More would be a fault. */
const maxRows = 20;

/**
 * Creates the lookup of a Batch job by its exact name, created since the intent: in the job queue
 * (ListJobs), and in the ledger, which has its events.
 */
export function createFindBatchStart(deps: FindBatchStartDeps): FindBatchStart {
  const { findJobs } = deps;
  return async function findBatchStart(launch, signal) {
    const { name: jobName, batch, requestedMs } = launch;
    const [listed, reported] = await Promise.all([
      findJobs({ jobName, jobQueue: batch?.jobQueue ?? '' }, signal),
      readReported(deps, launch),
    ]);
    const jobs = [...reported, ...(listed.kind === 'found' ? listed.jobs : [])]
      .filter(({ createdMs }) => createdMs >= requestedMs - clockDifferenceMs)
      .toSorted((one, other) => one.createdMs - other.createdMs);
    const [first, ...others] = [...new Map(jobs.map((job) => [job.id, job])).values()];
    const isListed = listed.kind === 'found';
    if (first !== undefined) return { kind: 'found', jobs: [first, ...others], isListed };
    return isListed ? { kind: 'notFound' } : listed;
  };
}

/** The jobs of the name that have a run row: the report function writes it for each event. */
async function readReported(
  { table, home }: FindBatchStartDeps,
  { name }: Launch,
): Promise<readonly FoundBatchJob[]> {
  const { entries } = await table.ofTarget(toRunTarget('batchJob', name), { limit: maxRows });
  const rows = await Promise.all(entries.map(({ key }) => table.get(key)));
  return rows.flatMap((row) => {
    if (row === undefined) return [];
    const run = parseRun(row);
    const { run: id, beganMs } = run.version;
    // The children of an array have the name of their parent.
    const isWhole = run.workload === 'batchJob' && !/[:#]/.test(id);
    const isHere = run.account === home.account && run.region === home.region;
    return isWhole && isHere && run.name === name ? [{ id, createdMs: beganMs }] : [];
  });
}
