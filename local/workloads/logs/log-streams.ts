import type { LocalClock } from '../../clock.ts';

/** One line of a log stream. Instants are milliseconds since 1970. */
export interface StoredLogEvent {
  readonly timestamp: number;
  readonly message: string;
  /** From this time on the line can be read. */
  readonly ingestionTime: number;
}

/** A log stream. */
export interface LocalLogStream {
  readonly name: string;
  readonly createdAt: number;
  readonly events: readonly StoredLogEvent[];
}

interface OpenStream extends LocalLogStream {
  readonly events: StoredLogEvent[];
}

/** The log groups and log streams. */
export class LocalLogStreams {
  readonly #clock: LocalClock;
  readonly #lagMs: () => number;
  readonly #groups = new Map<string, Map<string, OpenStream>>();

  constructor(clock: LocalClock, lagMs: () => number) {
    this.#clock = clock;
    this.#lagMs = lagMs;
  }

  /** Creates a stream and its group, unless they exist. */
  create(group: string, stream: string): void {
    this.#open(group, stream);
  }

  /** Writes lines now. They can be read after the lag of the settings. */
  write(group: string, stream: string, messages: readonly string[]): void {
    const timestamp = this.#clock.now();
    const ingestionTime = timestamp + this.#lagMs();
    const events = messages.map((message) => ({ timestamp, message, ingestionTime }));
    this.#open(group, stream).events.push(...events);
  }

  /** The streams of a group by name; undefined for an unknown group. */
  streamsOf(group: string): readonly LocalLogStream[] | undefined {
    const streams = this.#groups.get(group);
    return streams && [...streams.values()].map((stream) => this.#visible(stream));
  }

  /** A stream with the lines that can be read now. */
  find(group: string, stream: string): LocalLogStream | undefined {
    const found = this.#groups.get(group)?.get(stream);
    return found && this.#visible(found);
  }

  #visible(stream: OpenStream): LocalLogStream {
    const now = this.#clock.now();
    return { ...stream, events: stream.events.filter(({ ingestionTime }) => ingestionTime <= now) };
  }

  #open(group: string, stream: string): OpenStream {
    const streams = this.#groups.get(group) ?? new Map<string, OpenStream>();
    this.#groups.set(group, streams);
    const found = streams.get(stream) ?? { name: stream, createdAt: this.#clock.now(), events: [] };
    streams.set(stream, found);
    return found;
  }
}
