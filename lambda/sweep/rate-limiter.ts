import type { NoAnswer } from '../aws/lookup.ts';
import { ConcurrencyLimit } from '../delivery/concurrency-limit.ts';
import { afterThrottling, openBudget, takeFromBudget } from './budget.ts';

/** One sweep: where it stands and how long it may take. */
export interface RatePermit {
  /** From then on nothing more is asked, so that what was found can still be told. */
  readonly untilMs: number;
  /** Falls when everything must be let go. */
  readonly signal: AbortSignal;
}

export interface RateLimiterDeps {
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Where one service of one account and Region is asked: keeps the pace, and a few pieces of work going at once. */
export interface RateLimiter {
  /**
   * Asks at the next turn. An answer of `throttled` halves the pace for the rest of this sweep; one of `shut` is the
   * answer to every further question.
   *
   * @returns `undefined` where the time is over
   */
  ask<Answer extends { readonly kind: string }>(
    question: () => Promise<Answer | NoAnswer>,
  ): Promise<Answer | NoAnswer | undefined>;
  /** Starts a piece of work that never rejects, as soon as there is room. */
  start(work: () => Promise<void>): Promise<void>;
  /** Resolves when all work has ended. */
  close(): Promise<void>;
}

/** So many answers at once are told to AutoSys. */
const worksAtOnce = 5;

/** Whether nothing more is to be asked. */
export function isTimeOver({ untilMs, signal }: RatePermit, now: Date): boolean {
  return signal.aborted || now.getTime() >= untilMs;
}

/** Opens a desk for one sweep. */
export function createRateLimiter(
  { now, sleep }: RateLimiterDeps,
  pass: RatePermit,
  perSecond: number,
): RateLimiter {
  let budget = openBudget(perSecond, now().getTime());
  let shut: NoAnswer | undefined;
  const concurrency = new ConcurrencyLimit<never>(worksAtOnce);
  concurrency.widen();
  return {
    ask: async (question) => {
      if (shut) return shut;
      const turn = takeFromBudget(budget, now().getTime());
      budget = turn.budget;
      if (turn.waitMs > 0) await sleep(turn.waitMs, pass.signal).catch(() => undefined);
      if (isTimeOver(pass, now())) return undefined;
      const answer = await question();
      if (answer.kind === 'throttled') budget = afterThrottling(budget, now().getTime());
      if (isShut(answer)) shut = answer;
      return answer;
    },
    start: async (work) => {
      await concurrency.room();
      concurrency.start(async () => {
        await work();
        return undefined;
      });
    },
    close: () => concurrency.empty(),
  };
}

function isShut(answer: { readonly kind: string }): answer is NoAnswer {
  return answer.kind === 'noRole';
}
