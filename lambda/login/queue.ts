/** The order of what one sandbox does with the login of one secret. */
export class LoginQueue {
  /** Requests that wait for one of the slots of this sandbox, in the order in which they came. */
  readonly #waiting: (() => void)[] = [];
  readonly #turns: (() => void)[] = [];
  #isBusy = false;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Waits until {@link wake} has come to this request. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Lets the next requests go on. */
  wake(count: number): void {
    for (let at = 0; at < count; at += 1) this.#waiting.shift()?.();
  }

  /**
   * Does one piece of work after another: one request after another takes, renews or gives back.
   *
   * @param isFirst whether the work goes before what waits for its turn
   */
  async inTurn<Done>(work: () => Promise<Done>, { isFirst = false } = {}): Promise<Done> {
    if (this.#isBusy) {
      await new Promise<void>((resolve) => {
        if (isFirst) this.#turns.unshift(resolve);
        else this.#turns.push(resolve);
      });
    }
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      const next = this.#turns.shift();
      // The turn passes on: nothing that comes meanwhile may take it.
      if (next) next();
      else this.#isBusy = false;
    }
  }
}
