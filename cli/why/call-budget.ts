import { type Fact, toUnread } from './fact.ts';

/** Maximum reads of one answer. docs/why.md states them. */
export const whyLimits = {
  /** Reads of AutoSys: a status, a definition, the events of a job, or a variable. */
  autosys: 40,
  /** Reads of the ledger: a row, or a page of the index. */
  ledger: 120,
  /** Jobs in a chain of waiting jobs. */
  depth: 8,
} as const;

/** Number of reads. */
export interface CallCounts {
  readonly autosys: number;
  readonly ledger: number;
}

/** Counts the reads of one answer, and refuses a read beyond the limit. */
export class CallBudget {
  readonly #limits: CallCounts;
  readonly #used = { autosys: 0, ledger: 0 };

  constructor(limits: CallCounts = whyLimits) {
    this.#limits = limits;
  }

  /** The reads so far. */
  get used(): CallCounts {
    return { ...this.#used };
  }

  /** Counts a read. @returns why it may not be made; `undefined` if it may */
  spend(where: keyof CallCounts): Extract<Fact<never>, { kind: 'unread' }> | undefined {
    const limit = this.#limits[where];
    if (this.#used[where] >= limit) {
      const place = where === 'autosys' ? 'AutoSys' : 'the ledger';
      return toUnread(`not read: one answer reads ${place} at most ${limit} times`);
    }
    this.#used[where] += 1;
    return undefined;
  }
}
