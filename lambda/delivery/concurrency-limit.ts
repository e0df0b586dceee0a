/** Work done side by side: one at a time at first, and up to the widest once told that all is well. */
export class ConcurrencyLimit<Done> {
  readonly #widest: number;
  #width = 1;
  readonly #running = new Set<Promise<void>>();
  #done: Done[] = [];

  constructor(widest: number) {
    this.#widest = widest;
  }

  widen(): void {
    this.#width = this.#widest;
  }

  /** One at a time from now on; what runs already runs to its end. */
  narrow(): void {
    this.#width = 1;
  }

  /** Resolves when another piece of work may start. */
  async room(): Promise<void> {
    while (this.#running.size >= this.#width) await Promise.race(this.#running);
  }

  /** Starts a piece of work that never rejects; `undefined` is nothing to tell of. */
  start(work: () => Promise<Done | undefined>): void {
    const running = work().then((done) => {
      this.#running.delete(running);
      if (done !== undefined) this.#done.push(done);
    });
    this.#running.add(running);
  }

  /** Resolves when nothing runs any more. */
  async empty(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** What was done since the last asking, in the order in which it was finished. */
  takeDone(): readonly Done[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }
}
