/** A call of AWS, which ends early with its signal. */
export type QueuedWork<Result> = (signal: AbortSignal) => Promise<Result>;

/** Makes one call of AWS at a time. */
export interface CallQueue {
  /** Waits for the earlier ones. Ends early for an urgent one. */
  readonly read: <Result>(work: QueuedWork<Result>) => Promise<Result>;
  /** Waits for the earlier ones, and is never ended early. */
  readonly write: <Result>(work: QueuedWork<Result>) => Promise<Result>;
  /** As `write`; a read that is under way ends early, because AutoSys grants a kill one second. */
  readonly urgent: <Result>(work: QueuedWork<Result>) => Promise<Result>;
  /** Ends the read that is under way. */
  readonly endRead: () => void;
}

/** Creates an empty queue. */
export function createCallQueue(): CallQueue {
  let last: Promise<unknown> = Promise.resolve();
  let reading: AbortController | undefined;
  const add = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const write = <Result>(work: QueuedWork<Result>) => add(() => work(new AbortController().signal));
  const endRead = () => reading?.abort();
  return {
    read: (work) =>
      add(async () => {
        const controller = new AbortController();
        reading = controller;
        try {
          return await work(controller.signal);
        } finally {
          reading = undefined;
        }
      }),
    write,
    urgent(work) {
      endRead();
      return write(work);
    },
    endRead,
  };
}
