import { toNotAvailable } from './api-error.ts';
import type { FindBatchStart } from './find-batch-start.ts';
import type { Launch } from './launch.ts';
import type { DoubtStep } from './launch-doubt.ts';
import type { LaunchedRuns } from './launched-runs.ts';
import type { Launches, StoredLaunch } from './launches.ts';
import { settleFound } from './settle-call.ts';
import { settleWithRun } from './settle-with-run.ts';
import { toUndecided } from './start-conflict.ts';

export interface ResolveDoubtDeps {
  readonly launches: Launches;
  readonly runs: Pick<LaunchedRuns, 'record'>;
  readonly findBatchStart: FindBatchStart;
  /** Called when AWS has more than one Batch job of a launch. */
  readonly onDuplicate: (launch: Launch) => void;
  readonly now: () => Date;
}

/** `bound`: the job was found. `wait`: it may still be found. `call`: it may be submitted again. */
export type ResolvedDoubt =
  | { readonly kind: 'bound'; readonly stored: StoredLaunch }
  | { readonly kind: 'wait' }
  | { readonly kind: 'call' };

/**
 * Looks up the Batch job of a launch whose SubmitJob has an unknown outcome, and binds it.
 *
 * @throws {ApiError} 409 if only a person can decide, 503 if AWS cannot be asked
 * @throws {LedgerError}
 */
export async function resolveDoubt(
  { launches, runs, findBatchStart, onDuplicate, now }: ResolveDoubtDeps,
  known: StoredLaunch,
  ifNotFound: DoubtStep,
  signal: AbortSignal,
): Promise<ResolvedDoubt> {
  const { name } = known.launch;
  const answer = await findBatchStart(known.launch, signal);
  switch (answer.kind) {
    case 'found': {
      const { jobs } = answer;
      const stored = await settleWithRun({ launches, runs }, known, (launch) =>
        settleFound(launch, jobs, now().getTime()),
      );
      if (jobs.length > 1) onDuplicate(stored.launch);
      return { kind: 'bound', stored };
    }
    case 'notFound':
      if (ifNotFound === 'giveUp') throw toUndecided(known.launch);
      return { kind: ifNotFound };
    default:
      throw toNotAvailable(`the start of ${name} is being looked up: ListJobs: ${answer.reason}`);
  }
}
