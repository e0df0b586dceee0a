import { type LocalClock, systemClock } from './clock.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import { checkFunction, type FunctionConfig } from './function-config.ts';
import type { Invocable, InvocationResult } from './invocation.ts';

/** A line that a function wrote, or that the host wrote about it. */
export interface LogLine {
  readonly functionName: string;
  readonly line: string;
}

/** What ends with this process. One listener for all functions: Node.js warns of more than ten. */
const endOfProcess = new Set<() => void>();
process.on('exit', () => {
  for (const end of endOfProcess) end();
});

/**
 * A function on this machine, run as in Lambda: by AWS's own Node.js runtime client in a separate
 * process.
 *
 * An environment runs one invocation at a time and is reused. A concurrent invocation gets a new
 * environment. The memory size is passed to the function but not enforced.
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
    endOfProcess.add(this.#killAll);
  }

  /**
   * Runs the handler with an event.
   *
   * @param payload the event as JSON text
   * @param invokedArn ARN of the function with the qualifier of the invocation
   * @returns the handler's result, or its error; also for a failed init, a timeout or a crash
   */
  async invoke(payload: string, invokedArn?: string): Promise<InvocationResult> {
    if (this.#stopped) return stopped(this.name);
    const environment = this.#takeIdle() ?? (await this.#start());
    const result = await environment.run(payload, invokedArn);
    if (environment.alive && !this.#stopped) this.#idle.push(environment);
    else await this.#discard(environment);
    return result;
  }

  /** Every line so far. */
  logs(): readonly LogLine[] {
    return [...this.#lines];
  }

  /** Calls back with each line from now on. @returns a function that removes the listener */
  onLog(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The ids of the running processes. */
  pids(): readonly number[] {
    return [...this.#all].flatMap(({ alive, pid }) => (alive && pid !== undefined ? [pid] : []));
  }

  /** Ends every process of the function and resolves when they have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    endOfProcess.delete(this.#killAll);
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
 * Prepares a function for invocations. Its first environment starts with the first invocation.
 *
 * @param options `account` and `region` default to 000000000000 and us-east-1. `clock` measures the
 * timeout. `processNow` defines the deadline that the function reads; it defaults to the clock of
 * this machine.
 * @throws {Error} when Lambda would refuse the configuration, or the Node.js version differs from
 * the runtime
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

/** Options of {@link startFunction}. */
export type StartFunctionOptions = Omit<FunctionConfig, 'account' | 'region'> &
  Partial<Pick<FunctionConfig, 'account' | 'region'>> & {
    readonly clock?: LocalClock;
    /**
     * Milliseconds since 1970, by the clock of the function's process. The caller must set the same
     * time in that process.
     */
    readonly processNow?: () => number;
  };

function stopped(name: string): InvocationResult {
  const errorMessage = `function ${name} was stopped`;
  return { kind: 'failed', functionError: { errorType: 'Sandbox.Stopped', errorMessage } };
}
