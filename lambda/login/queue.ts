/** Serializes the work of one sandbox on the login of one secret. */
export class LoginQueue {
  /** Requests that wait for a slot of this sandbox, oldest first. */
  readonly #waiting: (() => void)[] = [];
  readonly #pending: (() => void)[] = [];
  #isBusy = false;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Waits until {@link wake} resumes this request. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resumes the next `count` waiting requests. */
  wake(count: number): void {
    for (let at = 0; at < count; at += 1) this.#waiting.shift()?.();
  }

  /**
   * Runs pieces of work one at a time, in the order of the calls.
   *
   * @param isFirst whether this work runs before other work that is queued
   */
  async runExclusive<Done>(work: () => Promise<Done>, { isFirst = false } = {}): Promise<Done> {
    if (this.#isBusy) {
      await new Promise<void>((resolve) => {
        if (isFirst) this.#pending.unshift(resolve);
        else this.#pending.push(resolve);
      });
    }
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      const next = this.#pending.shift();
      // The queue stays busy for the next work, so that no new call can run in between.
      if (next) next();
      else this.#isBusy = false;
    }
  }
}
