import type { Job } from '../autosys/job.ts';
import { hasTimes, nextTick } from '../autosys/schedule.ts';
import type { Clock } from './clock.ts';
import { Agenda } from './engine/agenda.ts';

/** Calls back for each job at the times of its schedule, with one timer per job. */
export class Ticker implements Disposable {
  readonly #clock: Clock;
  readonly #timezone: string;
  readonly #tick: (job: Job) => void;
  readonly #agenda: Agenda;
  readonly #timerByJob = new Map<string, Disposable>();

  constructor(clock: Clock, timezone: string, tick: (job: Job) => void) {
    this.#clock = clock;
    this.#timezone = timezone;
    this.#tick = tick;
    this.#agenda = new Agenda(clock);
  }

  /**
   * Schedules the job from now on, by its present definition. @returns the first time; `undefined`
   * for never
   */
  watch(job: Job): Date | undefined {
    return this.#watchFrom(job, this.#clock.now());
  }

  /** Cancels the schedule of the job. */
  forget(name: string): void {
    this.#timerByJob.get(name)?.[Symbol.dispose]();
    this.#timerByJob.delete(name);
  }

  [Symbol.dispose](): void {
    this.#agenda[Symbol.dispose]();
    this.#timerByJob.clear();
  }

  #watchFrom(job: Job, after: Date): Date | undefined {
    this.forget(job.name);
    if (!job.schedule || !hasTimes(job.schedule)) return undefined;
    const at = nextTick(job.schedule, after, job.timezone ?? this.#timezone);
    if (!at) return undefined;
    const timer = this.#agenda.at(at, () => {
      // From the start time, not from now, so that a late timer skips no start time.
      this.#watchFrom(job, at);
      this.#tick(job);
    });
    this.#timerByJob.set(job.name, timer);
    return at;
  }
}
