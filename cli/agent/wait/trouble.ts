import { type BackoffPolicy, backoff } from '../../../autosys/backoff.ts';
import type { ApiOutcome } from '../api/outcome.ts';
import { formatTimeSpan } from '../time-text.ts';
import {
  print,
  stay,
  type WaitMoment,
  type WaitPlan,
  type WaitState,
  type WaitStep,
} from './state.ts';

/** An outcome that is not an answer. */
export type ApiFailure = Exclude<ApiOutcome<unknown>, { readonly kind: 'answer' }>;

const networkBackoff: BackoffPolicy = { firstWaitMs: 1_000, maxWaitMs: 30_000 };
const throttleBackoff: BackoffPolicy = { firstWaitMs: 4_000, maxWaitMs: 60_000 };
const busyBackoff: BackoffPolicy = { firstWaitMs: 15_000, maxWaitMs: 60_000 };

/** Longest wait that an answer can ask for. */
const maxRetryMs = 300_000;

/** A first failure is repeated at once, so it is not worth a line. A throttled call is normal. */
const reportedFrom = { failed: 2, refused: 1, busy: 2, throttled: 3 } as const;

/** Counts a failed request, and prints the first line of a series. */
export function noteTrouble(state: WaitState, failure: ApiFailure, { now }: WaitMoment): WaitStep {
  const { trouble } = state;
  const failures = (trouble?.failures ?? 0) + 1;
  const reason = describeApiFailure(failure);
  const isNew = !trouble?.isReported && failures >= reportedFrom[failure.kind];
  const next: WaitState = {
    ...state,
    trouble: {
      since: trouble?.since ?? now,
      failures,
      reason,
      isReported: isNew || trouble?.isReported === true,
    },
  };
  return isNew
    ? print(next, now, [
        `no answer of ${toServiceName(state.plan)}: ${reason}; the command tries again until it answers`,
      ])
    : stay(next);
}

/** Ends a series of failed requests, and prints its last line. */
export function clearTrouble(state: WaitState, { now }: WaitMoment): WaitStep {
  const { trouble } = state;
  if (trouble === undefined) return stay(state);
  const next: WaitState = { ...state, trouble: undefined };
  return trouble.isReported
    ? print(next, now, [
        `${toServiceName(state.plan).replace('the ', '')} answers again after ${formatTimeSpan(now - trouble.since)}`,
      ])
    : stay(next);
}

/** What the command calls, for people. */
export function toServiceName({ isDirect }: Pick<WaitPlan, 'isDirect'>): string {
  return isDirect ? 'AWS' : 'the launch API';
}

/** Milliseconds until the next attempt after `failures` failed ones. The first repeat is at once. */
export function toRetryMs(failure: ApiFailure, failures: number, { random }: WaitMoment): number {
  switch (failure.kind) {
    case 'busy':
      return Math.min(failure.retryAfterMs ?? backoff(busyBackoff, failures, random), maxRetryMs);
    case 'throttled':
      return Math.min(
        Math.max(failure.retryAfterMs ?? 0, backoff(throttleBackoff, failures, random)),
        maxRetryMs,
      );
    case 'failed':
    case 'refused':
      return failures === 1 ? 0 : backoff(networkBackoff, failures - 1, random);
    default:
      return failure satisfies never;
  }
}

/** A failure in a few words. */
export function describeApiFailure(failure: ApiFailure): string {
  switch (failure.kind) {
    case 'failed':
      return failure.reason;
    case 'busy':
      return failure.words;
    case 'throttled':
      return failure.reason ?? 'it answers HTTP 429 (too many requests)';
    case 'refused':
      return (failure.lines[0] ?? '').replace(/^error: /, '');
    default:
      return failure satisfies never;
  }
}
