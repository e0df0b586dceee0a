import { setImmediate as nextTurn } from 'node:timers/promises';

/** A time in which pauses cost nothing, and which stands still while somebody really answers. */
export class VirtualTime {
  nowMs: number;
  /** When something was last brought about. */
  lastWorkMs: number;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #deadlines: { readonly atMs: number; readonly controller: AbortController }[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
    this.lastWorkMs = startMs;
  }

  readonly now = (): Date => new Date(this.nowMs);

  /** Lets the time pass at once, but not before everything that is under way has come to its end. */
  readonly pause = async (ms: number): Promise<void> => {
    await nextTurn();
    while (this.#underWay.size > 0) await Promise.race(this.#underWay);
    this.nowMs += ms;
    for (const { atMs, controller } of this.#deadlines) {
      if (atMs <= this.nowMs) controller.abort();
    }
  };

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
