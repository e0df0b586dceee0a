import type { Clock } from '../../emulator/index.ts';
import { type Random, seededRandom } from '../../local/random.ts';
import { Timers } from './timers.ts';

/**
 * The simulated time and the random numbers of one scenario. All callbacks run in an order that the
 * seed decides.
 *
 * Nothing waits in real time: the clock jumps to the next timer.
 */
export class World implements Clock {
  readonly random: Random;
  /** Event counts by name. */
  readonly counters = new Map<string, number>();
  /** Trace lines. Empty unless the scenario is traced. */
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

  /** Schedules `run` at the instant, or now if the instant has passed. */
  at(ms: number, run: () => void): void {
    this.#timers.add(Math.max(ms, this.#nowMs), run);
  }

  /** Schedules `run` after a delay. */
  after(ms: number, run: () => void): void {
    this.#timers.add(this.#nowMs + ms, run);
  }

  /** Resolves after a delay in milliseconds. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Draws an integer from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  /** Returns true with the given probability. Draws no random number when it is 0. */
  chance(probability: number): boolean {
    return probability > 0 && this.random() < probability;
  }

  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[Math.floor(this.random() * values.length)] ?? values[0];
  }

  /** Increments a counter. */
  count(name: string, times = 1): void {
    this.counters.set(name, (this.counters.get(name) ?? 0) + times);
  }

  /** Records a trace line. The text is built only when the scenario is traced. */
  log(line: () => string): void {
    if (!this.#traced) return;
    this.trace.push(`${this.now().toISOString().slice(8, 23).replace('T', ' ')} ${line()}`);
  }

  /** Runs all timers up to the instant. */
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
        void resolved.then(nextStep);
      };
      // Node.js runs a `nextTick` callback that a microtask schedules after the last microtask. So
      // all work that waits for this step has advanced before the next step. A turn of the event
      // loop would do the same but take 20 times as long.
      const resolved = Promise.resolve();
      const nextStep = () => process.nextTick(step);
      step();
    });
  }
}
