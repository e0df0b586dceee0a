import { CrashPlan } from '../../bridge/crash-plan.ts';
import { findIdle, SimulatedEnvironment } from '../../bridge/simulated-environment.ts';
import type { World } from '../../world.ts';
import { bindRequests, type RequestServices } from './bind-requests.ts';

/** Timeouts of the functions, in milliseconds. */
const timeoutMs = { request: 60_000, wait: 60_000, sweep: 60_000 } as const;

type RequestFunction = keyof typeof timeoutMs;
type Bound = ReturnType<typeof bindRequests>;

interface OpenEnvironment {
  readonly environment: SimulatedEnvironment;
  readonly bound: Bound;
}

/** The simulated Lambda service of the functions of requests. */
export class RequestHost {
  readonly crashPlan: CrashPlan;
  slowProbability = 0;
  pauseProbability = 0;
  readonly #world: World;
  readonly #services: RequestServices;
  readonly #opened: Readonly<Record<RequestFunction, OpenEnvironment[]>> = {
    request: [],
    wait: [],
    sweep: [],
  };
  #count = 0;

  constructor(services: RequestServices) {
    this.#services = services;
    this.#world = services.world;
    this.crashPlan = new CrashPlan(services.world, undefined);
  }

  /** Invokes a function. `work` gets what is bound in its execution environment. */
  invoke(
    name: RequestFunction,
    work: (bound: Bound, signal: AbortSignal, ms: number) => Promise<void>,
  ): void {
    const { environment, bound } = this.#acquire(name);
    environment.slowProbability = this.slowProbability;
    environment.pauseProbability = this.pauseProbability;
    const ms = timeoutMs[name];
    environment.invoke((signal) => bound.keepSlots(() => work(bound, signal, ms)), ms);
  }

  /** Moves the clock of a random execution environment. */
  jumpClock(ms: number): void {
    const all = Object.values(this.#opened).flat();
    all[this.#world.between(0, Math.max(0, all.length - 1))]?.environment.jump(ms);
    this.#world.count('clock jumps');
  }

  #acquire(name: RequestFunction): OpenEnvironment {
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
    const opened = { environment, bound: bindRequests(environment, this.#services) };
    all.push(opened);
    return opened;
  }
}
