import type { Clock } from '../clock.ts';

/** The pending timers of one clock, which can be cancelled together. */
export class Agenda implements Disposable {
  readonly #clock: Clock;
  readonly #entries = new Set<Disposable>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `run` at the instant, unless the entry or the agenda is disposed before. */
  at(instant: Date, run: () => void): Disposable {
    const timer = this.#clock.setTimer(instant, () => {
      this.#entries.delete(entry);
      run();
    });
    const entry = {
      [Symbol.dispose]: () => {
        this.#entries.delete(entry);
        timer[Symbol.dispose]();
      },
    };
    this.#entries.add(entry);
    return entry;
  }

  /** As {@link at}, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Disposable {
    return this.at(new Date(this.#clock.now().getTime() + ms), run);
  }

  [Symbol.dispose](): void {
    for (const entry of [...this.#entries]) entry[Symbol.dispose]();
  }
}
