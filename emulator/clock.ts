import { setImmediate as nextTurn } from 'node:timers/promises';

/** The only source of time in the embedded AutoSys. */
export interface Clock {
  /** The present instant. */
  now(): Date;
  /**
   * Calls `run` once at the instant, or as soon as possible if it has passed. Disposing cancels it.
   */
  setTimer(at: Date, run: () => void): Disposable;
}

/** Node.js timers keep at most 2^31 - 1 ms; a longer delay is split into several timers. */
const longestTimerMs = 2_147_483_647;

/**
 * The clock of the host.
 *
 * A Node.js timer may fire up to a millisecond early (timers count whole milliseconds of another
 * clock). A caller that then finds nothing due would never be called again. So a timer that fires
 * early is set again.
 *
 * @param nowMs milliseconds since 1970. @default - the time of this machine
 */
export function createSystemClock(nowMs: () => number = Date.now): Clock {
  return {
    now: () => new Date(nowMs()),
    setTimer(at, run) {
      let timer: NodeJS.Timeout;
      const wait = () => {
        const leftMs = Math.max(0, at.getTime() - nowMs());
        timer = setTimeout(onTimer, Math.min(leftMs, longestTimerMs));
      };
      const onTimer = () => (nowMs() < at.getTime() ? wait() : run());
      wait();
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
  };
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** A clock whose time changes only when a test advances it. */
export class ManualClock implements Clock {
  #now: number;
  /** Ascending by instant. Timers of the same instant are in the order in which they were set. */
  #timers: Timer[] = [];
  #moving: Promise<void> = Promise.resolve();

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  setTimer(at: Date, run: () => void): Disposable {
    const timer: Timer = { at: Math.max(at.getTime(), this.#now), run, cancelled: false };
    this.#timers.splice(this.#insertionIndex(timer.at), 0, timer);
    return {
      [Symbol.dispose]: () => {
        timer.cancelled = true;
      },
    };
  }

  /**
   * Advances the time by `ms` milliseconds. Runs the timers that fall due, in order, each at its
   * own instant, and resolves when no more are due. Overlapping calls run one after the other.
   */
  advance(ms: number): Promise<void> {
    return this.#move(() => this.#now + ms);
  }

  /** Advances the time to the instant. Does nothing if it has passed. */
  advanceTo(date: Date): Promise<void> {
    return this.#move(() => date.getTime());
  }

  #move(target: () => number): Promise<void> {
    const run = () => this.#run(target());
    // The caller of a move receives the error of its timers; the next move is not affected.
    this.#moving = this.#moving.then(run, run);
    return this.#moving;
  }

  async #run(until: number): Promise<void> {
    // A call made just before may not have set its timer yet.
    await nextTurn();
    for (let timer = this.#due(until); timer; timer = this.#due(until)) {
      this.#now = timer.at;
      timer.run();
      await nextTurn();
    }
    this.#now = Math.max(this.#now, until);
  }

  #due(until: number): Timer | undefined {
    for (let first = this.#timers[0]; first && first.at <= until; first = this.#timers[0]) {
      this.#timers.shift();
      if (!first.cancelled) return first;
    }
    return undefined;
  }

  #insertionIndex(at: number): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timers[middle]?.at ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
