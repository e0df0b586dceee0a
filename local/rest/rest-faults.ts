/** A fault of the front, for tests. */
export type RestFault = {
  /** Only requests with this method of HTTP. @default - any method */
  readonly method?: string;
  /** Only requests whose path after the stage matches. @default - any path */
  readonly path?: RegExp;
  /** Number of requests; then the fault is over. @default 1 */
  readonly times?: number;
} & (
  | {
      /**
       * Closes the connection: before the function or its authorizer is invoked, or after the
       * integration has returned, without an answer.
       */
      readonly kind: 'dropBefore' | 'dropAfter';
    }
  | {
      /** Answers as a failing gateway does, without an invocation. */
      readonly kind: 'answer';
      readonly status: 500 | 502 | 503 | 504;
    }
  | {
      /** Handles the request later, by the local clock. */
      readonly kind: 'delay';
      readonly delayMs: number;
    }
);

/** Planned faults, each for a number of requests. */
export class RestFaults {
  readonly #planned: { readonly fault: RestFault; left: number }[] = [];

  /** @returns a function that ends the fault */
  add(fault: RestFault): () => void {
    const planned = { fault, left: fault.times ?? 1 };
    this.#planned.push(planned);
    return () => {
      planned.left = 0;
    };
  }

  /** The faults of a request, in the order in which they were added; each counts as used once. */
  take(method: string, path: string): readonly RestFault[] {
    const matching = this.#planned.filter(
      ({ fault, left }) =>
        left > 0 &&
        (fault.method === undefined || fault.method === method) &&
        (fault.path === undefined || fault.path.test(path)),
    );
    for (const planned of matching) planned.left -= 1;
    return matching.map(({ fault }) => fault);
  }
}
