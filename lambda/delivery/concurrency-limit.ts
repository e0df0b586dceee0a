/** Runs tasks concurrently: one at a time at first, and up to the maximum after `widen`. */
export class ConcurrencyLimit<Done> {
  readonly #max: number;
  #limit = 1;
  readonly #running = new Set<Promise<void>>();
  #done: Done[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  widen(): void {
    this.#limit = this.#max;
  }

  /** One task at a time from now on; running tasks finish. */
  narrow(): void {
    this.#limit = 1;
  }

  /** Resolves when another task may start. */
  async waitForRoom(): Promise<void> {
    while (this.#running.size >= this.#limit) await Promise.race(this.#running);
  }

  /** Starts a task that never rejects. A result of `undefined` is not kept. */
  start(task: () => Promise<Done | undefined>): void {
    const running = task().then((done) => {
      this.#running.delete(running);
      if (done !== undefined) this.#done.push(done);
    });
    this.#running.add(running);
  }

  /** Resolves when no task runs any more. */
  async waitForAll(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Results since the last call, in the order in which the tasks finished. */
  takeDone(): readonly Done[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }
}
