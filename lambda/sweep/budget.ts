import { type BackoffPolicy, backoff } from '../../autosys/backoff.ts';

/** How fast one sweep asks one service of AWS in one account and Region, and when its next turn is. */
export interface Budget {
  readonly perSecond: number;
  readonly nextMs: number;
}

/**
 * Calls a second of one sweep.
 *
 * - DescribeExecution refills at 15 a second in us-east-1, us-west-2 and eu-west-1, at 10 elsewhere (AWS, service quotas),
 *   for all callers of the account together: two are 13 or 20 parts in a hundred, and twice that in the rare minute
 *   in which two sweeps overlap.
 * - DescribeJobs has no published quota; AWS's support speaks of 50 a second for all calls of AWS Batch (inferred). One
 *   is a fiftieth of it, and asks about a hundred jobs.
 */
export const callsPerSecond = { execution: 2, batchJob: 1 } as const;

/** Slower than one call in ten seconds would be as good as none. */
const slowestPerSecond = 0.1;

/** A budget whose first turn is now. */
export function openBudget(perSecond: number, nowMs: number): Budget {
  return { perSecond, nextMs: nowMs };
}

/** Takes the next turn: how long to wait for it, and the budget after it. Turns that were missed are not made up for. */
export function takeFromBudget(
  { perSecond, nextMs }: Budget,
  nowMs: number,
): { readonly waitMs: number; readonly budget: Budget } {
  const turnMs = Math.max(nowMs, nextMs);
  return {
    waitMs: turnMs - nowMs,
    budget: { perSecond, nextMs: turnMs + Math.round(1_000 / perSecond) },
  };
}

/** Half as fast from now on: others need the quota as well. */
export function afterThrottling({ perSecond }: Budget, nowMs: number): Budget {
  const slower = Math.max(slowestPerSecond, perSecond / 2);
  return { perSecond: slower, nextMs: nowMs + Math.round(1_000 / slower) };
}

/** Wait between two lookups of one run: five minutes, doubled, at most an hour. */
const lookupBackoff: BackoffPolicy = { firstWaitMs: 5 * 60_000, maxWaitMs: 60 * 60_000 };

/** How long a run that has not ended is left alone after so many questions: from five minutes, doubled, to an hour. */
export function toNextAskMs(asks: number): number {
  return backoff(lookupBackoff, asks + 1, 1);
}

/**
 * A run about which nobody could ask for so long is given up: as long as what was not delivered rests in a queue, so
 * that one date holds for both.
 */
export const unansweredForMs = 14 * 86_400_000;
