import { Bus } from './bus.ts';
import { LocalCallers } from './callers.ts';
import { type LocalClock, systemClock } from './clock.ts';
import type { FaultInjection } from './fault-injection.ts';
import { findById } from './find-by-id.ts';
import { createInvokeFunction } from './lambda/invoke-function.ts';
import { LocalLambda } from './lambda/lambda-server.ts';
import type { LocalOptions } from './local-options.ts';
import { Poller, type QueueInvocation } from './poller.ts';
import type { Queue } from './queue.ts';
import type { RestFront } from './rest/rest-front.ts';
import { startRestFronts } from './rest/start-rest-fronts.ts';
import type { LocalFunction, LogLine } from './runtime-host.ts';
import { LocalSchedule, type Tick } from './schedule.ts';
import { LocalSecrets } from './secrets.ts';
import { startFunctions } from './start-functions.ts';
import { LocalSts } from './sts.ts';
import { LocalTables } from './tables.ts';
import { readWiring } from './template.ts';
import { TemplateError } from './template-error.ts';
import { createQueues } from './wire-queues.ts';
import type { WiredMapping, Wiring } from './wiring.ts';
import type { WorkloadUpdate } from './workloads/observed-runs.ts';
import { LocalWorkloads } from './workloads.ts';

export type { LocalOptions };

/** A message in a dead-letter queue. */
export interface DeadLetter {
  readonly queueName: string;
  readonly messageId: string;
  readonly body: string;
  readonly receiveCount: number;
}

/**
 * Runs the rules, queues and functions of a synthesized CDK app on this machine, on loopback only.
 *
 * The functions are the bundles that would be deployed. They reach secrets, tables and the status
 * of runs through the SDK's endpoint variables. Every other AWS service answers with an error.
 * REST APIs are served over TLS if `rest` is set. A function that is invoked by its name, a version or
 * an alias has the resource policy of the template. Encryption, alarms, schedules without a rate, and
 * other permissions than these and those of API Gateway are not emulated.
 *
 * @throws {TemplateError} when the app uses a feature that is not emulated
 */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { account = '000000000000', region = 'us-east-1', clock = systemClock } = options;
  const wiring = readWiring(options.cloudAssembly, { account, region });
  // If a later part fails to start, the parts already started are stopped in reverse order.
  await using started = new AsyncDisposableStack();
  const secrets = started.use(await LocalSecrets.start({ account, region, clock }));
  for (const [name, value] of Object.entries(options.secrets ?? {})) secrets.put(name, value);
  const tables = started.use(await LocalTables.start(wiring.tables));
  const workloads = started.use(await LocalWorkloads.start({ account, region, clock }));
  const endpoints = { secrets: secrets.url, tables: tables.url, workloads: workloads.url };
  const functions = await startFunctions(wiring.functions, {
    ...options,
    account,
    region,
    endpoints,
  });
  for (const one of functions.values()) started.use(one);
  const { faultInjection, schedules = 'byClock' } = options;
  const location = { clock, account, region };
  const restFronts = await startRestFronts(wiring.restApis, options.rest, {
    functions,
    ...location,
  });
  for (const front of restFronts) started.use(front);
  const invoke = createInvokeFunction({ access: wiring.access, functions, account, region });
  const callers = new LocalCallers();
  const lambda = started.use(await LocalLambda.start(invoke, callers));
  const sts = started.use(await LocalSts.start(callers));
  workloads.invokeWith(invoke);
  const parts = { wiring, secrets, tables, workloads, functions, lambda, sts, restFronts };
  const local = new Local({ ...parts, ...location, faultInjection, schedules });
  // From here on `local.stop()` stops them.
  started.move();
  return local;
}

interface Parts {
  readonly wiring: Wiring;
  readonly secrets: LocalSecrets;
  readonly tables: LocalTables;
  readonly workloads: LocalWorkloads;
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly lambda: LocalLambda;
  readonly sts: LocalSts;
  readonly restFronts: readonly RestFront[];
  readonly clock: LocalClock;
  readonly account: string;
  readonly region: string;
  readonly faultInjection: FaultInjection | undefined;
  readonly schedules: 'byClock' | 'byHand';
}

/** The running embedded AWS, from event to dead letter. */
export class Local implements AsyncDisposable {
  readonly bus: Bus;
  readonly secrets: LocalSecrets;
  /** DynamoDB. Tests read the tables with the SDK at its `url`. */
  readonly tables: LocalTables;
  /** Step Functions, Batch and CloudWatch Logs. They know every run of an event on the bus. */
  readonly workloads: LocalWorkloads;
  /** By name. */
  readonly queues: ReadonlyMap<string, Queue>;
  /** By name. */
  readonly functions: ReadonlyMap<string, LocalFunction>;
  /** Invocation by name, version or alias, as a principal. */
  readonly lambda: LocalLambda;
  /** Who the caller is. It knows the principals of `lambda`. */
  readonly sts: LocalSts;
  /** The REST APIs of the assembly; none unless the options have a certificate for them. */
  readonly restFronts: readonly RestFront[];
  /** Resources and settings of the assembly that are not emulated. */
  readonly leftOut: Wiring['leftOut'];
  readonly #sourceQueues: readonly Queue[];
  readonly #deadLetterQueues: readonly Queue[];
  readonly #pollers: readonly Poller[];
  readonly #schedules: readonly LocalSchedule[];
  readonly #invocations: QueueInvocation[] = [];
  readonly #listeners = new Set<(invocation: QueueInvocation) => void>();

  constructor(parts: Parts) {
    const { wiring, functions, clock, account, region, faultInjection } = parts;
    this.secrets = parts.secrets;
    this.tables = parts.tables;
    this.workloads = parts.workloads;
    this.lambda = parts.lambda;
    this.sts = parts.sts;
    this.leftOut = wiring.leftOut;
    this.restFronts = parts.restFronts;
    this.functions = new Map([...functions.values()].map((one) => [one.name, one]));
    const sourceQueueIds = new Set(wiring.mappings.map(({ queueId }) => queueId));
    const queues = createQueues(wiring.queues, clock, (id) =>
      sourceQueueIds.has(id) ? faultInjection : undefined,
    );
    this.queues = new Map([...queues.values()].map((queue) => [queue.name, queue]));
    this.#sourceQueues = [...sourceQueueIds].map((id) => findById(queues, id));
    this.#deadLetterQueues = wiring.queues.flatMap(({ redrive }) =>
      redrive ? [findById(queues, redrive.deadLetterQueueId)] : [],
    );
    const onPut = (event: WorkloadUpdate) => this.workloads.put(event);
    this.bus = new Bus({ account, region, clock, onPut });
    this.workloads.emitTo(this.bus);
    for (const { name, pattern, targets } of wiring.rules) {
      const toTarget = ({ id, queueId }: { id: string; queueId: string }) => ({
        id,
        deliver: (event: string) => void findById(queues, queueId).send(event),
      });
      this.bus.putRule({ name, pattern, targets: targets.map(toTarget) });
    }
    const toMapping = ({ queueId, functionId, ...settings }: WiredMapping) => ({
      ...settings,
      ...{
        clock,
        region,
        queue: findById(queues, queueId),
        target: findById(functions, functionId),
      },
    });
    this.#pollers = wiring.mappings.map(
      (mapping) => new Poller(toMapping(mapping), (invocation) => this.#record(invocation)),
    );
    this.#schedules = wiring.schedules.map(({ functionId, id: _, ...schedule }) => {
      const target = findById(functions, functionId);
      return new LocalSchedule({ ...schedule, target, clock, account, region });
    });
    if (parts.schedules === 'byClock') for (const schedule of this.#schedules) schedule.start();
  }

  /** The only REST API. @throws {TemplateError} if none or several are served */
  get rest(): RestFront {
    const [front, ...others] = this.restFronts;
    if (front && others.length === 0) return front;
    const found = `${this.restFronts.length} REST APIs that are served`;
    throw new TemplateError('restFronts', { found, allowed: 'one; see LocalOptions.rest' });
  }

  /** The first stage of the only REST API, such as `https://127.0.0.1:40123/v1`. */
  get restUrl(): string {
    return this.rest.url;
  }

  /**
   * Invokes the scheduled functions now, and resolves when each has returned or failed.
   *
   * @param named only functions whose name contains it; all by default
   */
  tick(named = ''): Promise<readonly Tick[]> {
    const woken = this.#schedules.filter(({ functionName }) => functionName.includes(named));
    return Promise.all(woken.map((schedule) => schedule.tick()));
  }

  /** Every message in a dead-letter queue. */
  deadLetters(): readonly DeadLetter[] {
    return [...new Set(this.#deadLetterQueues)].flatMap((queue) =>
      queue.messages().map((message) => ({ queueName: queue.name, ...message })),
    );
  }

  /** Every batch so far, with its result. */
  invocations(): readonly QueueInvocation[] {
    return [...this.#invocations];
  }

  /**
   * Calls back with each batch from now on, with its result. @returns a function that removes the
   * listener
   */
  onInvocation(listener: (invocation: QueueInvocation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every line that any function has written, function by function. */
  logs(): readonly LogLine[] {
    return [...this.functions.values()].flatMap((one) => one.logs());
  }

  /**
   * Resolves when every source queue is empty and no invocation is running.
   *
   * A failed message stays in its queue until it succeeds or moves to the dead-letter queue, which
   * takes its visibility timeouts.
   */
  async idle(): Promise<void> {
    for (;;) {
      const busy = this.#sourceQueues.find((queue) => queue.messages().length > 0);
      if (!busy) return;
      await busy.nextChange();
    }
  }

  /**
   * Accepts no more work and ends every process and server. A running invocation fails; its
   * messages stay in the queue.
   */
  async stop(): Promise<void> {
    await Promise.all(this.restFronts.map((front) => front.stop()));
    const stopping = [...this.#pollers, ...this.#schedules].map((one) => one.stop());
    await Promise.all([...this.functions.values()].map((one) => one.stop()));
    await Promise.all(stopping);
    const servers = [this.secrets, this.tables, this.workloads, this.lambda, this.sts];
    await Promise.all(servers.map((one) => one.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #record(invocation: QueueInvocation): void {
    this.#invocations.push(invocation);
    for (const listener of this.#listeners) listener(invocation);
  }
}
