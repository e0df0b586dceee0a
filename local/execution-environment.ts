import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LocalClock } from './clock.ts';
import { environmentVariables, type FunctionConfig, runtimeClientPath } from './function-config.ts';
import type { FunctionError, InvocationResult } from './invocation.ts';
import { forEachLine } from './lines.ts';
import { RuntimeApi } from './runtime-api.ts';

const shimPath = fileURLToPath(new URL('./rapid-client-shim.cjs', import.meta.url));

/** Lambda gives an init 10 seconds, and a second chance within the timeout of the first invocation. */
const initMs = 10_000;

type Failure = (requestId: string) => FunctionError;

/** What an environment needs besides its function. */
export interface EnvironmentDeps {
  readonly clock: LocalClock;
  /** Milliseconds since 1970, as the process reads them. */
  processNow(): number;
  log(line: string): void;
}

/** One execution environment: a process that runs one invocation after the other, never two at once. */
export class ExecutionEnvironment {
  readonly #config: FunctionConfig;
  readonly #surroundings: EnvironmentDeps;
  readonly #api: RuntimeApi;
  readonly #ready = Promise.withResolvers<Failure | undefined>();
  readonly #gone = Promise.withResolvers<void>();
  #process: ChildProcess | undefined;
  #current: { readonly requestId: string; settle(result: InvocationResult): void } | undefined;
  #ended = false;

  private constructor(config: FunctionConfig, surroundings: EnvironmentDeps) {
    this.#config = config;
    this.#surroundings = surroundings;
    this.#api = new RuntimeApi({
      onNext: () => this.#ready.resolve(undefined),
      onInitError: (error) => this.#ready.resolve(() => error),
      onAnswer: (requestId, payload) => this.#settle(requestId, { kind: 'answered', payload }),
      onError: (requestId, functionError) =>
        this.#settle(requestId, { kind: 'failed', functionError }),
      onUnknown: (request) => surroundings.log(`the runtime asked for the unknown ${request}`),
    });
  }

  /** Starts the process; its init goes on while the caller does something else. */
  static async start(
    config: FunctionConfig,
    surroundings: EnvironmentDeps,
  ): Promise<ExecutionEnvironment> {
    const environment = new ExecutionEnvironment(config, surroundings);
    await environment.#api.listen();
    environment.#spawn();
    return environment;
  }

  /** Whether the process is there to take another invocation. */
  get alive(): boolean {
    return !this.#ended;
  }

  /** The id of the process, by which it is ended. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Runs one invocation to its end; one that fails in a way that breaks the environment also ends it. */
  async run(payload: string): Promise<InvocationResult> {
    const requestId = randomUUID();
    const { timeoutMs } = this.#config;
    const cancelInit = this.#surroundings.clock.setTimer(initMs + timeoutMs, () =>
      this.#ready.resolve((id) => timedOut(id, initMs + timeoutMs)),
    );
    const failure = await this.#ready.promise;
    cancelInit();
    if (failure) {
      this.kill();
      await nextTurn();
      return { kind: 'failed', functionError: failure(requestId) };
    }
    const result = await this.#runReady(requestId, payload);
    // What the function wrote lies in the pipe already; one turn of the loop and it is read.
    await nextTurn();
    return result;
  }

  /** Ends the process at once, by its id. */
  kill(): void {
    this.#ended = true;
    this.#process?.kill('SIGKILL');
  }

  /** Ends the process and everything that belongs to it, and resolves when it is gone. */
  async close(): Promise<void> {
    this.kill();
    await this.#gone.promise;
    await this.#api.close();
  }

  #spawn(): void {
    const { taskRoot } = this.#config;
    const child = spawn(process.execPath, ['--require', shimPath, runtimeClientPath], {
      cwd: taskRoot,
      env: environmentVariables(this.#config, this.#api.address),
      // The fourth is the pipe by which the process notices that this one is gone.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    forEachLine(child.stdout, this.#surroundings.log);
    forEachLine(child.stderr, this.#surroundings.log);
    child.once('error', ({ message }) =>
      this.#onGone((requestId) => exitError(requestId, `did not start: ${message}`)),
    );
    child.once('exit', (code, signal) => {
      const status = signal === null ? `exit status ${code}` : `signal: ${signal}`;
      const how = code === 0 ? 'exited without providing a reason' : `exited with error: ${status}`;
      this.#onGone((requestId) => exitError(requestId, how));
    });
    this.#process = child;
  }

  async #runReady(requestId: string, payload: string): Promise<InvocationResult> {
    const { name, account, region, timeoutMs } = this.#config;
    const answer = Promise.withResolvers<InvocationResult>();
    this.#current = { requestId, settle: answer.resolve };
    const cancelTimeout = this.#surroundings.clock.setTimer(timeoutMs, () => {
      this.kill();
      const functionError = timedOut(requestId, timeoutMs);
      this.#surroundings.log(functionError.errorMessage);
      this.#settle(requestId, { kind: 'failed', functionError });
    });
    this.#api.hand({
      requestId,
      payload,
      functionArn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      deadlineAt: this.#surroundings.processNow() + timeoutMs,
    });
    const result = await answer.promise;
    cancelTimeout();
    return result;
  }

  #settle(requestId: string, result: InvocationResult): void {
    if (this.#current?.requestId !== requestId) return;
    const { settle } = this.#current;
    this.#current = undefined;
    settle(result);
  }

  #onGone(failure: Failure): void {
    this.#ended = true;
    this.#gone.resolve();
    this.#ready.resolve(failure);
    if (!this.#current) return;
    const { requestId } = this.#current;
    this.#settle(requestId, { kind: 'failed', functionError: failure(requestId) });
  }
}

/** The words of Lambda for a function that took too long. */
function timedOut(requestId: string, ms: number): FunctionError {
  const seconds = (ms / 1000).toFixed(2);
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  };
}

/** The words of Lambda for a process that went away by itself. */
function exitError(requestId: string, how: string): FunctionError {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime ${how}`,
  };
}
