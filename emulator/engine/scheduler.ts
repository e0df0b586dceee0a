import { Agent } from '../agent.ts';
import type { Clock } from '../clock.ts';
import type { EventLog, LoggedEvent } from '../event-log.ts';
import type { InstanceChange } from '../instance-types.ts';
import { type RunTable, substitute } from '../pretended-command.ts';
import type { JobRecord } from '../record.ts';
import type { State } from '../state.ts';
import { Agenda } from './agenda.ts';
import { decide } from './engine.ts';
import type { SchedulerEffect, Signal, Try } from './step.ts';

/** What a scheduler works with. */
export interface SchedulerDependencies {
  readonly clock: Clock;
  readonly state: State;
  readonly log: EventLog;
  readonly runs: RunTable;
  readonly tell: (change: Omit<InstanceChange, 'at'>) => void;
}

/** Carries out what the engine decides: in the records, the event log, the agent and the agenda. */
export class Scheduler implements Disposable {
  readonly #clock: Clock;
  readonly #state: State;
  readonly #log: EventLog;
  readonly #tell: SchedulerDependencies['tell'];
  readonly #agenda: Agenda;
  readonly #agent: Agent;

  constructor({ clock, state, log, runs, tell }: SchedulerDependencies) {
    this.#clock = clock;
    this.#state = state;
    this.#log = log;
    this.#tell = tell;
    this.#agenda = new Agenda(clock);
    this.#agent = new Agent(clock, runs, (of, report) =>
      this.process({ kind: 'reported', of, report }),
    );
  }

  /** Decides about a signal and all that follows from it at this instant. @returns what was said of it */
  process(signal: Signal): readonly Extract<SchedulerEffect, { kind: 'note' }>[] {
    const now = this.#clock.now();
    const notes: Extract<SchedulerEffect, { kind: 'note' }>[] = [];
    const signals = [signal];
    // The list grows while it is walked: what follows is decided on what has been recorded by then.
    for (const next of signals) {
      for (const effect of decide(this.#state, next, now)) {
        if (effect.kind === 'note') notes.push(effect);
        signals.push(...this.#carryOut(effect, now));
      }
    }
    return notes;
  }

  [Symbol.dispose](): void {
    this.#agenda[Symbol.dispose]();
    this.#agent[Symbol.dispose]();
  }

  /** @returns what is to be decided next */
  #carryOut(effect: SchedulerEffect, now: Date): readonly Signal[] {
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
      case 'kill':
        this.#agent.kill(effect.of);
        return [];
      case 'delete':
        this.#state.remove(effect.job);
        this.#tell({ kind: 'definition', job: effect.job, because: 'DELETEJOB' });
        return [];
      case 'note':
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
    // CHANGE_STATUS may record these words too, but it begins no try.
    const starts = patch.run !== undefined && (status === 'STARTING' || status === 'RUNNING');
    this.#tell({ kind: starts ? 'start' : 'status', job, status, because });
    return passing ? [] : [{ kind: 'changed', job, from: before.status, to: status }];
  }

  #setGlobalVariable(
    { name, value, because }: Extract<SchedulerEffect, { kind: 'globalVariable' }>,
    now: Date,
  ): void {
    this.#state.setGlobalVariable(name, value, now);
    const set = value === undefined ? {} : { value };
    this.#tell({ kind: 'globalVariable', globalVariable: name, ...set, because });
  }

  #logAlarm({ name, of, text }: Extract<SchedulerEffect, { kind: 'alarm' }>, now: Date): void {
    const line = { kind: 'alarm', name, ...of, text, stage: 'PD' } as const;
    this.#log.add({ ...line, queuedAt: now, processedAt: now });
    this.#tell({ kind: 'event', job: of.job, because: `alarm ${name}: ${text}` });
  }

  #begin(of: Try, bypass: boolean): void {
    const record = this.#state.job(of.job);
    if (!record) return;
    if (bypass) {
      this.#agent.bypass(of);
      return;
    }
    const { command = '' } = record.job;
    const lookUp = (name: string) => this.#state.globalVariable(name)?.value;
    this.#agent.begin(of, { command: substitute(command, lookUp) });
  }
}

/** Boxes have no machine in the log (documented); of other jobs it is named with what an agent said. */
function toStatusLine(
  { job, run, status }: JobRecord,
  now: Date,
  text: string | undefined,
): Omit<LoggedEvent, 'id'> {
  const isAgents = job.type !== 'BOX' && job.machine !== undefined && run.try > 0;
  return {
    kind: 'status',
    name: status,
    job: job.name,
    queuedAt: now,
    processedAt: now,
    stage: 'PD',
    try: run.try,
    run: run.run,
    ...(isAgents ? { machine: job.machine } : {}),
    ...(text === undefined ? {} : { text }),
  };
}
