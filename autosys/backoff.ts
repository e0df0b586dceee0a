/** Bounds of a wait that doubles, in milliseconds. */
export interface BackoffPolicy {
  /** Longest wait before the second attempt. */
  readonly firstWaitMs: number;
  /** Longest wait before any attempt. */
  readonly maxWaitMs: number;
}

/** Beyond this the doubled wait is above every `maxWaitMs`; it keeps the product finite. */
const maxDoublings = 20;

/**
 * Wait before the next attempt, in whole milliseconds.
 *
 * The longest wait doubles with each failed attempt; the jitter takes between all and half of it.
 *
 * @param attempt number of attempts that have failed, from 1
 * @param jitter from 0 (half of the longest wait) to 1 (all of it); random, so that callers do not retry in step
 */
export function backoff(
  { firstWaitMs, maxWaitMs }: BackoffPolicy,
  attempt: number,
  jitter: number,
): number {
  const longestMs = Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(attempt - 1, maxDoublings));
  return Math.round(longestMs * (0.5 + jitter / 2));
}
