import type { GlobalName, JobName } from '../autosys/names.ts';

/**
 * State of an event in autorep's ES column: UP not yet processed, PD processed, ER refused by the
 * scheduler, US unsent (AutoSys 11.3.6 reference, documented).
 */
export type EventStage = 'UP' | 'PD' | 'ER' | 'US';

/**
 * One line of `autorep -d`: a status bare, another event in brackets, an alarm under its heading.
 */
export interface LoggedEvent {
  /** Ascending over the whole instance. */
  readonly id: number;
  readonly kind: 'status' | 'event' | 'alarm';
  /** The status, the event, or the alarm: `RUNNING`, `STARTJOB`, `JOBFAILURE`. */
  readonly name: string;
  readonly job?: JobName;
  readonly globalVariable?: GlobalName;
  readonly queuedAt: Date;
  readonly processedAt?: Date;
  readonly stage: EventStage;
  /** 0 for an event that belongs to no try. */
  readonly try: number;
  readonly run: number;
  readonly machine?: string;
  /**
   * The text that autorep prints in angle brackets: a comment, or why the scheduler did not act.
   */
  readonly text?: string;
  /** The sender; undefined for lines of the scheduler or of an agent. */
  readonly user?: string;
}

/** A new line. The log assigns its number. */
export type LogEntry = Omit<LoggedEvent, 'id'>;

/** Maximum number of lines per job. The oldest lines are removed, so that the memory is bounded. */
const keptPerJob = 10_000;

/** The key of the lines without a job. */
const noJob = '';

/** The log of what the scheduler received and did, per job and in order. */
export class EventLog {
  readonly #linesByJob = new Map<string, LoggedEvent[]>();
  #lastId = 0;

  /** Adds a line. @returns the line with its number */
  add(entry: LogEntry): LoggedEvent {
    const line: LoggedEvent = Object.freeze({ ...entry, id: ++this.#lastId });
    const lines = this.#linesOf(line.job);
    lines.push(line);
    if (lines.length > keptPerJob) lines.splice(0, keptPerJob / 10);
    return line;
  }

  /** Updates a line with the outcome of its event. Does nothing if the line was removed. */
  settle(line: LoggedEvent, change: Pick<LogEntry, 'stage' | 'processedAt' | 'text'>): void {
    const lines = this.#linesOf(line.job);
    const at = lines.findLastIndex(({ id }) => id === line.id);
    if (at >= 0) lines[at] = Object.freeze({ ...line, ...change });
  }

  /** The lines of one job, or of the whole instance, in the order of their numbers. */
  lines(job?: string): readonly LoggedEvent[] {
    if (job !== undefined) return [...(this.#linesByJob.get(job) ?? [])];
    return [...this.#linesByJob.values()].flat().sort((one, other) => one.id - other.id);
  }

  #linesOf(job: JobName | undefined): LoggedEvent[] {
    const key = job ?? noJob;
    const lines = this.#linesByJob.get(key) ?? [];
    this.#linesByJob.set(key, lines);
    return lines;
  }
}
