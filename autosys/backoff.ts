/** Bounds of a wait that doubles, in milliseconds. */
export interface BackoffPolicy {
  /** Longest wait before the second attempt. */
  readonly firstWaitMs: number;
  /** Longest wait before any attempt. */
  readonly maxWaitMs: number;
}

/** Beyond this number the wait is above every `maxWaitMs`. The limit keeps the product finite. */
const maxDoublings = 20;

/**
 * Wait before the next attempt, in whole milliseconds.
 *
 * The longest wait doubles with each failed attempt. The jitter selects between half and all of it.
 *
 * @param attempt number of attempts that have failed, from 1
 * @param jitter random, from 0 (half of the longest wait) to 1 (all of it), so that callers do not
 *   retry at the same time
 */
export function backoff(
  { firstWaitMs, maxWaitMs }: BackoffPolicy,
  attempt: number,
  jitter: number,
): number {
  const longestMs = Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(attempt - 1, maxDoublings));
  return Math.round(longestMs * (0.5 + jitter / 2));
}
