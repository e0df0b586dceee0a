/** One outage, with the number of requests in it. */
interface Outage {
  readonly fromMs: number;
  untilMs: number;
  requests: number;
}

/**
 * Requests allowed at the start of an outage: those under way, and those before the circuit breaker
 * opens.
 */
const initialRequests = 80;
/**
 * Requests allowed per minute of an outage: probes with their retries. Without a circuit breaker
 * there are many more.
 */
const requestsPerMinute = 2;

/** Counts the requests to an AutoSys during outages. */
export class OutageWatch {
  readonly #outages: Outage[] = [];
  #current: Outage | undefined;

  /** Records whether AutoSys is down from `atMs` on. */
  setDown(isDown: boolean, atMs: number): void {
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

  /** Duration in minutes and number of requests of each outage. */
  get counts(): readonly { readonly minutes: number; readonly requests: number }[] {
    return this.#outages.map(({ fromMs, untilMs, requests }) => ({
      minutes: (untilMs - fromMs) / 60_000,
      requests,
    }));
  }

  get violations(): readonly string[] {
    return this.counts
      .filter(({ minutes, requests }) => requests > initialRequests + requestsPerMinute * minutes)
      .map(
        ({ minutes, requests }) =>
          `AutoSys was down for ${minutes.toFixed(1)} minutes and received ${requests} requests`,
      );
  }
}
