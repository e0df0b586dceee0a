import { type BackoffPolicy, backoff } from '../backoff.ts';
import type { Disposition } from '../errors.ts';

/** The facts after a failed attempt. */
export interface FailureFacts {
  /** Number of attempts so far, including the failed one. */
  readonly attempts: number;
  readonly disposition: Disposition;
  /** From `toTrait` for an event. Reads are always repeatable. */
  readonly repeatable: boolean;
  /** From the header `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
  /** Remaining time for all attempts. @default - unlimited */
  readonly remainingMs?: number | undefined;
  /** Random, from 0 to 1, so that callers do not retry at the same time. */
  readonly jitter: number;
}

/** The maximum number of attempts and the waits between them. */
export interface RetryPolicy extends BackoffPolicy {
  readonly maxAttempts: number;
}

/**
 * The next step after a failure.
 *
 * - `wait`: send it again after `ms` milliseconds
 * - `readBack`: the outcome is unknown and a repetition is not safe, so read AutoSys back first
 * - `stop`: do not send it again, for the given reason
 */
export type Next =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'readBack' }
  | { readonly kind: 'stop'; readonly reason: string };

/**
 * Decides whether a failed request is sent again. No other code decides this.
 *
 * The wait is that of `backoff`, and at least `retryAfterMs`.
 */
export function decideNext(facts: FailureFacts, policy: RetryPolicy): Next {
  if (facts.disposition === 'reject') {
    return { kind: 'stop', reason: 'sending it again does not help' };
  }
  if (facts.disposition === 'confirm' && !facts.repeatable) return { kind: 'readBack' };
  if (facts.attempts >= policy.maxAttempts) {
    return { kind: 'stop', reason: `${facts.attempts} of ${policy.maxAttempts} attempts failed` };
  }

  const ms = Math.max(backoff(policy, facts.attempts, facts.jitter), facts.retryAfterMs ?? 0);

  if (facts.remainingMs !== undefined && ms > facts.remainingMs) {
    return {
      kind: 'stop',
      reason: `the next attempt is due in ${ms} ms, and only ${facts.remainingMs} ms are left`,
    };
  }
  return { kind: 'wait', ms };
}
