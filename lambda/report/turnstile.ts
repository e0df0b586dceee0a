/** Lets work through in the order of its coming: so much of it side by side, or a piece alone. */
export class Turnstile {
  readonly #places: number;
  #taken = 0;
  readonly #waiting: { readonly places: number; readonly enter: () => void }[] = [];

  /** @param places how many may be inside at once */
  constructor(places: number) {
    this.#places = places;
  }

  /** Does a piece of work beside others. */
  beside<Done>(work: () => Promise<Done>): Promise<Done> {
    return this.#pass(1, work);
  }

  /** Does a piece of work when all before it is done; nothing else begins meanwhile. */
  alone<Done>(work: () => Promise<Done>): Promise<Done> {
    return this.#pass(this.#places, work);
  }

  async #pass<Done>(places: number, work: () => Promise<Done>): Promise<Done> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ places, enter });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#taken -= places;
      this.#admit();
    }
  }

  #admit(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || this.#taken + next.places > this.#places) return;
      this.#waiting.shift();
      this.#taken += next.places;
      next.enter();
    }
  }
}
