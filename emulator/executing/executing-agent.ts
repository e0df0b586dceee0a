import { isAbsolute, resolve } from 'node:path';
import type { Job } from '../../autosys/job.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { Clock } from '../clock.ts';
import { Agenda } from '../engine/agenda.ts';
import type { Report, Try } from '../engine/step.ts';
import { createJobEnvironment, expandVariables } from './environment.ts';
import type { JobCommand } from './job-command.ts';
import { type JobOutput, OutputStore } from './job-output.ts';
import { ProcessGroup, type ShellEnd } from './process-group.ts';
import type { ExecuteSettings, KillTarget } from './settings.ts';
import { readSignalList } from './signals.ts';
import { CommandNotStartedError, openStdFiles } from './std-files.ts';

/** Delay from STARTING to the start of the command, on the emulator's clock. */
const startingMs = 100;

/**
 * Exit code of a command that could not be started. 20007 is documented as a code of an agent
 * failure; that it is the code of this failure is inferred.
 */
const notStartedCode = 20_007;

/** SIGKILL, which no process can handle. */
const sigkill = 9;

/** Dependencies of an executing agent. */
export interface ExecutingAgentDependencies {
  readonly clock: Clock;
  readonly autosysInstance: AutosysInstance;
  readonly settings: ExecuteSettings;
  readonly report: (of: Try, report: Report) => void;
}

/** A try whose end is still to be reported. */
interface ActiveTry {
  /** Until the command is started. */
  readonly timer: Disposable;
  group?: ProcessGroup;
}

/** Executes the commands of jobs on this host, each by a shell in a process group of its own. */
export class ExecutingAgent implements Disposable {
  readonly #agenda: Agenda;
  readonly #autosysInstance: AutosysInstance;
  readonly #settings: ExecuteSettings;
  readonly #report: ExecutingAgentDependencies['report'];
  readonly #activeByTry = new Map<string, ActiveTry>();
  readonly #outputs = new OutputStore();
  /** Every group with a process, also of tries about which nothing more is reported. */
  readonly #groups = new Set<ProcessGroup>();
  /** Also when this process ends without a disposal, but not when a signal ends it. */
  readonly #onExit = () => this.#killAll();
  #disposed = false;

  constructor({ clock, autosysInstance, settings, report }: ExecutingAgentDependencies) {
    this.#agenda = new Agenda(clock);
    this.#autosysInstance = autosysInstance;
    this.#settings = settings;
    this.#report = report;
    process.once('exit', this.#onExit);
  }

  /** True when this agent executes the job: a CMD job on one of its machines. */
  executes({ type, machine }: Pick<Job, 'type' | 'machine'>): boolean {
    return type === 'CMD' && machine !== undefined && this.#settings.machines.has(machine);
  }

  /** Begins a try. The global variables are already substituted. */
  begin(of: Try, command: JobCommand): void {
    if (this.#disposed) return;
    const timer = this.#agenda.after(startingMs, () => this.#start(of, command));
    this.#activeByTry.set(keyOf(of), { timer });
  }

  /**
   * Ends the processes of a try. Nothing more is reported about it, while later signals are still
   * sent. A try whose command has not been started is only cancelled.
   *
   * @param signals of `sendevent -K`, instead of the configured ones
   * @returns why these signals are not used, or undefined
   */
  kill(of: Try, signals?: string): string | undefined {
    const active = this.#activeByTry.get(keyOf(of));
    if (!active) return undefined;
    this.#activeByTry.delete(keyOf(of));
    active.timer[Symbol.dispose]();
    const { killMethod } = this.#settings;
    if (killMethod.kind === 'terminate') {
      active.group?.send(sigkill, 'shell');
      return undefined;
    }
    const wanted = signals === undefined ? killMethod.signals : readSignalList(signals);
    if (active.group) {
      this.#sendSignals(active.group, wanted ?? killMethod.signals, killMethod.target);
    }
    return wanted ? undefined : `${describeUnknown(signals)}; the configured signals are sent`;
  }

  /**
   * Sends the signals of SEND_SIGNAL to the processes of a try.
   *
   * @returns why they are not sent, or undefined
   */
  signal(of: Try, text: string): string | undefined {
    const active = this.#activeByTry.get(keyOf(of));
    if (!active) return undefined;
    const { killMethod } = this.#settings;
    if (killMethod.kind === 'terminate') return 'this agent sends no signals';
    const signals = readSignalList(text);
    if (!signals) return `${describeUnknown(text)}; nothing is sent`;
    if (!active.group) return `${of.job} has no process yet; nothing is sent`;
    this.#sendSignals(active.group, signals, killMethod.target);
    return undefined;
  }

  /** The kept output of the last tries of a job, oldest first. */
  outputs(job: string): readonly JobOutput[] {
    return this.#outputs.of(job);
  }

  /** Kills every process group. Nothing more is reported. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#agenda[Symbol.dispose]();
    this.#activeByTry.clear();
    process.off('exit', this.#onExit);
    this.#killAll();
  }

  /** After the disposal: waits for the ends of the processes, for at most five seconds. */
  async waitForProcesses(): Promise<void> {
    await Promise.all([...this.#groups].map((group) => group.waitUntilEmpty()));
    if (this.#disposed) this.#outputs[Symbol.dispose]();
  }

  #killAll(): void {
    for (const group of this.#groups) group.send(sigkill, 'group');
  }

  #start(of: Try, command: JobCommand): void {
    const active = this.#activeByTry.get(keyOf(of));
    if (!active) return;
    try {
      active.group = this.#startGroup(of, command);
    } catch (error) {
      if (!(error instanceof CommandNotStartedError)) throw error;
      this.#reportFailure(of, error.message);
      return;
    }
    if (active.group.started) this.#report(of, { kind: 'running', ...toNote(command) });
  }

  #startGroup(of: Try, command: JobCommand): ProcessGroup {
    if (command.command.trim() === '') throw new CommandNotStartedError('the job has no command');
    const { workingDirectory, shell } = this.#settings;
    const environment = createJobEnvironment(of, this.#autosysInstance, this.#settings.environment);
    const files = openStdFiles(command, { workingDirectory, environment });
    const output = this.#outputs.add(of, files);
    try {
      const { profile } = command;
      const group = new ProcessGroup(
        {
          shell: command.shell ?? shell,
          command: command.command,
          profile:
            profile && toProfilePath(expandVariables(profile, environment), workingDirectory),
          workingDirectory,
          environment,
          files,
        },
        {
          failed: (reason) => {
            output.close();
            this.#reportFailure(of, reason);
          },
          shellEnded: (end) => this.#reportEnd(of, end),
          emptied: () => {
            output.close();
            this.#groups.delete(group);
          },
        },
      );
      if (group.started) this.#groups.add(group);
      return group;
    } catch (error) {
      output.close();
      throw error;
    } finally {
      files.close();
    }
  }

  #sendSignals(group: ProcessGroup, signals: readonly number[], target: KillTarget): void {
    const { killMethod } = this.#settings;
    const [first, ...later] = signals;
    if (first === undefined || killMethod.kind === 'terminate') return;
    group.send(first, target);
    if (later.length === 0 || group.isEmpty) return;
    this.#agenda.after(killMethod.intervalMs, () => this.#sendSignals(group, later, target));
  }

  /**
   * A shell that dies by a signal is TERMINATED, as by KILLJOB: "Aborted, Signal 2" (documented for
   * KILLJOB, Broadcom KB 214850; inferred for other signals). A command that dies by a signal under
   * a living shell is that shell's exit code 128 + signal.
   */
  #reportEnd(of: Try, end: ShellEnd): void {
    if (!this.#activeByTry.delete(keyOf(of))) return;
    this.#report(
      of,
      'signal' in end
        ? { kind: 'aborted', signal: end.signal }
        : { kind: 'ended', exitCode: end.exitCode },
    );
  }

  #reportFailure(of: Try, text: string): void {
    if (!this.#activeByTry.delete(keyOf(of))) return;
    this.#report(of, { kind: 'notStarted', exitCode: notStartedCode, text });
  }
}

function toNote({ ignored }: JobCommand): { readonly text?: string } {
  return ignored.length === 0 ? {} : { text: `ignored here: ${ignored.join(', ')}` };
}

/** A name without a slash would be looked up in PATH by the shell. */
function toProfilePath(profile: string, workingDirectory: string): string {
  return isAbsolute(profile) ? profile : resolve(workingDirectory, profile);
}

function describeUnknown(signals: string | undefined): string {
  return `signals: found ${JSON.stringify(signals)}, expected numbers from 1 to 64`;
}

function keyOf({ job, run, try: number }: Try): string {
  return `${job} ${run}/${number}`;
}
