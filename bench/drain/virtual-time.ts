import { setImmediate as nextTurn, setTimeout as realSleep } from 'node:timers/promises';

/** The drain rests for less between two entries; who waits for longer waits for AutoSys to act. */
const shortestLookMs = 100;

/** A time in which pauses cost nothing, and which stands still while somebody really answers. */
export class VirtualTime {
  nowMs: number;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #deadlines: { readonly atMs: number; readonly controller: AbortController }[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  readonly now = (): Date => new Date(this.nowMs);

  /** A rest passes at once; a wait for AutoSys takes a moment of real time, in which it acts. */
  readonly sleep = (ms: number): Promise<void> =>
    ms < shortestLookMs ? this.#rest(ms) : this.during(realSleep(5));

  /** Not before everything that is under way has come to its end. */
  async #rest(ms: number): Promise<void> {
    await nextTurn();
    while (this.#underWay.size > 0) await Promise.race(this.#underWay);
    this.nowMs += ms;
    for (const { atMs, controller } of this.#deadlines) {
      if (atMs <= this.nowMs) controller.abort();
    }
  }

  /** Time stands still until it is settled. */
  during<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const settled: Promise<boolean> = answer.then(
      () => this.#underWay.delete(settled),
      () => this.#underWay.delete(settled),
    );
    this.#underWay.add(settled);
    return answer;
  }

  /** Falls after so many milliseconds of this time. */
  signalAfter(ms: number): AbortSignal {
    const controller = new AbortController();
    this.#deadlines.splice(0, this.#deadlines.length, { atMs: this.nowMs + ms, controller });
    return controller.signal;
  }
}
