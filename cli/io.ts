import type { Clock } from '../emulator/clock.ts';

/** Where a command writes: data to one, talk to the other. */
export interface Output {
  write(text: string): void;
  /** A person reads along, so colour may help. */
  readonly isTTY: boolean;
}

/** A file that is there until it is disposed of. */
export interface TemporaryFile extends AsyncDisposable {
  readonly path: string;
}

/** Everything of the world that a command may touch; `main.ts` gives the real one, tests one in memory. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly readStdin: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborted by SIGINT and SIGTERM, and when nobody reads stdout any more. */
  readonly signal: AbortSignal;
  /** Relative paths count from the directory the command was started in. */
  readonly readText: (path: string) => string;
  readonly writeText: (path: string, text: string) => void;
  /** Writes a file that no other user of the host can have put in the way. */
  readonly writeTemporary: (name: string, text: string) => Promise<TemporaryFile>;
}
