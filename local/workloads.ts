import { createServer, type Server } from 'node:http';
import { type LocalClock, systemClock } from './clock.ts';
import type { InvokeFunction } from './invocation.ts';
import { closeServer, listen, toAddress } from './loopback.ts';
import type { JobDefinitionDeclaration, JobQueueDeclaration } from './workloads/batch/resources.ts';
import { type CallFault, CallFaults } from './workloads/call-faults.ts';
import type { EventSink } from './workloads/event-emission.ts';
import type { WorkloadUpdate } from './workloads/observed-runs.ts';
import { createOperations } from './workloads/operations.ts';
import { listPlannedWorkloads, type PlannedWorkload } from './workloads/planned-runs.ts';
import { createWorkloadServer } from './workloads/server.ts';
import { defaultWorkloadSettings, type WorkloadSettings } from './workloads/settings.ts';
import type { StateMachineDeclaration } from './workloads/step-functions/state-machines.ts';
import type { TaskWithToken } from './workloads/step-functions/task-tokens.ts';
import { createWorkloadWorld, type WorkloadWorld } from './workloads/world.ts';

/** A resource of the embedded services, by the key that names it. */
type WorkloadDeclaration = StateMachineDeclaration | JobQueueDeclaration | JobDefinitionDeclaration;

/** Options of {@link LocalWorkloads.start}. */
export interface WorkloadOptions {
  /** @default - 000000000000 */
  readonly account?: string;
  /** @default - us-east-1 */
  readonly region?: string;
  /** The clock of planned runs, limits and lags. @default - the clock of this machine */
  readonly clock?: LocalClock;
}

/**
 * Step Functions, AWS Batch and CloudWatch Logs on loopback, over their real protocols. The SDK
 * finds them by AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL_BATCH and AWS_ENDPOINT_URL_CLOUDWATCH_LOGS.
 *
 * No workload is executed. A run follows its plan on the clock, or, if it was not started here, the
 * events that are put. Only declared state machines, job queues and job definitions exist. A
 * request that the real service refuses is refused with its error. Every other operation is refused
 * and counted. Signatures, quotas and other Regions are not emulated.
 *
 * ```ts
 * workloads.define({
 *   stateMachine: 'settlement',
 *   runs: { steps: [{ kind: 'wait', state: 'Work', for: 60_000 }], end: { status: 'FAILED' } },
 * });
 * workloads.injectFault('StartExecution', { kind: 'loseAnswer' });
 * workloads.configure({ lagMs: { DescribeExecution: 2_000 } });
 * ```
 */
export class LocalWorkloads implements AsyncDisposable {
  readonly #server: Server;
  readonly #world: WorkloadWorld;
  readonly #faults = new CallFaults();
  readonly #calls = new Map<string, number>();
  readonly #unknown: string[] = [];
  readonly #sinks: EventSink[] = [];
  readonly #closing = new AbortController();
  #settings: WorkloadSettings = defaultWorkloadSettings;
  #invoke: InvokeFunction = refuseUnknownFunction;

  private constructor(options: WorkloadOptions) {
    const { account = '000000000000', region = 'us-east-1', clock = systemClock } = options;
    const location = { account, region };
    const settings = () => this.#settings;
    const toSinks = () => [
      ...this.#sinks,
      ...(this.#settings.eventSink ? [this.#settings.eventSink] : []),
    ];
    const invokeFunction: InvokeFunction = (invocation) => this.#invoke(invocation);
    this.#world = createWorkloadWorld({ clock, location, settings, invokeFunction, toSinks });
    const serve = createWorkloadServer({
      ...{ clock, location, settings, faults: this.#faults, signal: this.#closing.signal },
      operations: createOperations(this.#world),
      onCall: (name) => this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1),
      onUnknown: (request) => this.#unknown.push(request),
    });
    this.#server = createServer((request, response) => void serve(request, response));
  }

  /** Starts on a free loopback port, without any resources or runs. */
  static async start(options: WorkloadOptions = {}): Promise<LocalWorkloads> {
    const workloads = new LocalWorkloads(options);
    await listen(workloads.#server);
    return workloads;
  }

  /** The value of the three endpoint variables. */
  get url(): string {
    return `http://${toAddress(this.#server, 'the embedded Step Functions and AWS Batch are stopped')}`;
  }

  /** The runs that were looked up, in order: execution ARNs and Batch job ids. */
  get lookups(): readonly string[] {
    return [...this.#world.lookups];
  }

  /** Number of calls by operation, such as `StartExecution`, whatever their answers. */
  get calls(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#calls);
  }

  /**
   * Requests for any other operation, by target or path, and for members that are not emulated. A
   * test should end with none.
   */
  get unknownRequests(): readonly string[] {
    return [...this.#unknown];
  }

  /** Every planned run with its status: executions, jobs, and the children of both. */
  get runs(): readonly PlannedWorkload[] {
    return listPlannedWorkloads(this.#world);
  }

  /** Every task that waits, or has waited, for an answer under its token, the oldest first. */
  get waitingTasks(): readonly TaskWithToken[] {
    return this.#world.taskTokens.list();
  }

  /**
   * Declares a state machine, a job queue or a job definition, or changes it.
   *
   * @returns its ARN
   * @throws {Error} for a declaration that AWS would refuse
   */
  define(declaration: StateMachineDeclaration): string;
  define(declaration: JobQueueDeclaration): string;
  define(declaration: JobDefinitionDeclaration): string;
  define(declaration: WorkloadDeclaration): string {
    const { stateMachines, batchResources } = this.#world;
    if ('stateMachine' in declaration) return stateMachines.declare(declaration).arn;
    if ('jobQueue' in declaration) return batchResources.declareQueue(declaration).arn;
    return batchResources.declareDefinition(declaration).arn;
  }

  /** Changes settings from now on. The others stay as they are. */
  configure(settings: Partial<WorkloadSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  /** Applies a fault to the next calls of an operation. @param times number of calls */
  injectFault(operation: string, fault: CallFault, times = 1): void {
    this.#faults.add(operation, fault, times);
  }

  /** Removes the faults that still wait for a call. */
  clearFaults(): void {
    this.#faults.clear();
  }

  /** Sends every status change of planned runs to a sink, such as the default bus. */
  emitTo(sink: EventSink): void {
    this.#sinks.push(sink);
  }

  /** Sets what states of kind `invoke` call. @default - every function is unknown */
  invokeWith(invoke: InvokeFunction): void {
    this.#invoke = invoke;
  }

  /** Writes lines into a log stream, which is created if it does not exist. */
  writeLog(group: string, stream: string, messages: readonly string[]): void {
    this.#world.logs.write(group, stream, messages);
  }

  /**
   * Updates the status of a run that was not started here, whether or not a rule matches the event.
   * An older event has no effect.
   *
   * @param update an event of aws.states or aws.batch; any other is ignored
   */
  put(update: WorkloadUpdate): void {
    const { executionArn, jobId } = update.detail;
    const { executions, jobs, observed } = this.#world;
    const isPlanned = executions.find(String(executionArn)) ?? jobs.find(String(jobId));
    if (isPlanned === undefined) observed.put(update);
  }

  /** Deletes a run, as AWS does eventually. @param run execution ARN or Batch job id */
  forget(run: string): void {
    const { executions, jobs, observed, taskTokens } = this.#world;
    executions.forget(run);
    taskTokens.forget(run);
    jobs.forget(run);
    observed.forget(run);
  }

  /** Ends the course of every planned run, closes every connection and frees the port. */
  async stop(): Promise<void> {
    this.#closing.abort();
    this.#world.executions.close();
    this.#world.jobs.close();
    await closeServer(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** There are no functions beside a template. */
const refuseUnknownFunction: InvokeFunction = ({ functionName }) =>
  Promise.resolve({
    kind: 'refused',
    error: 'ResourceNotFoundException',
    message: `Function not found: ${functionName}`,
    status: 404,
  });
