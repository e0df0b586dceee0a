import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasLivingMember } from './living-members.ts';
import { toSignalNumber } from './signals.ts';
import { CommandNotStartedError, type StdFiles, toErrorCode } from './std-files.ts';

/** How the shell of a command ended: with an exit code, or by a signal. */
export type ShellEnd = { readonly exitCode: number } | { readonly signal: number };

/** A command to start in a process group of its own. */
export interface ShellCommand {
  readonly shell: string;
  readonly command: string;
  /** A script whose exported variables the command has. */
  readonly profile?: string | undefined;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly files: Pick<StdFiles, 'stdin' | 'stdout' | 'stderr'>;
}

/** Calls of a process group to its owner. */
export interface ProcessGroupEvents {
  /** The shell could not be started. No other call follows. */
  failed(reason: string): void;
  shellEnded(end: ShellEnd): void;
  /** No process of the group is left. Follows {@link shellEnded}. */
  emptied(): void;
}

/** Real time between two checks of a group whose shell has ended while other processes run. */
const leftoverCheckMs = 1000;
/** Bound of {@link ProcessGroup.waitUntilEmpty}: 250 checks of 20 ms, real time. */
const emptyChecks = 250;
const emptyCheckMs = 20;

/** The shell of a command and all its descendants that stay in its process group. */
export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #events: ProcessGroupEvents;
  #shellRuns: boolean;
  #empty: boolean;

  /**
   * Starts the shell. It leads a new session, so it has no terminal.
   *
   * @throws {CommandNotStartedError} if the system refuses at once. A later refusal is `failed`
   */
  constructor(command: ShellCommand, events: ProcessGroupEvents) {
    this.#events = events;
    this.#child = startShell(command);
    const started = this.#child.pid !== undefined;
    this.#shellRuns = started;
    this.#empty = !started;
    this.#child.on('error', (error) => {
      if (!started) events.failed(describeRefusal(command, error));
    });
    this.#child.once('exit', (code, signal) => {
      if (!started) return;
      this.#shellRuns = false;
      this.#watchLeftovers();
      events.shellEnded(signal === null ? { exitCode: code ?? 0 } : toSignalEnd(signal));
    });
  }

  /** False if the shell could not be started. */
  get started(): boolean {
    return this.#child.pid !== undefined;
  }

  /** True when no process of the group is left. */
  get isEmpty(): boolean {
    return this.#empty;
  }

  /**
   * Sends a signal to the whole group or to the shell alone. Does nothing if the processes have
   * ended: their numbers may belong to others by now.
   */
  send(signal: number, target: 'group' | 'shell'): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#empty) return;
    if (target === 'shell' && !this.#shellRuns) return;
    sendSignal(target === 'group' ? -pid : pid, signal);
  }

  /** Waits until no process of the group is left, for at most five seconds of real time. */
  async waitUntilEmpty(): Promise<void> {
    for (let check = 0; check < emptyChecks && !this.#empty; check += 1) {
      if (!this.#shellRuns) this.#checkLeftovers();
      if (!this.#empty) await sleep(emptyCheckMs);
    }
  }

  /**
   * A command may leave processes behind in the background. Their group is watched, since its
   * number is free for others as soon as it is empty.
   */
  #watchLeftovers(): void {
    this.#checkLeftovers();
    if (this.#empty) return;
    const timer = setInterval(() => {
      this.#checkLeftovers();
      if (this.#empty) clearInterval(timer);
    }, leftoverCheckMs);
    timer.unref();
  }

  #checkLeftovers(): void {
    const { pid } = this.#child;
    if (this.#empty || pid === undefined) return;
    if (sendSignal(-pid, 0) && hasLivingMember(pid) !== false) return;
    this.#empty = true;
    this.#events.emptied();
  }
}

function startShell(command: ShellCommand): ChildProcess {
  const { shell, workingDirectory, environment, files } = command;
  try {
    return spawn(shell, toArguments(command), {
      cwd: workingDirectory,
      env: { ...environment },
      detached: true,
      stdio: [files.stdin, files.stdout, files.stderr],
    });
  } catch (error) {
    throw new CommandNotStartedError(describeRefusal(command, error));
  }
}

/**
 * A profile is read first, by a shell that the shell of the command then replaces: the command has
 * the exported variables, and its process is the same as without a profile.
 */
function toArguments({ shell, command, profile }: ShellCommand): readonly string[] {
  if (profile === undefined) return ['-c', command];
  return ['-c', '. "$1" && exec "$0" -c "$2"', shell, profile, command];
}

function describeRefusal({ shell, workingDirectory }: ShellCommand, error: unknown): string {
  return `cannot start ${shell} in ${workingDirectory}: ${toErrorCode(error)}`;
}

function toSignalEnd(signal: NodeJS.Signals): ShellEnd {
  return { signal: toSignalNumber(signal) };
}

/** @returns false if no such process is left */
function sendSignal(to: number, signal: number): boolean {
  try {
    process.kill(to, signal);
    return true;
  } catch (error) {
    // EPERM: a process of another user is left, for example of a setuid program.
    return toErrorCode(error) !== 'ESRCH';
  }
}
