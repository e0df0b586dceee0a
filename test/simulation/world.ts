import type { Clock } from '../../emulator/index.ts';
import { type Random, seededRandom } from '../../local/random.ts';
import { Timers } from './timers.ts';

/**
 * A world with a time of its own, in which everything happens in an order that a seed decides.
 *
 * Nothing in it waits: time jumps to the next thing that is to happen.
 */
export class World implements Clock {
  readonly random: Random;
  /** How often what happened, by name. */
  readonly tally = new Map<string, number>();
  /** What happened, line by line; kept only where somebody is to read it. */
  readonly trace: string[] = [];
  readonly #traced: boolean;
  readonly #timers = new Timers();
  #nowMs: number;

  constructor(
    seed: number,
    { startMs, traced }: { readonly startMs: number; readonly traced: boolean },
  ) {
    this.random = seededRandom(seed);
    this.#nowMs = startMs;
    this.#traced = traced;
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  setTimer(at: Date, run: () => void): Disposable {
    return this.#timers.add(Math.max(at.getTime(), this.#nowMs), run);
  }

  /** Happens at the instant in milliseconds, or at once where it has passed. */
  at(ms: number, run: () => void): void {
    this.#timers.add(Math.max(ms, this.#nowMs), run);
  }

  /** Happens so many milliseconds from now. */
  after(ms: number, run: () => void): void {
    this.#timers.add(this.#nowMs + ms, run);
  }

  /** Resolves so many milliseconds from now. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** A whole number from `least` up to `most`, as the seed decides. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  /** Draws no lot where there is nothing to draw. */
  chance(probability: number): boolean {
    return probability > 0 && this.random() < probability;
  }

  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[Math.floor(this.random() * values.length)] ?? values[0];
  }

  /** Counts what happened. */
  count(what: string, times = 1): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + times);
  }

  /** Writes a line of the trace; it is made only where somebody reads it. */
  note(line: () => string): void {
    if (!this.#traced) return;
    this.trace.push(`${this.now().toISOString().slice(8, 23).replace('T', ' ')} ${line()}`);
  }

  /** Lets everything happen until nothing is left to happen, or until the instant. */
  run(untilMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = () => {
        const next = this.#timers.take(untilMs);
        if (next === undefined) {
          this.#nowMs = untilMs;
          resolve();
          return;
        }
        this.#nowMs = next.atMs;
        try {
          next.run();
        } catch (error) {
          reject(error);
          return;
        }
        void settled.then(goOn);
      };
      // Node runs a tick that is asked for in a microtask once no microtask is left: whoever waits for this step has
      // gone as far as he can before the next one. A turn of the event loop would do the same at twenty times the price.
      const settled = Promise.resolve();
      const goOn = () => process.nextTick(step);
      step();
    });
  }
}
