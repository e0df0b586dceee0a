import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bindBridge, type SimulatedServices } from './bridge.ts';
import type { CrashPlan } from './crash-plan.ts';
import { findIdle, SimulatedEnvironment } from './simulated-environment.ts';

type FunctionName = 'report' | 'sweep';

interface OpenEnvironment {
  readonly environment: SimulatedEnvironment;
  readonly bridge: ReturnType<typeof bindBridge>;
}

/** Timeout of both functions. */
const functionMs = 60_000;

/** The simulated Lambda service: runs each invocation in a new or idle execution environment. */
export class Host {
  /** Probability that a call takes many seconds. */
  slowProbability = 0;
  /** Probability that an execution environment is paused after it has written an entry. */
  pauseProbability = 0;
  readonly #services: SimulatedServices;
  readonly #crashPlan: CrashPlan;
  readonly #openedByFunction: Readonly<Record<FunctionName, OpenEnvironment[]>> = {
    report: [],
    sweep: [],
  };
  #opened = 0;

  constructor(services: SimulatedServices, crashPlan: CrashPlan) {
    this.#services = services;
    this.#crashPlan = crashPlan;
  }

  /** Number of execution environments so far. */
  get opened(): number {
    return this.#opened;
  }

  /**
   * Invokes the report function with a batch. `answer` gets its response, unless the execution
   * environment crashes.
   */
  report(event: SQSEvent, answer: (response: SQSBatchResponse) => void): void {
    const { environment, bridge } = this.#acquire('report');
    if (this.#services.without === 'acknowledgement after ledger write')
      answer({ batchItemFailures: [] });
    const work = async (signal: AbortSignal) => {
      const response = await bridge.report(event, signal);
      // The response may be lost.
      await environment.call('the response to the queue', () => {
        if (!signal.aborted) answer(response);
      });
    };
    this.#invoke(environment, work, this.#invocationMs());
  }

  /** Invokes the sweep function. */
  sweep(): void {
    const { environment, bridge } = this.#acquire('sweep');
    const timeMs = this.#invocationMs();
    this.#invoke(environment, (signal) => bridge.sweep(signal, timeMs), timeMs);
  }

  /** Runs new invocations with the current deployment. Invocations under way keep the old one. */
  redeploy(): void {
    this.#openedByFunction.report.splice(0);
    this.#openedByFunction.sweep.splice(0);
  }

  /** Moves the clock of a random execution environment. */
  jumpClock(ms: number): void {
    const { world } = this.#services;
    const all = [...this.#openedByFunction.report, ...this.#openedByFunction.sweep];
    const one = all[Math.floor(world.random() * all.length)];
    one?.environment.jump(ms);
    world.count('clock jumps');
    world.log(() => `the clock of environment ${one?.environment.id} jumps by ${ms} ms`);
  }

  #invoke(
    environment: SimulatedEnvironment,
    work: (signal: AbortSignal) => Promise<void>,
    timeMs: number,
  ): void {
    const { logWatch } = this.#services;
    environment.pauseProbability = this.pauseProbability;
    environment.invoke(
      (signal) => work(signal).catch((error) => logWatch.onFailure(error)),
      timeMs,
    );
  }

  #acquire(name: FunctionName): OpenEnvironment {
    const { world } = this.#services;
    const all = this.#openedByFunction[name];
    const idle = findIdle(all);
    if (idle && world.chance(0.8)) return idle;
    this.#opened += 1;
    const skewMs = world.between(-3_000, 3_000);
    const environment = new SimulatedEnvironment({
      world,
      crashPlan: this.#crashPlan,
      id: this.#opened,
      skewMs,
    });
    environment.slowProbability = this.slowProbability;
    const opened = { environment, bridge: bindBridge(environment, this.#services) };
    all.push(opened);
    return opened;
  }

  /** Draws the time that an invocation has left: 20 % have only seconds, as after a slow start. */
  #invocationMs(): number {
    const { world } = this.#services;
    return world.chance(0.8) ? functionMs : world.between(200, 15_000);
  }
}
