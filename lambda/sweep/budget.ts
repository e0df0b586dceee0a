import { type BackoffPolicy, backoff } from '../../autosys/backoff.ts';

/** Call rate of one sweep run for one AWS service in one account and Region. */
export interface Budget {
  readonly perSecond: number;
  /** When the next call is allowed, in milliseconds. */
  readonly nextMs: number;
}

/**
 * Calls per second of one sweep run.
 *
 * - DescribeExecution: the quota refills at 15 per second in us-east-1, us-west-2 and eu-west-1,
 *   and at 10 elsewhere (AWS, service quotas). All callers of the account share it. Two calls are
 *   13 or 20 %, and twice that in the rare minute in which two sweep runs overlap.
 * - DescribeJobs: no published quota. AWS Support states 50 per second for all calls of AWS Batch
 *   (inferred). One call is 2 %, and covers a hundred jobs.
 */
export const callsPerSecond = { execution: 2, batchJob: 1 } as const;

/** Minimum rate after throttling. Less than one call in ten seconds would be of no use. */
const minPerSecond = 0.1;

/** Creates a budget whose first call is allowed now. Pure. */
export function openBudget(perSecond: number, nowMs: number): Budget {
  return { perSecond, nextMs: nowMs };
}

/**
 * Reserves the next call: the wait before it, and the budget after it. Missed calls are not made up
 * for. Pure.
 */
export function takeFromBudget(
  { perSecond, nextMs }: Budget,
  nowMs: number,
): { readonly waitMs: number; readonly budget: Budget } {
  const callMs = Math.max(nowMs, nextMs);
  return {
    waitMs: callMs - nowMs,
    budget: { perSecond, nextMs: callMs + Math.round(1_000 / perSecond) },
  };
}

/** Halves the rate, since other callers need the quota too. Pure. */
export function afterThrottling({ perSecond }: Budget, nowMs: number): Budget {
  const slower = Math.max(minPerSecond, perSecond / 2);
  return { perSecond: slower, nextMs: nowMs + Math.round(1_000 / slower) };
}

/** Wait between two lookups of one run: five minutes, doubled, at most an hour. */
const lookupBackoff: BackoffPolicy = { firstWaitMs: 5 * 60_000, maxWaitMs: 60 * 60_000 };

/** Wait before the next lookup of a run, after this number of lookups, in milliseconds. */
export function toNextAskMs(asks: number): number {
  return backoff(lookupBackoff, asks + 1, 1);
}

/**
 * Time without an answer after which a run is closed as lost. Undelivered messages are kept as
 * long, so one limit applies to both.
 */
export const unansweredForMs = 14 * 86_400_000;
