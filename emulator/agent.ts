import type { Job } from '../autosys/job.ts';
import type { Clock } from './clock.ts';
import { Agenda } from './engine/agenda.ts';
import type { Report, Try } from './engine/step.ts';
import { type PlannedRun, planCommand, type RunTable } from './pretended-command.ts';

/** From STARTING to RUNNING, and to SUCCESS where a run is bypassed. */
const startingMs = 100;

/** Pretends to run jobs: tells after a while that a try runs, and after another how it ended. Executes nothing. */
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

  /** Begins a try. `command` has its global variables put in. */
  begin(of: Try, { command = '' }: Pick<Job, 'command'>): void {
    const { durationMs, exitCode } = this.#plan(of.job, command);
    this.#wait(of, startingMs, () => {
      // The end first: what is told of RUNNING may kill this very try.
      this.#wait(of, durationMs, () => this.#report(of, { kind: 'ended', exitCode }));
      this.#report(of, { kind: 'running' });
    });
  }

  /** A try that only pretends to have been: ON_NOEXEC. */
  bypass(of: Try): void {
    this.#wait(of, startingMs, () => this.#report(of, { kind: 'bypassed' }));
  }

  /** The try is heard of no more. */
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
