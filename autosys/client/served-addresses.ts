/** Time for which a reply shows that an address is served, in milliseconds. */
const servedForMs = 60_000;

/** An endpoint with a method and a path template. All jobs have the same address. */
export interface Address {
  /** Endpoint and base path. */
  readonly base: string;
  /** Such as `GET job/{job}`. */
  readonly request: string;
}

interface Answered {
  readonly subject: string;
  readonly atMs: number;
}

/** The replies of one endpoint. */
interface Known {
  /** Number of requests that AEWS answered. */
  answers: number;
  lastMs: number;
  /** By request: the last reply, and the last one for another subject. */
  readonly answered: Map<string, readonly Answered[]>;
  /** By request: the value of `answers` when a page first arrived instead of a reply of AEWS. */
  readonly pages: Map<string, number>;
}

/**
 * Stores at which addresses AEWS has answered, for which subject (job, variable, command), and
 * when.
 *
 * An empty 404 means either that the address is not served yet, or that there is no such job. If
 * the same address has recently answered for another job, it is the second. One client stores at
 * most two replies per address.
 */
export class ServedAddresses {
  readonly #now: () => Date;
  readonly #bases = new Map<string, Known>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Records that AEWS answered. */
  recordAnswer({ base, request }: Address, subject: string): void {
    const known = this.#knownOf(base);
    const atMs = this.#now().getTime();
    const others = known.answered.get(request)?.filter((one) => one.subject !== subject) ?? [];
    known.answered.set(request, [{ subject, atMs }, ...others.slice(0, 1)]);
    known.answers += 1;
    known.lastMs = atMs;
  }

  /** Records that the web server or a proxy answered with a page. */
  recordPage({ base, request }: Address): void {
    const known = this.#knownOf(base);
    if (!known.pages.has(request)) known.pages.set(request, known.answers);
  }

  /** Whether AEWS answered at this address for another subject within the last minute. */
  hasServedOthers({ base, request }: Address, subject: string): boolean {
    const answered = this.#bases.get(base)?.answered.get(request) ?? [];
    return answered.some((one) => one.subject !== subject && this.#isRecent(one.atMs));
  }

  /** Whether AEWS answered at another address within the last minute, but never at this one. */
  seemsToLack({ base, request }: Address): boolean {
    const known = this.#bases.get(base);
    return known !== undefined && !known.answered.has(request) && this.#isRecent(known.lastMs);
  }

  /**
   * Whether this release does not have the address.
   *
   * True if pages arrived from it before and after a reply of AEWS at another address, the reply is
   * recent, and AEWS never answered at this one. A single page is no evidence, because a deployment
   * may be in progress; nor is one long after the reply, because AEWS may be away again.
   */
  lacks({ base, request }: Address): boolean {
    const known = this.#bases.get(base);
    const before = known?.pages.get(request);
    if (known === undefined || before === undefined) return false;
    return known.answers > before && !known.answered.has(request) && this.#isRecent(known.lastMs);
  }

  #knownOf(base: string): Known {
    const known = this.#bases.get(base);
    if (known !== undefined) return known;
    const none: Known = { answers: 0, lastMs: 0, answered: new Map(), pages: new Map() };
    this.#bases.set(base, none);
    return none;
  }

  #isRecent(atMs: number): boolean {
    const elapsedMs = this.#now().getTime() - atMs;
    // Negative if the clock was set back.
    return elapsedMs >= 0 && elapsedMs <= servedForMs;
  }
}
