import { Lanes } from '../report/lanes.ts';
import { afterThrottling, openBudget, takeTurn } from './budget.ts';

/** One sweep: where it stands and how long it may take. */
export interface Pass {
  /** The account of this function: twelve digits. */
  readonly account: string;
  /** From then on nothing more is asked, so that what was found can still be told. */
  readonly untilMs: number;
  /** Falls when everything must be let go. */
  readonly signal: AbortSignal;
}

export interface DeskPowers {
  readonly now: () => Date;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Where one service of one Region is asked: keeps the pace, and a few pieces of work going at once. */
export interface Desk {
  /** Waits for the next turn. @returns whether there is still time */
  turn(): Promise<boolean>;
  /** After an answer: one of `throttled` halves the pace for the rest of this sweep. */
  hear(answer: { readonly kind: string }): void;
  /** Starts a piece of work that never rejects, as soon as there is room. */
  start(work: () => Promise<void>): Promise<void>;
  /** Resolves when all work has ended. */
  close(): Promise<void>;
}

/** So many answers at once are told to AutoSys. */
const worksAtOnce = 5;

/** Whether nothing more is to be asked. */
export function isTimeOver({ untilMs, signal }: Pass, now: Date): boolean {
  return signal.aborted || now.getTime() >= untilMs;
}

/** Opens a desk for one sweep. */
export function openDesk({ now, pause }: DeskPowers, pass: Pass, perSecond: number): Desk {
  let budget = openBudget(perSecond, now().getTime());
  const lanes = new Lanes<never>(worksAtOnce);
  lanes.widen();
  return {
    turn: async () => {
      const turn = takeTurn(budget, now().getTime());
      budget = turn.budget;
      if (turn.waitMs > 0) await pause(turn.waitMs, pass.signal).catch(() => undefined);
      return !isTimeOver(pass, now());
    },
    hear: ({ kind }) => {
      if (kind === 'throttled') budget = afterThrottling(budget, now().getTime());
    },
    start: async (work) => {
      await lanes.room();
      lanes.start(async () => {
        await work();
        return undefined;
      });
    },
    close: () => lanes.empty(),
  };
}
