/** A signal that ends a waiting command. */
export type KillSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Why a waiting command is to end: a signal, or the end of its parent process. */
export type Kill =
  | { readonly kind: 'signal'; readonly signal: KillSignal }
  | { readonly kind: 'parentGone' };

/** The file with the login, as found on disk. */
export interface LoginFileContent {
  readonly text: string;
  /** Permission bits. `undefined` on Windows, which has none. */
  readonly mode: number | undefined;
  /** User id of the owner. `undefined` on Windows. */
  readonly owner: number | undefined;
}

/** Access of the agent's commands to their process. `process-io.ts` has the real one. */
export interface AgentIo {
  /** Text before a command's name in help and advice, such as the name of the program. */
  readonly prefix: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Never throws: output that cannot be written is lost, and the command continues. */
  readonly writeOut: (text: string) => void;
  /** See {@link AgentIo.writeOut}. */
  readonly writeError: (text: string) => void;
  readonly readStdin: () => Promise<Uint8Array>;
  /** @throws an error of `node:fs` if the file cannot be read */
  readonly readFile: (path: string) => Uint8Array;
  /** Follows symbolic links. @throws an error of `node:fs` if the file cannot be read */
  readonly readLoginFile: (path: string) => LoginFileContent;
  /** User id of this process. `undefined` on Windows. */
  readonly userId: number | undefined;
  readonly clock: AgentClock;
  /** Random, from 0 to 1. */
  readonly random: () => number;
  readonly newId: () => string;
  /** Notifies of each signal, and once of the end of the parent, until it is disposed. */
  readonly onKill: (listener: (kill: Kill) => void) => Disposable;
  /** Ends the process at once. */
  readonly exitNow: (code: number) => void;
}

/** Time and timers, in milliseconds. */
export interface AgentClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back once after a time; the returned function cancels it. */
  readonly setTimer: (ms: number, callback: () => void) => () => void;
}
