import {
  type Condition,
  type ConditionFacts,
  evaluate,
  referencesOf,
} from '../autosys/condition/index.ts';
import type { Job } from '../autosys/job.ts';
import type { AutosysInstance, GlobalName, JobName, MachineName } from '../autosys/names.ts';
import { isActive } from '../autosys/status.ts';
import type { View } from './engine/step.ts';
import type { GlobalValueRecord, MachineRecord } from './instance-types.ts';
import { type JobRecord, newRecord, patchRecord, type RecordPatch } from './record.ts';

/** Settings of an instance that the engine uses. */
export type InstanceSettings = Pick<
  View,
  'name' | 'timezone' | 'sameValueTriggers' | 'forceStartsHeld' | 'retryDelayMs' | 'retriesShow'
>;

/** The state of one instance, with indexes that keep ten thousand jobs fast. */
export class State implements View {
  readonly name: AutosysInstance;
  readonly timezone: string;
  readonly sameValueTriggers: boolean;
  readonly forceStartsHeld: boolean;
  readonly retryDelayMs: number;
  readonly retriesShow: View['retriesShow'];
  /**
   * Number of conditions evaluated. Tests use it to check that one global variable wakes only its
   * own dependents.
   */
  evaluations = 0;
  readonly #recordByJob = new Map<string, JobRecord>();
  readonly #membersByBox = new Map<string, Set<JobName>>();
  readonly #waitersByJob = new Map<string, Set<JobName>>();
  readonly #waitersByGlobalVariable = new Map<string, Set<JobName>>();
  readonly #globalVariables = new Map<string, GlobalValueRecord>();
  readonly #machineStatus = new Map<string, MachineRecord['status']>();
  /**
   * One counter for the whole instance, as the r11 schema has one `next_run_num` (inferred for
   * later releases).
   */
  #lastRun = 0;

  constructor(settings: InstanceSettings) {
    this.name = settings.name;
    this.timezone = settings.timezone;
    this.sameValueTriggers = settings.sameValueTriggers;
    this.forceStartsHeld = settings.forceStartsHeld;
    this.retryDelayMs = settings.retryDelayMs;
    this.retriesShow = settings.retriesShow;
  }

  get nextRun(): number {
    return this.#lastRun + 1;
  }

  job(name: string): JobRecord | undefined {
    return this.#recordByJob.get(name);
  }

  jobs(): readonly JobRecord[] {
    return [...this.#recordByJob.values()];
  }

  members(box: string): readonly JobRecord[] {
    return this.#recordsOf(this.#membersByBox.get(box) ?? []);
  }

  waitersOnJob(name: string): Iterable<JobName> {
    return this.#waitersByJob.get(name) ?? [];
  }

  waitersOnGlobalVariable(name: string): Iterable<JobName> {
    return this.#waitersByGlobalVariable.get(name) ?? [];
  }

  globalVariable(name: string): GlobalValueRecord | undefined {
    return this.#globalVariables.get(name);
  }

  globalVariables(): ReadonlyMap<string, GlobalValueRecord> {
    return new Map(this.#globalVariables);
  }

  machineStatus(name: string): MachineRecord['status'] | undefined {
    return this.#machineStatus.get(name);
  }

  machines(): readonly MachineRecord[] {
    const running = this.jobs().filter(({ status }) => isActive(status));
    return [...this.#machineStatus].map(([name, status]) => {
      return { name, status, running: running.filter(({ job }) => job.machine === name).length };
    });
  }

  pendingOn(machine: string): readonly JobRecord[] {
    return this.jobs().filter(
      ({ job, status }) => status === 'PEND_MACH' && job.machine === machine,
    );
  }

  holds(condition: Condition, record: JobRecord, now: Date): boolean {
    this.evaluations += 1;
    return evaluate(condition, this.factsFor(record, now));
  }

  /**
   * The facts that a condition of the job may read. Other instances are unknown: cross-instance
   * references are not emulated.
   */
  factsFor(record: JobRecord, now: Date): ConditionFacts {
    const isHere = (instance: AutosysInstance | undefined) =>
      instance === undefined || instance === this.name;
    return {
      now,
      ownEndedAt: record.lastEnd,
      job: ({ job, instance }) => {
        const named = isHere(instance) ? this.job(job) : undefined;
        return named && { status: named.status, endedAt: named.lastEnd, exitCode: named.exitCode };
      },
      globalVariable: (name, instance) =>
        isHere(instance) ? this.#globalVariables.get(name)?.value : undefined,
    };
  }

  /** Defines a job, or replaces its definition. Its runs and status are kept. */
  define(job: Job): JobRecord {
    const known = this.#recordByJob.get(job.name);
    if (known) this.#unlink(known.job);
    const record = known ? patchRecord(known, { job }) : newRecord(job);
    this.#recordByJob.set(job.name, record);
    this.#link(job);
    if (job.machine !== undefined) this.#addMachine(job.machine);
    return record;
  }

  /** Removes a job. The members of a box remain as jobs without a box (inferred). */
  remove(name: JobName): void {
    const record = this.#recordByJob.get(name);
    if (!record) return;
    for (const { job } of this.members(name)) this.define(withoutBox(job));
    this.#unlink(record.job);
    this.#recordByJob.delete(name);
  }

  patch(name: JobName, patch: RecordPatch): JobRecord | undefined {
    const record = this.#recordByJob.get(name);
    if (!record) return undefined;
    const patched = patchRecord(record, patch);
    this.#recordByJob.set(name, patched);
    this.#lastRun = Math.max(this.#lastRun, patched.run.run);
    return patched;
  }

  setGlobalVariable(name: GlobalName, value: string | undefined, changedAt: Date): void {
    if (value === undefined) this.#globalVariables.delete(name);
    else this.#globalVariables.set(name, Object.freeze({ value, changedAt }));
  }

  setMachine(name: MachineName, status: MachineRecord['status'] | undefined): void {
    if (status === undefined) this.#machineStatus.delete(name);
    else this.#machineStatus.set(name, status);
  }

  /**
   * A machine that only a job names counts as defined and online, so that a short example needs no
   * `insert_machine`.
   */
  #addMachine(name: MachineName): void {
    if (!this.#machineStatus.has(name)) this.#machineStatus.set(name, 'Online');
  }

  #recordsOf(names: Iterable<JobName>): readonly JobRecord[] {
    return [...names].flatMap((name) => this.#recordByJob.get(name) ?? []);
  }

  #link(job: Job): void {
    for (const [index, key] of this.#indexEntriesOf(job)) {
      const names = index.get(key) ?? new Set();
      index.set(key, names.add(job.name));
    }
  }

  #unlink(job: Job): void {
    for (const [index, key] of this.#indexEntriesOf(job)) {
      index.get(key)?.delete(job.name);
    }
  }

  /**
   * The index entries of the job: its box, and every job and variable that its starting condition
   * reads.
   */
  #indexEntriesOf(job: Job): (readonly [index: Map<string, Set<JobName>>, key: string])[] {
    const { jobs, globalVariables } = job.condition
      ? referencesOf(job.condition)
      : { jobs: [], globalVariables: [] };
    const here = jobs.filter(({ instance }) => instance === undefined || instance === this.name);
    return [
      ...(job.box === undefined ? [] : [[this.#membersByBox, job.box] as const]),
      ...here.map((reference) => [this.#waitersByJob, reference.job] as const),
      ...globalVariables.map((name) => [this.#waitersByGlobalVariable, name] as const),
    ];
  }
}

function withoutBox({ box: _, ...job }: Job): Job {
  return { ...job, attributes: job.attributes.filter(([name]) => name !== 'box_name') };
}
