import { setImmediate as nextTurn } from 'node:timers/promises';

/** The clock of the embedded AWS. A test can replace it and advance the time by hand. */
export interface LocalClock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Calls `callBack` once, after `delayMs`.
   *
   * @returns a function that cancels the call; it may be called after the call too
   */
  setTimer(delayMs: number, callBack: () => void): () => void;
}

/** The time of this machine. Its timers do not keep the process alive by themselves. */
export const systemClock: LocalClock = {
  now: () => Date.now(),
  setTimer(delayMs, callBack) {
    const timer = setTimeout(callBack, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

interface Timer {
  readonly dueAt: number;
  readonly callBack: () => void;
}

/** A clock whose time changes only when it is advanced. */
export class ManualLocalClock implements LocalClock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(startAt = Date.UTC(2026, 0, 15, 2, 0, 0)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  setTimer(delayMs: number, callBack: () => void): () => void {
    const timer = { dueAt: this.#now + delayMs, callBack };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Advances the time. Runs due timers in order, and waits for the promises behind each call. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await nextTurn();
      const next = this.#earliest();
      if (!next || next.dueAt > until) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.callBack();
    }
    this.#now = until;
  }

  /** Of equal timers the one that was set first. One pass: arrays of jobs set thousands of them. */
  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (earliest === undefined || timer.dueAt < earliest.dueAt) earliest = timer;
    }
    return earliest;
  }
}
