import type { Fault } from './faults.ts';

/** One request and its outcome; never a header, a body or a user. */
export interface RequestRecord {
  readonly at: Date;
  readonly method: string;
  /** As sent, with its query. */
  readonly path: string;
  /** `undefined` while the request is open, and if no complete answer was sent. */
  readonly status: number | undefined;
  /** The fault that was applied. */
  readonly fault?: Fault['kind'];
}

/** Maximum number of requests kept. The oldest are removed, so that the memory is bounded. */
const kept = 10_000;

/** The requests to the server, in order. */
export class RequestLog {
  readonly #lines: { -readonly [Key in keyof RequestRecord]: RequestRecord[Key] }[] = [];
  #unsupported = 0;

  /** Number of requests that the embedded AutoSys does not support. */
  get unsupported(): number {
    return this.#unsupported;
  }

  /** Records a request. The returned function records its status. */
  open(record: Omit<RequestRecord, 'status'>): (status: number) => void {
    const line = { ...record, status: undefined as number | undefined };
    this.#lines.push(line);
    if (this.#lines.length > kept) this.#lines.splice(0, kept / 10);
    return (status) => {
      line.status = status;
    };
  }

  /** Counts one request that was refused with 501 because the emulator does not support it. */
  countUnsupported(): void {
    this.#unsupported += 1;
  }

  /** The kept requests, oldest first, as they are now. */
  records(): readonly RequestRecord[] {
    return this.#lines.map((line) => ({ ...line }));
  }
}
