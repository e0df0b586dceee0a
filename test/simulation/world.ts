import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../emulator/index.ts';
import { type Random, seededRandom } from '../../local/random.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  calledOff: boolean;
}

/**
 * A world with a time of its own, in which everything happens in an order that a seed decides.
 *
 * Nothing in it waits: time jumps to the next thing that is to happen.
 */
export class World implements Clock {
  readonly random: Random;
  readonly #timers: Timer[] = [];
  #nowMs: number;
  #order = 0;
  /** What happened, for whoever reads the trace of a failing seed. */
  readonly trace: string[] = [];

  constructor(seed: number, startMs: number) {
    this.random = seededRandom(seed);
    this.#nowMs = startMs;
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  setTimer(at: Date, run: () => void): Disposable {
    const atMs = Math.max(at.getTime(), this.#nowMs);
    this.#order += 1;
    const timer = { atMs, order: this.#order, run, calledOff: false };
    // Few timers stand at once; a heap would be more words than it saves.
    const place = this.#timers.findLastIndex(
      (other) => other.atMs < atMs || (other.atMs === atMs && other.order < timer.order),
    );
    this.#timers.splice(place + 1, 0, timer);
    return {
      [Symbol.dispose]: () => {
        timer.calledOff = true;
      },
    };
  }

  /** Happens so many milliseconds from now. */
  after(ms: number, run: () => void): Disposable {
    return this.setTimer(new Date(this.#nowMs + ms), run);
  }

  /** Resolves so many milliseconds from now. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** From `least` up to `most`, as the seed decides. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[Math.floor(this.random() * values.length)] ?? values[0];
  }

  note(text: string): void {
    this.trace.push(`${((this.#nowMs % 1e9) / 1000).toFixed(3)} ${text}`);
  }

  /** Lets everything happen until nothing is left to happen, or until the instant. */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      await nextTurn();
      const next = this.#timers[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.shift();
      if (next.calledOff) continue;
      this.#nowMs = next.atMs;
      next.run();
    }
    if (Number.isFinite(untilMs)) this.#nowMs = untilMs;
  }
}
