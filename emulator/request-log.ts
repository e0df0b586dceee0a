import type { Fault } from './faults.ts';

/** One request as it came and how it ended; never a header, a body or a user. */
export interface RequestRecord {
  readonly at: Date;
  readonly method: string;
  /** As sent, with its query. */
  readonly path: string;
  /** `undefined` while it is open, and where no whole answer left. */
  readonly status: number | undefined;
  /** The misbehaviour it suffered. */
  readonly fault?: Fault['kind'];
}

/** The oldest are dropped beyond this many, so that a long-lived emulator does not grow for ever. */
const kept = 10_000;

/** What the server was asked, in order. */
export class RequestLog {
  readonly #lines: { -readonly [Key in keyof RequestRecord]: RequestRecord[Key] }[] = [];
  #unsupported = 0;

  /** How many requests asked for what the embedded AutoSys does not do. */
  get unsupported(): number {
    return this.#unsupported;
  }

  /** Notes a request; the result notes how it ended. */
  open(record: Omit<RequestRecord, 'status'>): (status: number) => void {
    const line = { ...record, status: undefined as number | undefined };
    this.#lines.push(line);
    if (this.#lines.length > kept) this.#lines.splice(0, kept / 10);
    return (status) => {
      line.status = status;
    };
  }

  /** Counts one request that was refused with 501 because nobody here can do it. */
  countUnsupported(): void {
    this.#unsupported += 1;
  }

  /** What is kept, oldest first, as it stands now. */
  records(): readonly RequestRecord[] {
    return this.#lines.map((line) => ({ ...line }));
  }
}
