import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bindBridge, type Surroundings } from './bridge.ts';
import type { Fate } from './fate.ts';
import { Sandbox } from './sandbox.ts';

type FunctionName = 'report' | 'sweep';

interface Opened {
  readonly sandbox: Sandbox;
  readonly bridge: ReturnType<typeof bindBridge>;
}

/** A function is cut off after a minute. */
const functionMs = 60_000;

/** Where the functions run: opens a sandbox for each invocation, or takes one that has worked before. */
export class Host {
  /** The chance that a call of a sandbox takes many seconds. */
  slow = 0;
  /** The chance that a sandbox stands still when it has written an entry. */
  faints = 0;
  readonly #surroundings: Surroundings;
  readonly #fate: Fate;
  readonly #openedByFunction: Readonly<Record<FunctionName, Opened[]>> = { report: [], sweep: [] };
  #opened = 0;

  constructor(surroundings: Surroundings, fate: Fate) {
    this.#surroundings = surroundings;
    this.#fate = fate;
  }

  /** How many sandboxes there were. */
  get opened(): number {
    return this.#opened;
  }

  /** Gives a batch of the queue to the report; `answer` hears what goes back, if anybody lives to say it. */
  report(event: SQSEvent, answer: (response: SQSBatchResponse) => void): void {
    const { sandbox, bridge } = this.#take('report');
    if (this.#surroundings.without === 'acknowledge after apply') answer({ batchItemFailures: [] });
    const work = async (signal: AbortSignal) => {
      const response = await bridge.report(event, signal);
      // The queue may never hear it.
      await sandbox.call('the answer to the queue', () => {
        if (!signal.aborted) answer(response);
      });
    };
    this.#invoke(sandbox, work, this.#invocationMs());
  }

  /** The clock calls the sweep. */
  sweep(): void {
    const { sandbox, bridge } = this.#take('sweep');
    const timeMs = this.#invocationMs();
    this.#invoke(sandbox, (signal) => bridge.sweep(signal, timeMs), timeMs);
  }

  /** From now on invocations run with what is deployed now; those under way end with what they began with. */
  redeploy(): void {
    this.#openedByFunction.report.splice(0);
    this.#openedByFunction.sweep.splice(0);
  }

  /** The clock of one sandbox jumps. */
  jumpClock(ms: number): void {
    const { world } = this.#surroundings;
    const all = [...this.#openedByFunction.report, ...this.#openedByFunction.sweep];
    const one = all[Math.floor(world.random() * all.length)];
    one?.sandbox.jump(ms);
    world.count('clock jumps');
    world.note(() => `the clock of sandbox ${one?.sandbox.id} jumps by ${ms} ms`);
  }

  #invoke(sandbox: Sandbox, work: (signal: AbortSignal) => Promise<void>, timeMs: number): void {
    const { speech } = this.#surroundings;
    sandbox.faints = this.faints;
    sandbox.invoke((signal) => work(signal).catch((error) => speech.onFailure(error)), timeMs);
  }

  #take(name: FunctionName): Opened {
    const { world } = this.#surroundings;
    const all = this.#openedByFunction[name];
    const living = all.filter(({ sandbox }) => !sandbox.isDead);
    all.splice(0, all.length, ...living);
    const idle = living.find(({ sandbox }) => sandbox.isIdle);
    if (idle && world.chance(0.8)) return idle;
    this.#opened += 1;
    const skewMs = world.between(-3_000, 3_000);
    const sandbox = new Sandbox({ world, fate: this.#fate, id: this.#opened, skewMs });
    sandbox.slow = this.slow;
    const opened = { sandbox, bridge: bindBridge(sandbox, this.#surroundings) };
    all.push(opened);
    return opened;
  }

  /** Some were slow to begin and have only seconds left. */
  #invocationMs(): number {
    const { world } = this.#surroundings;
    return world.chance(0.8) ? functionMs : world.between(200, 15_000);
  }
}
