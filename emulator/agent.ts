import type { Job } from '../autosys/job.ts';
import type { Clock } from './clock.ts';
import { Agenda } from './engine/agenda.ts';
import type { Report, Try } from './engine/step.ts';
import { type PlannedRun, planCommand, type RunTable } from './simulated-command.ts';

/** Delay from STARTING to RUNNING. For a bypassed run: from STARTING to SUCCESS. */
const startingMs = 100;

/**
 * Simulates the runs of jobs: reports after a delay that a try runs, and later how it ended.
 * Executes nothing; see executing/ for the agent that does.
 */
export class Agent implements Disposable {
  readonly #agenda: Agenda;
  readonly #runs: RunTable;
  readonly #report: (of: Try, report: Report) => void;
  readonly #timerByTry = new Map<string, Disposable>();
  readonly #begunByJob = new Map<string, number>();

  constructor(clock: Clock, runs: RunTable, report: (of: Try, report: Report) => void) {
    this.#agenda = new Agenda(clock);
    this.#runs = runs;
    this.#report = report;
  }

  /** Begins a try. The global variables in `command` are already substituted. */
  begin(of: Try, { command = '' }: Pick<Job, 'command'>): void {
    const { durationMs, exitCode } = this.#plan(of.job, command);
    this.#wait(of, startingMs, () => {
      // The timer for the end is set first, because a listener of RUNNING may kill this try.
      this.#wait(of, durationMs, () => this.#report(of, { kind: 'ended', exitCode }));
      this.#report(of, { kind: 'running' });
    });
  }

  /** Bypasses a try (ON_NOEXEC): reports it after a delay without a run. */
  bypass(of: Try): void {
    this.#wait(of, startingMs, () => this.#report(of, { kind: 'bypassed' }));
  }

  /** Stops the try. Nothing more is reported about it. */
  kill(of: Try): void {
    const key = keyOf(of);
    this.#timerByTry.get(key)?.[Symbol.dispose]();
    this.#timerByTry.delete(key);
  }

  [Symbol.dispose](): void {
    this.#agenda[Symbol.dispose]();
    this.#timerByTry.clear();
  }

  #plan(job: string, command: string): Required<PlannedRun> {
    const begun = this.#begunByJob.get(job) ?? 0;
    this.#begunByJob.set(job, begun + 1);
    const entry = Object.hasOwn(this.#runs, job) ? this.#runs[job] : undefined;
    const planned = isSequence(entry) ? (entry[begun] ?? entry.at(-1)) : entry;
    return { ...planCommand(command), ...planned };
  }

  #wait(of: Try, ms: number, run: () => void): void {
    const key = keyOf(of);
    const timer = this.#agenda.after(ms, () => {
      this.#timerByTry.delete(key);
      run();
    });
    this.#timerByTry.set(key, timer);
  }
}

function isSequence(
  entry: PlannedRun | readonly PlannedRun[] | undefined,
): entry is readonly PlannedRun[] {
  return Array.isArray(entry);
}

function keyOf({ job, run, try: number }: Try): string {
  return `${job} ${run}/${number}`;
}
