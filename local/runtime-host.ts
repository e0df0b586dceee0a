import { type LocalClock, systemClock } from './clock.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import { checkFunction, type FunctionConfig } from './function-config.ts';
import type { Invocable, InvocationResult } from './invocation.ts';

/** A line that a function wrote, or that the host wrote about it. */
export interface LogLine {
  readonly functionName: string;
  readonly line: string;
}

/**
 * A function of this machine, run as Lambda runs it: AWS's own Node.js runtime client in a process of its own.
 *
 * An environment takes one invocation at a time and is used again for the next; a second invocation at the same time gets
 * an environment of its own. Memory is told to the function but not enforced.
 */
export class LocalFunction implements Invocable {
  readonly name: string;
  readonly #config: FunctionConfig;
  readonly #clock: LocalClock;
  readonly #processNow: () => number;
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #lines: LogLine[] = [];
  readonly #listeners = new Set<(line: LogLine) => void>();
  readonly #killAll = () => {
    for (const environment of this.#all) environment.kill();
  };
  #stopped = false;

  constructor(config: FunctionConfig, clock: LocalClock, processNow: () => number) {
    this.name = config.name;
    this.#config = config;
    this.#clock = clock;
    this.#processNow = processNow;
    process.once('exit', this.#killAll);
  }

  /**
   * Runs the handler with an event.
   *
   * @param payload the event as JSON text
   * @returns what the handler returned, or its error, also for an init that failed, a timeout or a crash
   */
  async invoke(payload: string): Promise<InvocationResult> {
    if (this.#stopped) return stopped(this.name);
    const environment = this.#takeIdle() ?? (await this.#start());
    const result = await environment.run(payload);
    if (environment.alive && !this.#stopped) this.#idle.push(environment);
    else await this.#discard(environment);
    return result;
  }

  /** Every line so far. */
  logs(): readonly LogLine[] {
    return [...this.#lines];
  }

  /** Calls back with each line from now on. @returns what ends it */
  onLog(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The ids of the processes that run now. */
  pids(): readonly number[] {
    return [...this.#all].flatMap(({ alive, pid }) => (alive && pid !== undefined ? [pid] : []));
  }

  /** Ends every process of the function and resolves when they are gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    process.off('exit', this.#killAll);
    await Promise.all([...this.#all].map((environment) => this.#discard(environment)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    for (;;) {
      const environment = this.#idle.pop();
      if (!environment || environment.alive) return environment;
      void this.#discard(environment);
    }
  }

  async #start(): Promise<ExecutionEnvironment> {
    const environment = await ExecutionEnvironment.start(this.#config, {
      clock: this.#clock,
      processNow: this.#processNow,
      log: (line) => this.#log(line),
    });
    this.#all.add(environment);
    if (this.#stopped) environment.kill();
    return environment;
  }

  async #discard(environment: ExecutionEnvironment): Promise<void> {
    await environment.close();
    this.#all.delete(environment);
  }

  #log(line: string): void {
    const entry = { functionName: this.name, line };
    this.#lines.push(entry);
    for (const listener of this.#listeners) listener(entry);
  }
}

/**
 * Makes a function ready to be invoked; its first environment starts with the first invocation.
 *
 * @param options `account` and `region` default to 000000000000 and us-east-1; `clock` times the timeout, not the
 *   deadline that the function reads: that is by `processNow`, which defaults to the time of this machine
 * @throws {Error} when Lambda would refuse the configuration, or this Node is not the one of the runtime
 */
export async function startFunction({
  clock = systemClock,
  processNow = () => Date.now(),
  ...options
}: StartFunctionOptions): Promise<LocalFunction> {
  const config = { account: '000000000000', region: 'us-east-1', ...options };
  checkFunction(config);
  return new LocalFunction(config, clock, processNow);
}

/** What {@link startFunction} takes. */
export type StartFunctionOptions = Omit<FunctionConfig, 'account' | 'region'> &
  Partial<Pick<FunctionConfig, 'account' | 'region'>> & {
    readonly clock?: LocalClock;
    /** Milliseconds since 1970, as the process of the function reads them: it must be given the same time by other means. */
    readonly processNow?: () => number;
  };

function stopped(name: string): InvocationResult {
  const errorMessage = `function ${name} was stopped`;
  return { kind: 'failed', functionError: { errorType: 'Sandbox.Stopped', errorMessage } };
}
