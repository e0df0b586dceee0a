/** How long an answer shows that an address is served, in milliseconds. */
const servedForMs = 60_000;

/** An endpoint with a method and a path template, so that all jobs have one address. */
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

/** What is known of one endpoint. */
interface Known {
  /** How many requests AEWS answered. */
  answers: number;
  lastMs: number;
  /** By request: the last answer, and the last one for another subject. */
  readonly answered: Map<string, readonly Answered[]>;
  /** By request: how many answers there were when a page first came in the place of one. */
  readonly pages: Map<string, number>;
}

/**
 * Remembers which addresses AEWS has answered at, for which subject (job, variable or command), and when.
 *
 * An empty 404 means "not served yet" or "no such job"; that the same address has just answered for another job rules
 * out the first. Memory of one client: two answers per address, whatever the number of jobs.
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

  /** Records that a web server answered with its own page. */
  recordPage({ base, request }: Address): void {
    const known = this.#knownOf(base);
    if (!known.pages.has(request)) known.pages.set(request, known.answers);
  }

  /** Whether AEWS answered at this address for another subject within the last minute. */
  hasServedOthers({ base, request }: Address, subject: string): boolean {
    const answered = this.#bases.get(base)?.answered.get(request) ?? [];
    return answered.some((one) => one.subject !== subject && this.#isRecent(one.atMs));
  }

  /** Whether AEWS answered at another address within the last minute, and at this one never. */
  seemsToLack({ base, request }: Address): boolean {
    const known = this.#bases.get(base);
    return known !== undefined && !known.answered.has(request) && this.#isRecent(known.lastMs);
  }

  /**
   * Whether this release has no such address: pages came here before and after AEWS answered at another one, and AEWS
   * never answered here. A page of the time of a deployment alone does not show that.
   */
  lacks({ base, request }: Address): boolean {
    const known = this.#bases.get(base);
    const before = known?.pages.get(request);
    if (known === undefined || before === undefined) return false;
    return known.answers > before && !known.answered.has(request);
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
    // A clock that was set back shows nothing.
    return elapsedMs >= 0 && elapsedMs <= servedForMs;
  }
}
