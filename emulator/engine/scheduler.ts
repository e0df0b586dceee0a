import { Agent } from '../agent.ts';
import type { Clock } from '../clock.ts';
import type { EventLog, LoggedEvent } from '../event-log.ts';
import { ExecutingAgent } from '../executing/executing-agent.ts';
import { toJobCommand } from '../executing/job-command.ts';
import type { JobOutput } from '../executing/job-output.ts';
import type { ExecuteSettings } from '../executing/settings.ts';
import type { InstanceChange } from '../instance-types.ts';
import type { JobRecord } from '../record.ts';
import { type RunTable, substitute } from '../simulated-command.ts';
import type { State } from '../state.ts';
import { Agenda } from './agenda.ts';
import { decide } from './engine.ts';
import type { Report, SchedulerEffect, Signal, Try } from './step.ts';

/** Dependencies of a scheduler. */
export interface SchedulerDependencies {
  readonly clock: Clock;
  readonly state: State;
  readonly log: EventLog;
  readonly runs: RunTable;
  /** Undefined: no command is executed. */
  readonly execute: ExecuteSettings | undefined;
  readonly notify: (change: Omit<InstanceChange, 'at'>) => void;
}

type Note = Extract<SchedulerEffect, { kind: 'note' }>;

/** Executes the effects of the engine: on the records, the event log, the agents and the agenda. */
export class Scheduler implements Disposable {
  readonly #clock: Clock;
  readonly #state: State;
  readonly #log: EventLog;
  readonly #notify: SchedulerDependencies['notify'];
  readonly #agenda: Agenda;
  readonly #agent: Agent;
  readonly #executingAgent: ExecutingAgent | undefined;

  constructor({ clock, state, log, runs, execute, notify }: SchedulerDependencies) {
    this.#clock = clock;
    this.#state = state;
    this.#log = log;
    this.#notify = notify;
    this.#agenda = new Agenda(clock);
    const report = (of: Try, message: Report) =>
      void this.process({ kind: 'reported', of, report: message });
    this.#agent = new Agent(clock, runs, report);
    this.#executingAgent =
      execute &&
      new ExecutingAgent({ clock, autosysInstance: state.name, settings: execute, report });
  }

  /**
   * Processes a signal and all signals that follow from it at this instant. @returns the notes
   * about it
   */
  process(signal: Signal): readonly Note[] {
    const now = this.#clock.now();
    const notes: Note[] = [];
    const signals = [signal];
    // The list grows during the loop: each following signal is decided on what is recorded by then.
    for (const next of signals) {
      for (const effect of decide(this.#state, next, now)) {
        if (effect.kind === 'note') notes.push(effect);
        if (effect.kind === 'kill' || effect.kind === 'signal') notes.push(...this.#sendTo(effect));
        signals.push(...this.#execute(effect, now));
      }
    }
    return notes;
  }

  [Symbol.dispose](): void {
    this.#agenda[Symbol.dispose]();
    this.#agent[Symbol.dispose]();
    this.#executingAgent?.[Symbol.dispose]();
  }

  /** After the disposal: waits for the ends of executed commands, for at most five seconds. */
  async waitForProcesses(): Promise<void> {
    await this.#executingAgent?.waitForProcesses();
  }

  /** The kept output of executed commands of a job, oldest first. */
  outputs(job: string): readonly JobOutput[] {
    return this.#executingAgent?.outputs(job) ?? [];
  }

  /** @returns the signals to process next */
  #execute(effect: SchedulerEffect, now: Date): readonly Signal[] {
    switch (effect.kind) {
      case 'record':
        return this.#record(effect, now);
      case 'globalVariable':
        this.#setGlobalVariable(effect, now);
        return [];
      case 'machine':
        this.#state.setMachine(effect.name, effect.status);
        return [];
      case 'alarm':
        this.#logAlarm(effect, now);
        return [];
      case 'begin':
        this.#begin(effect.of, effect.bypass);
        return [];
      case 'delete':
        this.#state.remove(effect.job);
        this.#notify({ kind: 'definition', job: effect.job, because: 'DELETEJOB' });
        return [];
      case 'note':
      case 'kill':
      case 'signal':
        return [];
      case 'then':
        return [effect.signal];
      case 'later':
        this.#agenda.at(effect.at, () => this.process(effect.signal));
        return [];
      default:
        return effect satisfies never;
    }
  }

  /** Ends a try, or sends signals to it. @returns why its signals were not sent as requested */
  #sendTo(effect: Extract<SchedulerEffect, { kind: 'kill' | 'signal' }>): readonly Note[] {
    if (effect.kind === 'kill') this.#agent.kill(effect.of);
    const text =
      effect.kind === 'kill'
        ? this.#executingAgent?.kill(effect.of, effect.signals)
        : this.#executingAgent?.signal(effect.of, effect.signals);
    return text === undefined ? [] : [{ kind: 'note', text }];
  }

  #record(
    { job, patch, because, text, passing }: Extract<SchedulerEffect, { kind: 'record' }>,
    now: Date,
  ): readonly Signal[] {
    const before = this.#state.job(job);
    const after = this.#state.patch(job, patch);
    if (!before || !after) return [];
    const { status } = patch;
    if (status === undefined) return [];
    this.#log.add(toStatusLine(after, now, text));
    // CHANGE_STATUS may record these statuses too, but it begins no try.
    const starts = patch.run !== undefined && (status === 'STARTING' || status === 'RUNNING');
    this.#notify({ kind: starts ? 'start' : 'status', job, status, because });
    return passing ? [] : [{ kind: 'changed', job, from: before.status, to: status }];
  }

  #setGlobalVariable(
    { name, value, because }: Extract<SchedulerEffect, { kind: 'globalVariable' }>,
    now: Date,
  ): void {
    this.#state.setGlobalVariable(name, value, now);
    const set = value === undefined ? {} : { value };
    this.#notify({ kind: 'globalVariable', globalVariable: name, ...set, because });
  }

  #logAlarm({ name, of, text }: Extract<SchedulerEffect, { kind: 'alarm' }>, now: Date): void {
    const line = { kind: 'alarm', name, ...of, text, stage: 'PD' } as const;
    this.#log.add({ ...line, queuedAt: now, processedAt: now });
    this.#notify({ kind: 'event', job: of.job, because: `alarm ${name}: ${text}` });
  }

  #begin(of: Try, bypass: boolean): void {
    const record = this.#state.job(of.job);
    if (!record) return;
    if (bypass) {
      this.#agent.bypass(of);
      return;
    }
    const { job } = record;
    const lookUp = (name: string) => this.#state.globalVariable(name)?.value;
    const substituteGlobals = (text: string) => substitute(text, lookUp);
    if (this.#executingAgent?.executes(job)) {
      this.#executingAgent.begin(of, toJobCommand(job, substituteGlobals));
    } else this.#agent.begin(of, { command: substituteGlobals(job.command ?? '') });
  }
}

/**
 * Boxes have no machine in the log (documented). For other jobs the machine is logged with the
 * reports of an agent.
 */
function toStatusLine(
  { job, run, status }: JobRecord,
  now: Date,
  text: string | undefined,
): Omit<LoggedEvent, 'id'> {
  const hasMachine = job.type !== 'BOX' && job.machine !== undefined && run.try > 0;
  return {
    kind: 'status',
    name: status,
    job: job.name,
    queuedAt: now,
    processedAt: now,
    stage: 'PD',
    try: run.try,
    run: run.run,
    ...(hasMachine ? { machine: job.machine } : {}),
    ...(text === undefined ? {} : { text }),
  };
}
