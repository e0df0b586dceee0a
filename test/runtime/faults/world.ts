import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import {
  type Emulator,
  type Identity,
  makeAuthority,
  startEmulator,
} from '../../../emulator/index.ts';
import { configFileName, environment } from '../../../lambda/contract.ts';
import {
  type Invocation,
  type Local,
  type LocalFunction,
  ManualClock,
  type Mischief,
  type Queue,
  startLocal,
} from '../../../local/index.ts';
import { toSecret } from '../../support/bridge.ts';
import type { AwsEvent } from '../../support/builders.ts';
import { MovedTime } from '../../support/moved-time.ts';
import { TableFront } from '../../support/table-front.ts';
import { home, shippedConfig, wiringOf } from '../stage.ts';
import { type Ending, readEnding } from './ending.ts';
import { LedgerReader } from './ledger-reader.ts';

/** What a world of faults is built of. */
export interface WorldOptions {
  readonly jil?: string;
  /** Whether a second AutoSys, of the same login and with a database of its own, is asked after the first. */
  readonly standby?: boolean;
  readonly mischief?: Mischief;
  /** What the secret says in the place of the login. */
  readonly secret?: string;
}

/** Builds a world around the bundles of one assembly. */
export type OpenWorld = (options?: WorldOptions) => Promise<World>;

const secretName = 'autosys/ACE/bridge';
const password = 'hunter2-of-the-night';

/** One authority for all worlds of a test file: its keys are what takes time. */
let authority: Promise<Identity> | undefined;

interface Parts {
  readonly autosys: Emulator;
  readonly standby: Emulator | undefined;
  readonly aws: Local;
  readonly queue: Queue;
  readonly tables: TableFront;
  readonly ledger: LedgerReader;
  readonly time: MovedTime;
  readonly autosysTime: MovedTime;
  readonly clock: ManualClock;
  /** What the secret said in the place of the login. */
  readonly secret: string | undefined;
  readonly stack: AsyncDisposableStack;
}

/**
 * The bundles as they are deployed, between an embedded AWS and an embedded AutoSys, with a hand on every line between them.
 *
 * The time of the functions and that of AutoSys go on by themselves; the queue's stands still between two moves.
 */
export class World implements AsyncDisposable {
  readonly autosys: Emulator;
  readonly aws: Local;
  /** Feeds the report function. */
  readonly queue: Queue;
  /** Stands before DynamoDB. */
  readonly tables: TableFront;
  readonly ledger: LedgerReader;
  /** That of the functions alone, to let it jump. */
  readonly time: MovedTime;
  readonly #parts: Parts;
  readonly #passwords: string[];

  constructor(parts: Parts) {
    this.autosys = parts.autosys;
    this.aws = parts.aws;
    this.queue = parts.queue;
    this.tables = parts.tables;
    this.ledger = parts.ledger;
    this.time = parts.time;
    this.#parts = parts;
    this.#passwords = [password, ...(parts.secret === undefined ? [] : [parts.secret])];
  }

  /** The AutoSys that is asked second. @throws {Error} where none was asked for */
  get standby(): Emulator {
    const { standby } = this.#parts;
    if (standby === undefined) throw new Error('this world has one AutoSys only');
    return standby;
  }

  get report(): LocalFunction {
    const report = [...this.aws.functions.values()].find(({ name }) => name.includes('Report'));
    if (report === undefined) throw new Error('the assembly has no report function');
    return report;
  }

  /** What AWS announces, all at once. @returns when everything that is not given back is done with */
  async announce(...events: readonly AwsEvent[]): Promise<readonly Invocation[]> {
    const before = this.aws.invocations().length;
    for (const event of events) {
      const { matched } = this.aws.bus.put(event);
      if (matched.length !== 1) throw new Error(`${matched.length} rules hear ${event.id}`);
    }
    await this.#untilDecided();
    return this.aws.invocations().slice(before);
  }

  /** Gives AutoSys another password, and AWS none, until {@link publish}. */
  rotate(next: string): void {
    this.#passwords.push(next);
    this.autosys.setPassword(next);
  }

  /** Tells Secrets Manager what AutoSys takes now. */
  publish(): void {
    this.aws.secrets.put(secretName, toSecret(this.autosys));
  }

  /** Lets so much time pass for everybody, and waits for what comes out of the queue thereby. */
  async pass(ms: number): Promise<void> {
    this.time.moveBy(ms);
    this.#parts.autosysTime.moveBy(ms);
    await this.#parts.clock.advance(ms);
    await this.#untilDecided();
  }

  /** Wakes the sweep. */
  async sweep(): Promise<void> {
    const [tick] = await this.aws.tick();
    if (tick?.result.kind !== 'answered') throw new Error(`the sweep: ${JSON.stringify(tick)}`);
  }

  /** Ends every process of the report function at once, as a host that fails does. */
  killReport(): void {
    for (const pid of this.report.pids()) process.kill(pid, 'SIGKILL');
  }

  /** Lets minutes pass, each third with a sweep, until no message waits and nothing is due. @returns how it ended */
  async settle(): Promise<Ending> {
    for (let rounds = 0; rounds < 12; rounds += 1) {
      await this.sweep();
      const isEmpty = this.queue.messages().length === 0;
      if (isEmpty && (await this.ledger.due()).length === 0) return this.ending();
      await this.pass(180_000);
    }
    throw new Error(`still due after 36 minutes: ${JSON.stringify(await this.ledger.due())}`);
  }

  /** What a person would find now. */
  ending(): Promise<Ending> {
    const { aws, ledger, autosys, standby } = this.#parts;
    return readEnding({ aws, ledger, autosys, standby, passwords: this.#passwords });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.stack.disposeAsync();
  }

  /** Until every message was taken that can be seen, and decided as often as it was taken. */
  async #untilDecided(): Promise<void> {
    const { aws, queue } = this;
    await until(() => {
      const decided = aws.invocations().flatMap(({ messageIds }) => messageIds);
      const isDecided = (messageId: string, receiveCount: number) =>
        decided.filter((id) => id === messageId).length >= receiveCount;
      return (
        queue.counts().visible === 0 &&
        queue.messages().every(({ messageId, receiveCount }) => isDecided(messageId, receiveCount))
      );
    });
  }
}

/** Resolves when the condition holds; a test that waits in vain fails with what it waited for. */
export async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 60_000, interval: 5 });
}

/** Starts everything around what was synthesized; only the addresses of AutoSys are exchanged. */
export async function openWorld(directory: string, options: WorldOptions = {}): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const time = stack.use(new MovedTime());
  const autosysTime = stack.use(new MovedTime());
  authority ??= makeAuthority();
  const shared = {
    authority: await authority,
    clock: autosysTime.clock,
    eventDelayMs: 10,
    password,
  };
  const jil = [{ name: 'test.jil', text: options.jil ?? '' }];
  const autosys = stack.use(await startEmulator({ ...shared, jil }));
  const standby = options.standby ? stack.use(await startEmulator({ ...shared, jil })) : undefined;
  const config = stack.adopt(mkdtempSync(join(tmpdir(), 'faults-')), (path) =>
    rmSync(path, { recursive: true }),
  );
  const path = join(config, configFileName);
  const wiring = wiringOf(directory);
  const shipped = shippedConfig(wiring);
  const instances = shipped.instances.map((instance) => ({
    ...instance,
    endpoints: [autosys, ...(standby ? [standby] : [])].map(({ url }) => url),
    certificateAuthority: autosys.certificateAuthority,
  }));
  writeFileSync(path, JSON.stringify({ ...shipped, instances }));
  const tables = stack.use(await TableFront.start());
  const clock = new ManualClock();
  const { mischief, secret } = options;
  const aws = stack.use(
    await startLocal({
      ...home,
      clock,
      cloudAssembly: directory,
      schedules: 'byHand',
      functionNow: time.now,
      environment: () => ({
        ...time.environment,
        [environment.config]: path,
        AWS_ENDPOINT_URL_DYNAMODB: tables.url,
      }),
      secrets: { [secretName]: secret ?? toSecret(autosys) },
      ...(mischief && { mischief }),
    }),
  );
  tables.forwardTo(aws.tables.url);
  const [table] = wiring.tables;
  const ledger = stack.use(new LedgerReader(aws.tables.url, { table, now: time.now }));
  const fed = wiring.queues.find(({ id }) => id === wiring.mappings[0]?.queueId);
  const queue = aws.queues.get(fed?.name ?? '');
  if (queue === undefined) throw new Error('the assembly has no queue that feeds a function');
  const world = { autosys, standby, aws, queue, tables, ledger, time, autosysTime, clock, secret };
  return new World({ ...world, stack: stack.move() });
}
