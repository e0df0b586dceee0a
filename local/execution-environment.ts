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

/**
 * Lambda's time limit for an init. A second init runs within the timeout of the first invocation.
 */
const initMs = 10_000;

type Failure = (requestId: string) => FunctionError;

/** Dependencies of an execution environment. */
export interface EnvironmentDeps {
  readonly clock: LocalClock;
  /** Milliseconds since 1970, by the clock of the process. */
  processNow(): number;
  log(line: string): void;
}

/** One execution environment: a process that runs one invocation at a time. */
export class ExecutionEnvironment {
  readonly #config: FunctionConfig;
  readonly #deps: EnvironmentDeps;
  readonly #api: RuntimeApi;
  readonly #ready = Promise.withResolvers<Failure | undefined>();
  readonly #exited = Promise.withResolvers<void>();
  #process: ChildProcess | undefined;
  #current: { readonly requestId: string; settle(result: InvocationResult): void } | undefined;
  #ended = false;

  private constructor(config: FunctionConfig, deps: EnvironmentDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#api = new RuntimeApi({
      onNext: () => this.#ready.resolve(undefined),
      onInitError: (error) => this.#ready.resolve(() => error),
      onAnswer: (requestId, payload) => this.#settle(requestId, { kind: 'answered', payload }),
      onError: (requestId, functionError) =>
        this.#settle(requestId, { kind: 'failed', functionError }),
      onUnknown: (request) => deps.log(`unknown Runtime API request: ${request}`),
    });
  }

  /** Starts the process. Its init continues after this resolves. */
  static async start(config: FunctionConfig, deps: EnvironmentDeps): Promise<ExecutionEnvironment> {
    const environment = new ExecutionEnvironment(config, deps);
    await environment.#api.listen();
    environment.#spawn();
    return environment;
  }

  /** True while the process can run another invocation. */
  get alive(): boolean {
    return !this.#ended;
  }

  /** The process id. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Runs one invocation to its end. A failure that breaks the environment also ends it. */
  async run(payload: string, invokedArn?: string): Promise<InvocationResult> {
    const requestId = randomUUID();
    const { timeoutMs } = this.#config;
    const cancelInit = this.#deps.clock.setTimer(initMs + timeoutMs, () =>
      this.#ready.resolve((id) => timedOut(id, initMs + timeoutMs)),
    );
    const failure = await this.#ready.promise;
    cancelInit();
    if (failure) {
      this.kill();
      await nextTurn();
      return { kind: 'failed', functionError: failure(requestId) };
    }
    const result = await this.#runReady(requestId, payload, invokedArn);
    // The function's output is already in the pipe; one turn of the event loop reads it.
    await nextTurn();
    return result;
  }

  /** Ends the process at once. */
  kill(): void {
    this.#ended = true;
    this.#process?.kill('SIGKILL');
  }

  /** Ends the process and its Runtime API, and resolves when both have ended. */
  async close(): Promise<void> {
    this.kill();
    await this.#exited.promise;
    await this.#api.close();
  }

  #spawn(): void {
    const { taskRoot } = this.#config;
    const child = spawn(process.execPath, ['--require', shimPath, runtimeClientPath], {
      cwd: taskRoot,
      env: environmentVariables(this.#config, this.#api.address),
      // The fourth is a pipe. It closes when this process ends, which ends the child process.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    forEachLine(child.stdout, this.#deps.log);
    forEachLine(child.stderr, this.#deps.log);
    child.once('error', ({ message }) =>
      this.#onExit((requestId) => exitError(requestId, `did not start: ${message}`)),
    );
    child.once('exit', (code, signal) => {
      const status = signal === null ? `exit status ${code}` : `signal: ${signal}`;
      const how = code === 0 ? 'exited without providing a reason' : `exited with error: ${status}`;
      this.#onExit((requestId) => exitError(requestId, how));
    });
    this.#process = child;
  }

  async #runReady(
    requestId: string,
    payload: string,
    invokedArn: string | undefined,
  ): Promise<InvocationResult> {
    const { name, account, region, timeoutMs } = this.#config;
    const answer = Promise.withResolvers<InvocationResult>();
    this.#current = { requestId, settle: answer.resolve };
    const cancelTimeout = this.#deps.clock.setTimer(timeoutMs, () => {
      this.kill();
      const functionError = timedOut(requestId, timeoutMs);
      this.#deps.log(functionError.errorMessage);
      this.#settle(requestId, { kind: 'failed', functionError });
    });
    this.#api.submit({
      requestId,
      payload,
      functionArn: invokedArn ?? `arn:aws:lambda:${region}:${account}:function:${name}`,
      deadlineAt: this.#deps.processNow() + timeoutMs,
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

  #onExit(failure: Failure): void {
    this.#ended = true;
    this.#exited.resolve();
    this.#ready.resolve(failure);
    if (!this.#current) return;
    const { requestId } = this.#current;
    this.#settle(requestId, { kind: 'failed', functionError: failure(requestId) });
  }
}

/** Lambda's message for a timeout. */
function timedOut(requestId: string, ms: number): FunctionError {
  const seconds = (ms / 1000).toFixed(2);
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  };
}

/** Lambda's message for a process that ended by itself. */
function exitError(requestId: string, how: string): FunctionError {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime ${how}`,
  };
}
