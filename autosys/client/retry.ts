import { type BackoffPolicy, backoff } from '../backoff.ts';
import type { Disposition } from '../errors.ts';

/** What is known after a failure. */
export interface FailureFacts {
  /** Attempts made so far, the failed one included. */
  readonly attempts: number;
  readonly disposition: Disposition;
  /** Of the event, from `toTrait`; reading is always repeatable. */
  readonly repeatable: boolean;
  /** What AutoSys asked for. */
  readonly retryAfterMs?: number | undefined;
  /** What is left of the time for all attempts. @default - no bound */
  readonly remainingMs?: number | undefined;
  /** At random from 0 up to 1, so that many callers do not come back in step. */
  readonly jitter: number;
}

/** How patient the caller is. */
export interface RetryPolicy extends BackoffPolicy {
  readonly maxAttempts: number;
}

/**
 * What comes next after a failure.
 *
 * - `wait`: send it again after so long
 * - `look`: nobody knows whether AutoSys took it and twice would harm, so read AutoSys first
 * - `stop`: hand it to a person, with the reason
 */
export type Next =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'look' }
  | { readonly kind: 'stop'; readonly reason: string };

/**
 * Decides about repetition, alone in the project: refusals first, then one line of arithmetic.
 *
 * The wait is that of `backoff`, and never shorter than AutoSys asked for.
 */
export function decideNext(facts: FailureFacts, policy: RetryPolicy): Next {
  if (facts.disposition === 'reject') {
    return { kind: 'stop', reason: 'sending it again will not help' };
  }
  if (facts.disposition === 'confirm' && !facts.repeatable) return { kind: 'look' };
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
