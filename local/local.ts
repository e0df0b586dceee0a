import { Bus } from './bus.ts';
import { type LocalClock, systemClock } from './clock.ts';
import type { FaultInjection } from './mischief.ts';
import { Poller, type QueueInvocation } from './poller.ts';
import type { Queue } from './queue.ts';
import { type LocalFunction, type LogLine, startFunction } from './runtime-host.ts';
import { LocalSchedule, type Tick } from './schedule.ts';
import { LocalSecrets } from './secrets.ts';
import { LocalTables } from './tables.ts';
import { readWiring } from './template.ts';
import { TemplateError } from './template-error.ts';
import { createQueues } from './wire-queues.ts';
import type { WiredFunction, WiredMapping, Wiring } from './wiring.ts';
import { LocalWorkloads, type WorkloadNews } from './workloads.ts';

/** What {@link startLocal} takes. */
export interface LocalOptions {
  /** The directory of a cloud assembly, as `cdk synth` or `synthesize` writes it. */
  readonly cloudAssembly: string;
  /** Variables on top of those in the template, for one function; they win. @default - none */
  readonly environment?: (target: WiredFunction) => Readonly<Record<string, string>>;
  /** Secrets by name. @default - none; `secrets.put` adds them later */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The time of bus, queues and pollers; the functions keep real time. @default - the time of this machine */
  readonly clock?: LocalClock;
  /**
   * What the clocks of the functions show, in milliseconds since 1970, where `environment` makes their processes show
   * another time: their deadlines go by it. @default - the time of this machine
   */
  readonly functionNow?: () => number;
  /** What the queues that feed functions do beyond their duty. @default - nothing */
  readonly faultInjection?: FaultInjection;
  /** Whether the clock wakes scheduled functions, or `tick` alone. @default - the clock does */
  readonly schedules?: 'byClock' | 'byHand';
  /** @default - 000000000000 */
  readonly account?: string;
  /** @default - us-east-1 */
  readonly region?: string;
}

/** A message that a queue gave up. */
export interface DeadLetter {
  readonly queueName: string;
  readonly messageId: string;
  readonly body: string;
  readonly receiveCount: number;
}

/**
 * Runs the rules, queues and functions of a synthesized CDK app on this machine, on loopback only.
 *
 * The functions are the bundles that would be deployed. They find secrets and tables by the SDK's own endpoint
 * variables, and what became of a run; any other service of AWS answers with a loud error there. Permissions, encryption
 * and alarms are absent, and schedules other than rates.
 *
 * @throws {TemplateError} when the app asks for what this machine does not run
 */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { account = '000000000000', region = 'us-east-1', clock = systemClock } = options;
  const wiring = readWiring(options.cloudAssembly, { account, region });
  // What was started is stopped again, last first, when something after it does not start.
  await using started = new AsyncDisposableStack();
  const secrets = started.use(await LocalSecrets.start({ account, region, clock }));
  for (const [name, value] of Object.entries(options.secrets ?? {})) secrets.put(name, value);
  const tables = started.use(await LocalTables.start(wiring.tables));
  const workloads = started.use(await LocalWorkloads.start());
  const endpoints = { secrets: secrets.url, tables: tables.url, workloads: workloads.url };
  const functions = new Map<string, LocalFunction>();
  for (const target of wiring.functions) {
    const environment = environmentOf(target, endpoints, options.environment);
    const { functionNow } = options;
    const shown = functionNow && { processNow: functionNow };
    const one = await startFunction({ ...target, environment, account, region, ...shown });
    functions.set(target.id, started.use(one));
  }
  const { faultInjection, schedules = 'byClock' } = options;
  const world = { wiring, secrets, tables, workloads, functions };
  const local = new Local({ ...world, clock, account, region, faultInjection, schedules });
  // From here on they end with `local.stop()`.
  started.move();
  return local;
}

interface Parts {
  readonly wiring: Wiring;
  readonly secrets: LocalSecrets;
  readonly tables: LocalTables;
  readonly workloads: LocalWorkloads;
  readonly functions: ReadonlyMap<string, LocalFunction>;
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
  /** DynamoDB; tests read the tables with the SDK, which finds them at its `url`. */
  readonly tables: LocalTables;
  /** Step Functions and AWS Batch, as far as they can be asked; they know every run that was put on the bus. */
  readonly workloads: LocalWorkloads;
  /** By name. */
  readonly queues: ReadonlyMap<string, Queue>;
  /** By name. */
  readonly functions: ReadonlyMap<string, LocalFunction>;
  /** What the assembly has and this machine does not run. */
  readonly leftOut: Wiring['leftOut'];
  readonly #fed: readonly Queue[];
  readonly #dead: readonly Queue[];
  readonly #pollers: readonly Poller[];
  readonly #schedules: readonly LocalSchedule[];
  readonly #invocations: QueueInvocation[] = [];
  readonly #listeners = new Set<(invocation: QueueInvocation) => void>();

  constructor(parts: Parts) {
    const { wiring, functions, clock, account, region, faultInjection } = parts;
    this.secrets = parts.secrets;
    this.tables = parts.tables;
    this.workloads = parts.workloads;
    this.leftOut = wiring.leftOut;
    this.functions = new Map([...functions.values()].map((one) => [one.name, one]));
    const fedIds = new Set(wiring.mappings.map(({ queueId }) => queueId));
    const queues = createQueues(wiring.queues, clock, (id) =>
      fedIds.has(id) ? faultInjection : undefined,
    );
    this.queues = new Map([...queues.values()].map((queue) => [queue.name, queue]));
    this.#fed = [...fedIds].map((id) => known(queues, id));
    this.#dead = wiring.queues.flatMap(({ redrive }) =>
      redrive ? [known(queues, redrive.deadLetterQueueId)] : [],
    );
    const onPut = (event: WorkloadNews) => this.workloads.put(event);
    this.bus = new Bus({ account, region, clock, onPut });
    for (const { name, pattern, targets } of wiring.rules) {
      const toTarget = ({ id, queueId }: { id: string; queueId: string }) => ({
        id,
        deliver: (event: string) => void known(queues, queueId).send(event),
      });
      this.bus.putRule({ name, pattern, targets: targets.map(toTarget) });
    }
    const toMapping = ({ queueId, functionId, ...settings }: WiredMapping) => ({
      ...settings,
      ...{ clock, region, queue: known(queues, queueId), target: known(functions, functionId) },
    });
    this.#pollers = wiring.mappings.map(
      (mapping) => new Poller(toMapping(mapping), (invocation) => this.#record(invocation)),
    );
    this.#schedules = wiring.schedules.map(({ arn, source, everyMs, functionId }) => {
      const target = known(functions, functionId);
      return new LocalSchedule({ arn, source, everyMs, target, clock, account, region });
    });
    if (parts.schedules === 'byClock') for (const schedule of this.#schedules) schedule.start();
  }

  /**
   * Wakes the scheduled functions now, and resolves when each has answered or failed.
   *
   * @param named only those whose name holds it; all without it
   */
  tick(named = ''): Promise<readonly Tick[]> {
    const woken = this.#schedules.filter(({ functionName }) => functionName.includes(named));
    return Promise.all(woken.map((schedule) => schedule.tick()));
  }

  /** Every message in a dead-letter queue. */
  deadLetters(): readonly DeadLetter[] {
    return [...new Set(this.#dead)].flatMap((queue) =>
      queue.messages().map((message) => ({ queueName: queue.name, ...message })),
    );
  }

  /** Every batch that a function was given so far, with what came of it. */
  invocations(): readonly QueueInvocation[] {
    return [...this.#invocations];
  }

  /** Calls back with each batch from now on, once it is decided. @returns what ends it */
  onInvocation(listener: (invocation: QueueInvocation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every line that any function wrote so far, function by function. */
  logs(): readonly LogLine[] {
    return [...this.functions.values()].flatMap((one) => one.logs());
  }

  /**
   * Resolves when every queue that feeds a function is empty and nothing is under way.
   *
   * A message that failed stays in its queue until it succeeds or is given up: that takes its visibility timeouts.
   */
  async idle(): Promise<void> {
    for (;;) {
      const busy = this.#fed.find((queue) => queue.messages().length > 0);
      if (!busy) return;
      await busy.nextChange();
    }
  }

  /** Takes nothing more and ends every process and server; an invocation under way fails, its messages stay. */
  async stop(): Promise<void> {
    const stopping = [...this.#pollers, ...this.#schedules].map((one) => one.stop());
    await Promise.all([...this.functions.values()].map((one) => one.stop()));
    await Promise.all(stopping);
    await Promise.all([this.secrets.stop(), this.tables.stop(), this.workloads.stop()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #record(invocation: QueueInvocation): void {
    this.#invocations.push(invocation);
    for (const listener of this.#listeners) listener(invocation);
  }
}

function environmentOf(
  target: WiredFunction,
  urls: Readonly<Record<'secrets' | 'tables' | 'workloads', string>>,
  override: LocalOptions['environment'],
): Readonly<Record<string, string>> {
  const own = override?.(target) ?? {};
  const missing = Object.entries(target.unresolved).find(([name]) => !Object.hasOwn(own, name));
  if (missing) {
    const [name, reason] = missing;
    const allowed = 'a value for this machine, given as an environment override';
    throw new TemplateError(`${target.id}, Environment.${name}`, { found: reason, allowed });
  }
  const endpoints = {
    // Any service but these: refused there, and counted.
    AWS_ENDPOINT_URL: urls.secrets,
    AWS_ENDPOINT_URL_DYNAMODB: urls.tables,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.secrets,
    AWS_ENDPOINT_URL_SFN: urls.workloads,
    AWS_ENDPOINT_URL_BATCH: urls.workloads,
    // Without it the SDK would go and look for the credentials of a machine on EC2.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return { ...target.environment, ...endpoints, ...own };
}

function known<Value>(values: ReadonlyMap<string, Value>, id: string): Value {
  const value = values.get(id);
  if (value !== undefined) return value;
  throw new TemplateError(id, {
    found: 'nothing of this id',
    allowed: [...values.keys()].join(', '),
  });
}
