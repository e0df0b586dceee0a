import { setImmediate as nextTurn, setTimeout as realSleep } from 'node:timers/promises';

/** Sleeps of the drain between two entries are shorter; longer sleeps wait for AutoSys. */
const shortestObservationMs = 100;

/** A virtual time in which sleeps cost nothing. It stops while a real request is running. */
export class VirtualTime {
  nowMs: number;
  readonly #running = new Set<Promise<unknown>>();
  readonly #deadlines: { readonly atMs: number; readonly controller: AbortController }[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  readonly now = (): Date => new Date(this.nowMs);

  /**
   * A short sleep passes at once. A longer sleep takes a moment of real time, in which AutoSys
   * processes its events.
   */
  readonly sleep = (ms: number): Promise<void> =>
    ms < shortestObservationMs ? this.#advance(ms) : this.during(realSleep(5));

  /** Advances the time after every running request has ended. */
  async #advance(ms: number): Promise<void> {
    await nextTurn();
    while (this.#running.size > 0) await Promise.race(this.#running);
    this.nowMs += ms;
    for (const { atMs, controller } of this.#deadlines) {
      if (atMs <= this.nowMs) controller.abort();
    }
  }

  /** Stops the time until the promise is settled. */
  during<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const settled: Promise<boolean> = answer.then(
      () => this.#running.delete(settled),
      () => this.#running.delete(settled),
    );
    this.#running.add(settled);
    return answer;
  }

  /** A signal that aborts after `ms` milliseconds of virtual time. */
  signalAfter(ms: number): AbortSignal {
    const controller = new AbortController();
    this.#deadlines.splice(0, this.#deadlines.length, { atMs: this.nowMs + ms, controller });
    return controller.signal;
  }
}
