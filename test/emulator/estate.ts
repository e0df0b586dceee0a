import type { AutosysEvent, plainJobEvents, SettableStatus } from '../../autosys/event.ts';
import {
  parseAutosysInstance,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
  parseMachineName,
} from '../../autosys/names.ts';
import { ManualClock } from '../../emulator/clock.ts';
import { Instance } from '../../emulator/instance.ts';
import type { InstanceChange, InstanceOptions, JilOutcome } from '../../emulator/instance-types.ts';
import type { JobRecord } from '../../emulator/record.ts';

/** An embedded AutoSys with jobs; its clock does not change until the test advances it. */
export interface Estate {
  readonly clock: ManualClock;
  readonly instance: Instance;
  readonly outcome: JilOutcome;
  /** Every change, in order. */
  readonly changes: readonly InstanceChange[];
  /** Queues events and waits only for the delay between acceptance and effect. */
  send(...events: readonly AutosysEvent[]): Promise<void>;
  /** Advances the clock by `seconds`. */
  pass(seconds: number): Promise<void>;
  /** @throws {Error} if the job is not defined */
  job(name: string): JobRecord;
  status(name: string): string;
  /** Number of starts of the job. */
  starts(name: string): number;
}

/** A Monday, midnight in UTC. */
export const monday = new Date('2026-01-05T00:00:00Z');
const delayMs = 200;

/** Loads a JIL text into a new instance. */
export function createEstate(
  jil: string,
  options: Partial<InstanceOptions> & { readonly start?: Date } = {},
): Estate {
  const clock = new ManualClock(options.start ?? monday);
  const name = parseAutosysInstance('ACE');
  const instance = new Instance({ name, clock, eventDelayMs: delayMs, ...options });
  const changes: InstanceChange[] = [];
  const outcome = instance.loadJil({ name: 'night.jil', text: jil });
  instance.onChange((change) => changes.push(change));
  const job = (of: string) => {
    const record = instance.job(of);
    if (!record) throw new Error(`${of} is not defined: ${outcome.messages.join('\n')}`);
    return record;
  };
  return {
    clock,
    instance,
    outcome,
    changes,
    send: (...events) => {
      for (const event of events) instance.queue(event);
      return clock.advance(delayMs);
    },
    pass: (seconds) => clock.advance(seconds * 1000),
    job,
    status: (of) => job(of).status,
    starts: (of) => changes.filter(({ kind, job: who }) => kind === 'start' && who === of).length,
  };
}

/** An event with a job and no other field. */
export function jobEvent(
  kind: (typeof plainJobEvents)[number] | 'KILLJOB',
  job: string,
): AutosysEvent {
  return { kind, job: parseJobName(job) };
}

export function setGlobal(name: string, value: string): AutosysEvent {
  return {
    kind: 'SET_GLOBAL',
    globalVariable: parseGlobalName(name),
    value: parseGlobalValue(value),
  };
}

export function changeStatus(job: string, status: SettableStatus): AutosysEvent {
  return { kind: 'CHANGE_STATUS', job: parseJobName(job), status };
}

export function machineEvent(kind: 'MACH_OFFLINE' | 'MACH_ONLINE', machine: string): AutosysEvent {
  return { kind, machine: parseMachineName(machine) };
}

/**
 * JIL of a command job that takes a second and succeeds, unless the attributes define otherwise.
 */
export function cmd(name: string, ...attributes: readonly string[]): string {
  return [`insert_job: ${name} job_type: CMD`, 'machine: m1', ...attributes, ''].join('\n');
}

/** JIL of a box. */
export function box(name: string, ...attributes: readonly string[]): string {
  return [`insert_job: ${name} job_type: BOX`, ...attributes, ''].join('\n');
}
