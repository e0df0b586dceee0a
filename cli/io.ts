import type { Clock } from '../emulator/clock.ts';

/** An output stream of a command: stdout for data, stderr for messages. */
export interface Output {
  write(text: string): void;
  /** True when the output is a terminal, so that colour may be used. */
  readonly isTTY: boolean;
  /** Columns of the terminal at present. @default - unknown, or not a terminal */
  readonly columns?: number | undefined;
  /** Rows of the terminal at present. @default - unknown, or not a terminal */
  readonly rows?: number | undefined;
}

/** A file that is deleted when it is disposed. */
export interface TemporaryFile extends AsyncDisposable {
  readonly path: string;
}

/** Access of a command to its environment. `main.ts` passes the real one, tests one in memory. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly readStdin: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborts on SIGINT, on SIGTERM, and when the reader of stdout or stderr closes it. */
  readonly signal: AbortSignal;
  /** Relative paths start at the working directory of the process. */
  readonly readText: (path: string) => string;
  readonly writeText: (path: string, text: string) => void;
  /** Writes a file in a new private directory, which no other user of the host can prepare. */
  readonly writeTemporary: (name: string, text: string) => Promise<TemporaryFile>;
}
