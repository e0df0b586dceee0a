import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../emulator/index.ts';
import type { LocalClock } from '../../local/index.ts';
import { MovedTime } from './moved-time.ts';

/** Node.js timers keep at most 2^31 - 1 ms. */
const longestTimerMs = 2_147_483_647;

interface Timer {
  readonly atMs: number;
  readonly fire: () => void;
}

/**
 * One clock for both embedded worlds and the processes of their functions. It runs with the clock of
 * this machine until it jumps.
 *
 * A jump fires the timers of the embedded worlds that it makes due: a job ends, a heartbeat is
 * missing, and Lambda ends an invocation that is over its timeout. The timers inside of a function
 * do not jump: a function that sleeps does not wake up.
 */
export class JumpingTime implements Disposable {
  readonly #time = new MovedTime();
  readonly #timers = new Set<Timer>();

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#time.now();

  /** Environment variables with which a Node.js process uses this clock. */
  get environment(): Readonly<Record<string, string>> {
    return this.#time.environment;
  }

  /** This clock for the embedded AWS. */
  get aws(): LocalClock {
    return {
      now: this.now,
      setTimer: (delayMs, callBack) => this.#setTimer(this.now() + delayMs, callBack),
    };
  }

  /** This clock for the embedded AutoSys. */
  get autosys(): Clock {
    return {
      now: () => new Date(this.now()),
      setTimer: (at, run) => ({ [Symbol.dispose]: this.#setTimer(at.getTime(), run) }),
    };
  }

  /** Jumps ahead. Each timer that becomes due fires at its own instant, in order. */
  async jump(ms: number): Promise<void> {
    const untilMs = this.now() + ms;
    for (;;) {
      await nextTurn();
      const next = this.#earliest();
      if (next === undefined || next.atMs > untilMs) break;
      this.#moveTo(next.atMs);
      next.fire();
    }
    this.#moveTo(untilMs);
  }

  [Symbol.dispose](): void {
    this.#time[Symbol.dispose]();
  }

  #moveTo(atMs: number): void {
    this.#time.moveBy(Math.max(0, atMs - this.now()));
  }

  #earliest(): Timer | undefined {
    return [...this.#timers].sort((one, other) => one.atMs - other.atMs)[0];
  }

  /** @returns a function that cancels the timer */
  #setTimer(atMs: number, run: () => void): () => void {
    let real: NodeJS.Timeout;
    const cancel = () => {
      clearTimeout(real);
      this.#timers.delete(timer);
    };
    const timer = {
      atMs,
      fire: () => {
        cancel();
        run();
      },
    };
    const wait = () => {
      const leftMs = Math.max(0, atMs - this.now());
      // A timer of Node.js may fire up to a millisecond early.
      const onTimer = () => (this.now() < atMs ? wait() : timer.fire());
      real = setTimeout(onTimer, Math.min(leftMs, longestTimerMs)).unref();
    };
    this.#timers.add(timer);
    wait();
    return cancel;
  }
}
