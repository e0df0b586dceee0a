import { CrashPlan } from '../../bridge/crash-plan.ts';
import { findIdle, SimulatedEnvironment } from '../../bridge/simulated-environment.ts';
import type { World } from '../../world.ts';
import { bindLaunches, type LaunchServices } from './bind-launches.ts';

/** Timeouts of the functions, in milliseconds. API Gateway ends a request after 29 s. */
const timeoutMs = { launch: 29_000, hold: 29_000, sweep: 60_000, report: 60_000 } as const;

type LaunchFunction = keyof typeof timeoutMs;
type Bound = ReturnType<typeof bindLaunches>;

interface OpenEnvironment {
  readonly environment: SimulatedEnvironment;
  readonly bound: Bound;
}

/** The simulated Lambda service of the functions of launches. */
export class LaunchHost {
  readonly crashPlan: CrashPlan;
  slowProbability = 0;
  pauseProbability = 0;
  readonly #world: World;
  readonly #services: LaunchServices;
  readonly #opened: Readonly<Record<LaunchFunction, OpenEnvironment[]>> = {
    launch: [],
    hold: [],
    sweep: [],
    report: [],
  };
  #count = 0;

  constructor(services: LaunchServices) {
    this.#services = services;
    this.#world = services.world;
    this.crashPlan = new CrashPlan(services.world, undefined);
  }

  /** Invokes a function. `work` gets what is bound in its execution environment. */
  invoke(
    name: LaunchFunction,
    work: (bound: Bound, signal: AbortSignal, ms: number) => Promise<void>,
  ): void {
    const { environment, bound } = this.#acquire(name);
    environment.slowProbability = this.slowProbability;
    environment.pauseProbability = this.pauseProbability;
    // A sweep may begin late in its minute; a request always has its whole time.
    const isShort = name === 'sweep' && this.#world.chance(0.1);
    const ms = isShort ? this.#world.between(16_000, 30_000) : timeoutMs[name];
    environment.invoke((signal) => work(bound, signal, ms), ms);
  }

  /** Moves the clock of a random execution environment. */
  jumpClock(ms: number): void {
    const all = Object.values(this.#opened).flat();
    all[this.#world.between(0, Math.max(0, all.length - 1))]?.environment.jump(ms);
    this.#world.count('clock jumps');
  }

  #acquire(name: LaunchFunction): OpenEnvironment {
    const all = this.#opened[name];
    const idle = findIdle(all);
    if (idle && this.#world.chance(0.9)) return idle;
    this.#count += 1;
    const environment = new SimulatedEnvironment({
      world: this.#world,
      crashPlan: this.crashPlan,
      id: this.#count,
      skewMs: this.#world.between(-3_000, 3_000),
    });
    const opened = { environment, bound: bindLaunches(environment, this.#services) };
    all.push(opened);
    return opened;
  }
}
