import { type GlobalColumns, printDate } from '../autosys/autorep/index.ts';
import type { AutosysInstance, GlobalName, JobName } from '../autosys/names.ts';
import type { Source } from '../autosys/source.ts';
import { isTimezone } from '../autosys/wall-clock.ts';
import type { Clock } from './clock.ts';
import { Scheduler } from './engine/scheduler.ts';
import { whyWaiting } from './engine/why.ts';
import { describeQueuedEvent, toLogEntry } from './event-line.ts';
import { EventLog, type LoggedEvent } from './event-log.ts';
import { EventQueue, type PendingEvent } from './event-queue.ts';
import type { JobOutput } from './executing/job-output.ts';
import { parseExecuteOptions } from './executing/settings.ts';
import type {
  GlobalValueRecord,
  InstanceChange,
  InstanceOptions,
  JilOutcome,
  MachineRecord,
  QueuedEvent,
  QueueEventOptions,
} from './instance-types.ts';
import { runJil } from './jil-run.ts';
import type { JobRecord } from './record.ts';
import { State } from './state.ts';
import { Ticker } from './ticker.ts';

/**
 * One AutoSys installation: jobs from JIL, conditions, boxes, global variables, and the clock that
 * drives them.
 */
export class Instance implements Disposable {
  readonly name: AutosysInstance;
  /** The timezone of the scheduler, an IANA name. */
  readonly timezone: string;
  /** The column style of `autorep -G ALL`. */
  readonly globalColumns: GlobalColumns;
  readonly #clock: Clock;
  readonly #eventDelayMs: number;
  readonly #showsTrimmedValues: boolean;
  readonly #state: State;
  readonly #log = new EventLog();
  readonly #queue: EventQueue;
  readonly #scheduler: Scheduler;
  readonly #ticker: Ticker;
  readonly #listeners = new Set<(change: InstanceChange) => void>();
  #eventsToLose = 0;

  /**
   * @throws {RangeError} for a timezone that the platform does not know, or invalid settings of
   *   `execute`
   */
  constructor(options: InstanceOptions) {
    const { name, clock, timezone = 'UTC', eventDelayMs = 200, runs = {} } = options;
    const execute = options.execute && parseExecuteOptions(options.execute);
    const { sameValueTriggers = true, forceStartsHeld = true } = options;
    const { retryDelayMs = 1_000, retriesShow = 'RESTART' } = options;
    const { showsTrimmedValues = false, globalColumns = 'growing' } = options;
    if (!isTimezone(timezone)) {
      throw new RangeError(`timezone: found ${JSON.stringify(timezone)}, allowed: an IANA name`);
    }
    this.name = name;
    this.timezone = timezone;
    this.globalColumns = globalColumns;
    this.#clock = clock;
    this.#eventDelayMs = eventDelayMs;
    this.#showsTrimmedValues = showsTrimmedValues;
    const settings = { name, timezone, sameValueTriggers, forceStartsHeld };
    this.#state = new State({ ...settings, retryDelayMs, retriesShow });
    const notify = (change: Omit<InstanceChange, 'at'>) => this.#notify(change);
    const deps = { clock, state: this.#state, log: this.#log, runs, execute, notify };
    this.#scheduler = new Scheduler(deps);
    this.#queue = new EventQueue(clock, (pending) => this.#process(pending));
    this.#ticker = new Ticker(clock, timezone, ({ name: job }) => this.#tick(job));
  }

  /** Number of conditions evaluated so far: the cost of the events. */
  get evaluations(): number {
    return this.#state.evaluations;
  }

  /** Executes a JIL text at once, statement by statement, each completely or not at all. */
  loadJil(source: Source): JilOutcome {
    return runJil(source, {
      state: this.#state,
      defined: (job) => {
        const first = this.#ticker.watch(job);
        this.#notify({ kind: 'definition', job: job.name, because: `jil ${source.name}` });
        return first && printDate(first, job.timezone ?? this.timezone);
      },
      removed: (job) => {
        this.#ticker.forget(job);
        this.#notify({ kind: 'definition', job, because: `jil ${source.name}` });
      },
      addedToRunningBox: (job) => {
        this.#state.patch(job, { status: 'ACTIVATED' });
        this.#enqueue({ kind: 'STARTJOB', job }, {});
      },
    });
  }

  /** Accepts an event now. It is processed after the instance's delay, or at the requested time. */
  queue(event: QueuedEvent, options: QueueEventOptions = {}): void {
    if (this.#eventsToLose > 0) {
      this.#eventsToLose -= 1;
      return;
    }
    if (options.unsend) this.#unsend(event);
    else this.#enqueue(event, options);
  }

  /** Accepts the next `count` events and discards them without a log line. */
  loseNextEvents(count: number): void {
    this.#eventsToLose = count;
  }

  /**
   * The scheduler processes no event before this instant. Then it processes all of them in the
   * order of acceptance.
   *
   * Events are still accepted in the meantime. Reports of agents are still processed (simplified).
   */
  stallUntil(instant: Date): void {
    this.#queue.holdUntil(instant);
  }

  /**
   * Sets a global variable to an earlier state without an event, as a restored database or a
   * lagging replica does. The time of its last change is the earlier one, and no job is evaluated.
   *
   * @param earlier `undefined` removes the variable
   */
  restoreGlobalVariable(name: GlobalName, earlier: GlobalValueRecord | undefined): void {
    const { value, changedAt = this.#clock.now() } = earlier ?? {};
    this.#state.setGlobalVariable(name, value, changedAt);
    const set = value === undefined ? {} : { value };
    this.#notify({ kind: 'globalVariable', globalVariable: name, ...set, because: 'restored' });
  }

  job(name: string): JobRecord | undefined {
    return this.#state.job(name);
  }

  /** Every job in the order of its definition. */
  jobs(): readonly JobRecord[] {
    return this.#state.jobs();
  }

  /** The jobs directly in the box. */
  members(box: string): readonly JobRecord[] {
    return this.#state.members(box);
  }

  globalVariable(name: string): GlobalValueRecord | undefined {
    const record = this.#state.globalVariable(name);
    return record && this.#toShown(record);
  }

  globalVariables(): ReadonlyMap<string, GlobalValueRecord> {
    const all = this.#state.globalVariables();
    if (!this.#showsTrimmedValues) return all;
    return new Map([...all].map(([name, record]) => [name, this.#toShown(record)]));
  }

  machines(): readonly MachineRecord[] {
    return this.#state.machines();
  }

  /** The event log of one job, or of the whole instance. */
  events(job?: string): readonly LoggedEvent[] {
    return this.#log.lines(job);
  }

  /**
   * The output of the last executed tries of a job, oldest first; of a running one, the output so
   * far. Simulated runs have none. At most 100 tries are kept over all jobs.
   */
  outputs(job: string): readonly JobOutput[] {
    return this.#scheduler.outputs(job);
  }

  /** The reasons why a job does not run now, for an operator, one per line. */
  whyWaiting(job: string): string {
    return whyWaiting(this.#state, job, this.#clock.now());
  }

  /** Notifies the listener of every change from now on, until disposed. */
  onChange(listener: (change: InstanceChange) => void): Disposable {
    // A new function, so that a listener that is registered twice can be removed once.
    const entry = (change: InstanceChange) => listener(change);
    this.#listeners.add(entry);
    return { [Symbol.dispose]: () => this.#listeners.delete(entry) };
  }

  /** Cancels every pending event, timer and run. Kills the processes of executed jobs. */
  stop(): void {
    this.#queue[Symbol.dispose]();
    this.#ticker[Symbol.dispose]();
    this.#scheduler[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** After {@link stop}: waits until the killed processes have ended, for at most five seconds. */
  async waitForProcesses(): Promise<void> {
    await this.#scheduler.waitForProcesses();
  }

  #toShown(record: GlobalValueRecord): GlobalValueRecord {
    return this.#showsTrimmedValues
      ? { ...record, value: record.value.replace(/ +$/, '') }
      : record;
  }

  #enqueue(event: QueuedEvent, { at, user }: QueueEventOptions): void {
    const now = this.#clock.now();
    const soonest = new Date(now.getTime() + this.#eventDelayMs);
    const due = at && at > soonest ? at : soonest;
    const line = this.#log.add(toLogEntry(event, now, user));
    this.#queue.add({ event, due, line });
  }

  #unsend(event: QueuedEvent): void {
    const pending = this.#queue.unsend(event);
    if (pending) this.#log.settle(pending.line, { stage: 'US', processedAt: this.#clock.now() });
  }

  #process({ event, line }: PendingEvent): void {
    const about = line.job === undefined ? {} : { job: line.job };
    this.#notify({ kind: 'event', ...about, because: describeQueuedEvent(event) });
    const notes = this.#scheduler.process({ kind: 'sent', event });
    for (const { text } of notes) this.#notify({ kind: 'event', ...about, because: text });
    const text = [
      ...(line.text === undefined ? [] : [line.text]),
      ...notes.map((note) => note.text),
    ];
    this.#log.settle(line, {
      stage: notes.some(({ refused }) => refused) ? 'ER' : 'PD',
      processedAt: this.#clock.now(),
      ...(text.length > 0 ? { text: text.join('; ') } : {}),
    });
  }

  /** The scheduler itself sends STARTJOB at a start time, as the log of a real scheduler shows. */
  #tick(job: JobName): void {
    const record = this.#state.job(job);
    if (!record) {
      this.#ticker.forget(job);
      return;
    }
    const now = this.#clock.now();
    const line = { kind: 'event', name: 'STARTJOB', job, stage: 'PD', try: 0, run: 0 } as const;
    this.#log.add({ ...line, queuedAt: now, processedAt: now });
    const zone = record.job.timezone ?? this.timezone;
    const because = `its start time ${printDate(now, zone)} ${zone} came`;
    this.#scheduler.process({ kind: 'consider', job, trigger: { kind: 'tick', because } });
  }

  #notify(change: Omit<InstanceChange, 'at'>): void {
    const notified = Object.freeze({ ...change, at: this.#clock.now() });
    for (const listener of this.#listeners) listener(notified);
  }
}
