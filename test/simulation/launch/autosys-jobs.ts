import type { JobStatus } from '../../../autosys/status.ts';
import type { ShownJob } from '../../../lambda/launch/find-active-try.ts';
import type { World } from '../world.ts';

/** A try of a run. */
export interface ShownTry {
  readonly run: number;
  readonly try: number;
}

/** The jobs of the simulated AutoSys, as far as launches see them. */
export class SimulatedJobs {
  /** True while AutoSys does not answer. */
  isAway = false;
  /** Called with each status of a try. */
  onStatus: (job: string, one: ShownTry, status: JobStatus) => void = () => {};
  readonly #world: World;
  readonly #shown = new Map<string, ShownJob>();

  constructor(world: World) {
    this.#world = world;
  }

  /** What AutoSys shows of a job. */
  show(job: string): ShownJob | undefined {
    return this.#shown.get(job);
  }

  /** Shows a try of a run, with its status. */
  set(job: string, run: number, attempt: number, status: JobStatus): void {
    this.#shown.set(job, { status, lastRun: { run, try: attempt } });
    this.#world.log(() => `AutoSys: ${job} ${run}/${attempt} ${status}`);
    this.onStatus(job, { run, try: attempt }, status);
  }

  /** Changes the status of a try, unless AutoSys shows another try or its end already. */
  end(job: string, run: number, attempt: number, status: JobStatus): boolean {
    const { status: known, lastRun } = this.#shown.get(job) ?? { status: 'INACTIVE', lastRun: {} };
    if (known !== 'RUNNING' || lastRun.run !== run || lastRun.try !== attempt) return false;
    this.set(job, run, attempt, status);
    return true;
  }
}
