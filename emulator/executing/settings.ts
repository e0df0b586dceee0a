import { platform } from 'node:os';
import { resolve } from 'node:path';
import { NameError } from '../../autosys/errors.ts';
import { parseMachineName } from '../../autosys/names.ts';
import { agentVariables, reduceEnvironment } from './environment.ts';
import { highestSignal } from './signals.ts';

/** The processes that a signal reaches: the whole process group of the job, or its shell alone. */
export type KillTarget = 'group' | 'shell';

/**
 * Settings of the agent that executes commands on this host, with the rights of this process.
 *
 * Every user of the embedded AutoSys can then run commands on this host: by loading JIL, sending
 * events or setting global variables.
 */
export interface ExecuteOptions {
  /** The machines whose CMD jobs are executed. All other jobs are simulated. */
  readonly machines: readonly string[];
  /** Shell that runs a command with `-c`. A job's own `shell` has precedence. @default /bin/sh */
  readonly shell?: string;
  /**
   * Working directory of the commands; relative std files begin here.
   *
   * @default - the working directory of this process. A real agent uses the home of the job's owner
   */
  readonly workingDirectory?: string;
  /**
   * Environment of the host, of which the commands inherit {@link inheritedVariables} only.
   *
   * @default - nothing is inherited, and PATH is /usr/local/bin:/usr/bin:/bin
   */
  readonly hostEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Further variables for every command; they have precedence over inherited ones. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Signals of KILLJOB and of `term_run_time`, in order (11.3.6 "Legacy Kill Signals", documented).
   * `sendevent -K` overrides them. `terminate` ends the shell at once with SIGKILL and ignores every
   * signal, as an agent on Windows ends its process.
   *
   * @default [2, 9]
   */
  readonly killSignals?: readonly number[] | 'terminate';
  /** Time between two signals of a list, on the emulator's clock (documented). @default 5000 */
  readonly killIntervalMs?: number;
  /**
   * Not established for any agent. Not allowed with `terminate`, which always ends the shell alone.
   *
   * @default group
   */
  readonly killTarget?: KillTarget;
}

/** How a run is ended: by signals in order, or at once. */
export type KillMethod =
  | {
      readonly kind: 'signals';
      readonly signals: readonly number[];
      readonly intervalMs: number;
      readonly target: KillTarget;
    }
  | { readonly kind: 'terminate' };

/** Checked settings of the executing agent. */
export interface ExecuteSettings {
  readonly machines: ReadonlySet<string>;
  readonly shell: string;
  /** An absolute path. */
  readonly workingDirectory: string;
  /** The environment of every command, without the variables of its job. */
  readonly environment: Readonly<Record<string, string>>;
  readonly killMethod: KillMethod;
}

/**
 * Checks the settings of the executing agent, and adds the defaults.
 *
 * @throws {RangeError} with every fault, one per line
 */
export function parseExecuteOptions(options: ExecuteOptions): ExecuteSettings {
  const { machines, shell = '/bin/sh', workingDirectory = '.' } = options;
  const { hostEnvironment = {}, environment = {} } = options;
  const faults = [
    ...platformFaults(),
    ...machineFaults(machines),
    ...environmentFaults(environment),
    ...killFaults(options),
    ...(shell === '' || shell.includes('\0') ? ['shell: expected a path, found none'] : []),
  ];
  if (faults.length > 0) {
    throw new RangeError(faults.map((fault) => `execute: ${fault}`).join('\n'));
  }
  return Object.freeze({
    machines: new Set(machines),
    shell,
    workingDirectory: resolve(workingDirectory),
    environment: Object.freeze({ ...reduceEnvironment(hostEnvironment), ...environment }),
    killMethod: toKillMethod(options),
  });
}

function toKillMethod({
  killSignals = [2, 9],
  killIntervalMs = 5000,
  killTarget = 'group',
}: ExecuteOptions): KillMethod {
  if (killSignals === 'terminate') return { kind: 'terminate' };
  return {
    kind: 'signals',
    signals: [...killSignals],
    intervalMs: killIntervalMs,
    target: killTarget,
  };
}

function platformFaults(): readonly string[] {
  return platform() === 'win32' ? ['Windows has no process groups; use Linux or macOS'] : [];
}

function machineFaults(machines: readonly string[]): readonly string[] {
  if (machines.length === 0) return ['machines: expected at least one machine, found none'];
  return machines.flatMap((machine) => {
    try {
      parseMachineName(machine);
      return [];
    } catch (error) {
      if (!(error instanceof NameError)) throw error;
      return [`machines: ${error.message}`];
    }
  });
}

function environmentFaults(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const found = `environment: found ${JSON.stringify(name)}`;
    if (!/^[A-Za-z_]\w*$/.test(name)) return [`${found}, expected a name of letters, digits and _`];
    if (agentVariables.includes(name)) return [`${found}, which the agent sets for each try`];
    // The value may be a secret, so the message does not contain it.
    return value.includes('\0') ? [`${found} with a NUL character in its value`] : [];
  });
}

function killFaults({ killSignals, killIntervalMs, killTarget }: ExecuteOptions): string[] {
  const faults: string[] = [];
  if (killSignals === 'terminate') {
    if (killTarget !== undefined || killIntervalMs !== undefined) {
      faults.push('killSignals terminate: not allowed with killTarget or killIntervalMs');
    }
  } else if (killSignals !== undefined) {
    const isSignal = (signal: number) =>
      Number.isInteger(signal) && signal >= 1 && signal <= highestSignal;
    if (killSignals.length === 0 || !killSignals.every(isSignal)) {
      const allowed = `expected numbers from 1 to ${highestSignal}, or terminate`;
      faults.push(`killSignals: found ${JSON.stringify(killSignals)}, ${allowed}`);
    }
  }
  if (killIntervalMs !== undefined && !(Number.isInteger(killIntervalMs) && killIntervalMs >= 0)) {
    faults.push(`killIntervalMs: found ${killIntervalMs}, expected whole milliseconds from 0`);
  }
  if (killTarget !== undefined && killTarget !== 'group' && killTarget !== 'shell') {
    faults.push(`killTarget: found ${JSON.stringify(killTarget)}, expected group or shell`);
  }
  return faults;
}
