import { type DescribeBatchJobs, maxDescribedJobs } from '../aws/lookup.ts';
import type { KeyedRun } from './answer.ts';
import { callsPerSecond } from './budget.ts';
import {
  createRateLimiter,
  isTimeOver,
  type RateLimiter,
  type RateLimiterDeps,
} from './rate-limiter.ts';
import { toBatchJobEvent } from './recovered-event.ts';
import type { RunLookup } from './run-answer.ts';
import type { AskingSweep, RunSteps } from './run-steps.ts';

export interface AskBatchJobsDeps extends RateLimiterDeps {
  readonly describeBatchJobs: DescribeBatchJobs;
  readonly steps: RunSteps;
}

/**
 * Asks AWS Batch about jobs, up to a hundred per call.
 *
 * Only the row of a job shows its account and Region. Each location has its own sequence of calls,
 * so that one that does not answer does not delay the others.
 */
export async function askBatchJobs(
  deps: AskBatchJobsDeps,
  keys: readonly string[],
  sweep: AskingSweep,
): Promise<void> {
  const rateLimiters = new Map<string, RateLimiter>();
  const callsByLocation = new Map<string, Promise<void>>();
  for (let at = 0; at < keys.length && !isTimeOver(sweep, deps.now()); at += maxDescribedJobs) {
    const runs = await readRuns(deps, keys.slice(at, at + maxDescribedJobs), sweep);
    for (const [location, runsThere] of Map.groupBy(runs, toLocation)) {
      const rateLimiter =
        rateLimiters.get(location) ?? createRateLimiter(deps, sweep, callsPerSecond.batchJob);
      rateLimiters.set(location, rateLimiter);
      const previous = callsByLocation.get(location) ?? Promise.resolve();
      callsByLocation.set(
        location,
        previous.then(() => askOnce(deps, runsThere, rateLimiter, sweep)),
      );
    }
  }
  await Promise.all(callsByLocation.values());
  await Promise.all([...rateLimiters.values()].map((rateLimiter) => rateLimiter.close()));
}

async function readRuns(
  { steps }: AskBatchJobsDeps,
  keys: readonly string[],
  sweep: AskingSweep,
): Promise<readonly KeyedRun[]> {
  const runs = await Promise.all(
    keys.map(async (key) => {
      const open = await steps.read(key, sweep);
      return open && { key, open };
    }),
  );
  return runs.filter((one) => one !== undefined);
}

/** Makes one call. @param runs at most a hundred, of one location */
async function askOnce(
  { now, describeBatchJobs, steps }: AskBatchJobsDeps,
  runs: readonly KeyedRun[],
  rateLimiter: RateLimiter,
  sweep: AskingSweep,
): Promise<void> {
  const [first] = runs;
  if (first === undefined) return;
  const { account, region } = first.open.run;
  const batchJobIds = runs.map(({ open }) => open.run.version.run);
  const answer = await rateLimiter.call(() =>
    describeBatchJobs({ account, region, batchJobIds }, sweep.signal),
  );
  if (answer === undefined) return;
  const asking = { account, region, askedAt: now() };
  const toLookup = (batchJobId: string): RunLookup => {
    if (answer.kind !== 'found') return answer;
    const job = answer.jobs.find(({ jobId }) => jobId === batchJobId);
    return job === undefined
      ? { kind: 'unknown' }
      : { kind: 'event', event: toBatchJobEvent(job, asking) };
  };
  for (const run of runs) {
    const lookup = toLookup(run.open.run.version.run);
    await rateLimiter.start(() => steps.settle(run, lookup, sweep));
  }
}

function toLocation({ open }: KeyedRun): string {
  return `${open.run.account} ${open.run.region}`;
}
