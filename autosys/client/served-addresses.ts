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

interface Pages {
  /** Number of requests that AEWS had answered when the last page arrived. */
  readonly answersBefore: number;
  /** Number of pages since each of which AEWS has answered at another address. */
  readonly refuted: number;
}

/**
 * Number of pages, each followed by a reply of AEWS at another address, after which an address is
 * lacking. One may be a deployment, two may be the time around one.
 */
const enoughPages = 2;

/** The replies of one endpoint. */
interface Known {
  /** Number of requests that AEWS answered. */
  answers: number;
  lastMs: number;
  /** By request: the last reply, and the last one for another subject. */
  readonly answered: Map<string, readonly Answered[]>;
  /** By request: pages that arrived instead of a reply of AEWS. */
  readonly pages: Map<string, Pages>;
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
    const { answersBefore = known.answers, refuted = 0 } = known.pages.get(request) ?? {};
    const isRefuted = known.answers > answersBefore;
    known.pages.set(request, {
      answersBefore: known.answers,
      refuted: refuted + (isRefuted ? 1 : 0),
    });
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
   * True if pages arrived from it again and again between replies of AEWS at other addresses, the
   * last reply is recent, and AEWS never answered at this one. A few pages are no evidence: AEWS may
   * have been deployed then, or be away again.
   */
  lacks({ base, request }: Address): boolean {
    const known = this.#bases.get(base);
    const pages = known?.pages.get(request);
    if (known === undefined || pages === undefined) return false;
    const refuted = pages.refuted + (known.answers > pages.answersBefore ? 1 : 0);
    const isLacking = refuted >= enoughPages && !known.answered.has(request);
    return isLacking && this.#isRecent(known.lastMs);
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
