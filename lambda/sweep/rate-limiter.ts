import type { NoAnswer } from '../aws/lookup.ts';
import { ConcurrencyLimit } from '../delivery/concurrency-limit.ts';
import { afterThrottling, openBudget, takeFromBudget } from './budget.ts';

/** Time limits of a sweep run. */
export interface SweepDeadline {
  /**
   * After this instant no lookup starts, so that answers can still be recorded. In milliseconds.
   */
  readonly untilMs: number;
  /** Aborts all work shortly before the timeout of the function. */
  readonly signal: AbortSignal;
}

export interface RateLimiterDeps {
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Limits the calls to one service in one account and Region: their rate, and the number of answers
 * that are processed at once.
 */
export interface RateLimiter {
  /**
   * Makes a call when the rate allows it. `throttled` halves the rate for the rest of this sweep
   * run. `noRole` is returned for every further call.
   *
   * @returns `undefined` if the time is over
   */
  call<Answer extends { readonly kind: string }>(
    makeCall: () => Promise<Answer | NoAnswer>,
  ): Promise<Answer | NoAnswer | undefined>;
  /** Starts work that never rejects, as soon as the concurrency limit allows it. */
  start(work: () => Promise<void>): Promise<void>;
  /** Waits until all work has ended. */
  close(): Promise<void>;
}

/** Maximum number of answers that are processed at once. */
const maxConcurrent = 5;

/** Whether no further lookup may start. */
export function isTimeOver({ untilMs, signal }: SweepDeadline, now: Date): boolean {
  return signal.aborted || now.getTime() >= untilMs;
}

/** Creates a rate limiter for one sweep run. */
export function createRateLimiter(
  { now, sleep }: RateLimiterDeps,
  deadline: SweepDeadline,
  perSecond: number,
): RateLimiter {
  let budget = openBudget(perSecond, now().getTime());
  let withoutRole: NoAnswer | undefined;
  const concurrency = new ConcurrencyLimit<never>(maxConcurrent);
  concurrency.widen();
  return {
    async call(makeCall) {
      if (withoutRole) return withoutRole;
      const next = takeFromBudget(budget, now().getTime());
      budget = next.budget;
      if (next.waitMs > 0) await sleep(next.waitMs, deadline.signal).catch(() => undefined);
      if (isTimeOver(deadline, now())) return undefined;
      const answer = await makeCall();
      if (answer.kind === 'throttled') budget = afterThrottling(budget, now().getTime());
      if (isWithoutRole(answer)) withoutRole = answer;
      return answer;
    },
    async start(work) {
      await concurrency.waitForRoom();
      concurrency.start(async () => {
        await work();
        return undefined;
      });
    },
    close: () => concurrency.waitForAll(),
  };
}

function isWithoutRole(answer: { readonly kind: string }): answer is NoAnswer {
  return answer.kind === 'noRole';
}
