/** One time in which an AutoSys was down, with the requests that met it. */
interface Outage {
  readonly fromMs: number;
  untilMs: number;
  requests: number;
}

/** Some are on their way when AutoSys goes down, and it takes failures to see that it has. */
const atFirst = 80;
/** The tries whether it is back, each with its own repetitions; without the circuit breaker it is many more. */
const perMinute = 2;

/** Counts what an AutoSys that is down is asked. */
export class OutageWatch {
  readonly #outages: Outage[] = [];
  #current: Outage | undefined;

  /** An outage begins, goes on or is over. */
  turn(isDown: boolean, atMs: number): void {
    if (isDown && !this.#current) {
      this.#current = { fromMs: atMs, untilMs: Number.POSITIVE_INFINITY, requests: 0 };
      this.#outages.push(this.#current);
    }
    if (!isDown && this.#current) {
      this.#current.untilMs = atMs;
      this.#current = undefined;
    }
  }

  onRequest(): void {
    if (this.#current) this.#current.requests += 1;
  }

  /** Minutes and requests of each. */
  get counts(): readonly { readonly minutes: number; readonly requests: number }[] {
    return this.#outages.map(({ fromMs, untilMs, requests }) => ({
      minutes: (untilMs - fromMs) / 60_000,
      requests,
    }));
  }

  get violations(): readonly string[] {
    return this.counts
      .filter(({ minutes, requests }) => requests > atFirst + perMinute * minutes)
      .map(
        ({ minutes, requests }) =>
          `AutoSys was down for ${minutes.toFixed(1)} minutes and asked ${requests} times`,
      );
  }
}
