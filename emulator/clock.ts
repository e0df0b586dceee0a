import { setImmediate as nextTurn } from 'node:timers/promises';

/** The only source of time in the embedded AutoSys. */
export interface Clock {
  /** The present instant. */
  now(): Date;
  /** Calls `run` once at the instant, or as soon as possible where it has passed; disposing calls it off. */
  setTimer(at: Date, run: () => void): Disposable;
}

/** Node's timers keep at most 2^31 - 1 ms; a longer wait is taken in stages. */
const longestTimerMs = 2_147_483_647;

/**
 * The clock of the host.
 *
 * Node may ring up to a millisecond before its time (its timers count whole milliseconds of another clock); who then finds
 * nothing due would wait for ever. So what rings early waits on.
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
        timer = setTimeout(ring, Math.min(leftMs, longestTimerMs));
      };
      const ring = () => (nowMs() < at.getTime() ? wait() : run());
      wait();
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
  };
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
  calledOff: boolean;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  /** Ascending by instant; timers of one instant in the order they were set. */
  #timers: Timer[] = [];
  #moving: Promise<void> = Promise.resolve();

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  setTimer(at: Date, run: () => void): Disposable {
    const timer: Timer = { at: Math.max(at.getTime(), this.#now), run, calledOff: false };
    this.#timers.splice(this.#placeFor(timer.at), 0, timer);
    return {
      [Symbol.dispose]: () => {
        timer.calledOff = true;
      },
    };
  }

  /**
   * Moves time on by so many milliseconds: runs what falls due, in order, each at its own instant, and returns when
   * it is quiet. Calls that overlap move one after the other.
   */
  advance(ms: number): Promise<void> {
    return this.#move(() => this.#now + ms);
  }

  /** Moves time to the instant; does nothing where it has passed. */
  advanceTo(date: Date): Promise<void> {
    return this.#move(() => date.getTime());
  }

  #move(target: () => number): Promise<void> {
    const run = () => this.#run(target());
    // A timer that threw has told whoever waited for that move; the next one is its own.
    this.#moving = this.#moving.then(run, run);
    return this.#moving;
  }

  async #run(until: number): Promise<void> {
    // What was asked for just before may still be on its way to setting its timer.
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
      if (!first.calledOff) return first;
    }
    return undefined;
  }

  #placeFor(at: number): number {
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
