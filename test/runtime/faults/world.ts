import { vi } from 'vitest';
import type { Emulator } from '../../../emulator/index.ts';
import type {
  InvocationResult,
  Local,
  LocalFunction,
  ManualLocalClock,
  Queue,
  QueueInvocation,
} from '../../../local/index.ts';
import { toSecret } from '../../support/bridge.ts';
import type { AwsEvent } from '../../support/builders.ts';
import type { MovedTime } from '../../support/moved-time.ts';
import type { TableFront } from '../../support/table-front.ts';
import { type Ending, readEnding } from './ending.ts';
import type { LedgerReader } from './ledger-reader.ts';

/** Of what a world is put together. */
export interface WorldParts {
  readonly autosys: Emulator;
  readonly standby: Emulator | undefined;
  readonly aws: Local;
  readonly queue: Queue;
  readonly tables: TableFront;
  readonly ledger: LedgerReader;
  readonly time: MovedTime;
  readonly autosysTime: MovedTime;
  readonly clock: ManualLocalClock;
  readonly secretName: string;
  /** What must stand in no output. */
  readonly passwords: readonly string[];
  /** Ends everything. */
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
  readonly #parts: WorldParts;
  readonly #passwords: string[];
  readonly #sweeps: InvocationResult[] = [];
  readonly #values: string[] = [];

  constructor(parts: WorldParts) {
    this.autosys = parts.autosys;
    this.aws = parts.aws;
    this.queue = parts.queue;
    this.tables = parts.tables;
    this.ledger = parts.ledger;
    this.time = parts.time;
    this.#parts = parts;
    this.#passwords = [...parts.passwords];
    this.autosys.instance.onChange(({ kind, globalVariable = '', value = '' }) => {
      const set = `${globalVariable}=${value}`;
      if (kind === 'globalVariable' && this.#values.at(-1) !== set) this.#values.push(set);
    });
  }

  /** The AutoSys that is asked second. @throws {Error} where none was asked for */
  get standby(): Emulator {
    const { standby } = this.#parts;
    if (standby === undefined) throw new Error('this world has one AutoSys only');
    return standby;
  }

  get report(): LocalFunction {
    return this.#functionOf('Report');
  }

  /** Every value that AutoSys was given, in order; one that it was given again at once stands here once. */
  get values(): readonly string[] {
    return [...this.#values];
  }

  /** What AWS announces, all at once. @returns when everything that is not given back is done with */
  async announce(...events: readonly AwsEvent[]): Promise<readonly QueueInvocation[]> {
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
    this.aws.secrets.put(this.#parts.secretName, toSecret(this.autosys));
  }

  /** Lets so much time pass for everybody, and waits for what comes out of the queue thereby. */
  async pass(ms: number): Promise<void> {
    this.time.moveBy(ms);
    this.#parts.autosysTime.moveBy(ms);
    await this.#parts.clock.advance(ms);
    await this.#untilDecided();
  }

  /** Wakes the sweep, and nobody else who comes by the clock. @returns whether it came to its end */
  async sweep(): Promise<boolean> {
    // It reads nothing of the event that wakes it.
    const result = await this.#functionOf('Sweep').invoke('{}');
    this.#sweeps.push(result);
    return result.kind === 'answered';
  }

  /** Ends every process of the report function at once, as a host that fails does. */
  killReport(): void {
    for (const pid of this.report.pids()) process.kill(pid, 'SIGKILL');
  }

  /** Lets minutes pass, each third with a sweep, until no message waits and nothing is due. @returns how it ended */
  async settle(): Promise<Ending> {
    for (let rounds = 0; rounds < 12; rounds += 1) {
      const isSwept = await this.sweep();
      const isEmpty = this.queue.messages().length === 0;
      if (isSwept && isEmpty && (await this.ledger.due()).length === 0) return this.ending();
      await this.pass(180_000);
    }
    const found = JSON.stringify([await this.ledger.due(), this.#sweeps.at(-1)]);
    throw new Error(`36 minutes later there is still something to do: ${found}`);
  }

  /** What a person would find now. */
  ending(): Promise<Ending> {
    return readEnding({ ...this.#parts, passwords: this.#passwords, sweeps: this.#sweeps });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.stack.disposeAsync();
  }

  #functionOf(room: 'Report' | 'Sweep'): LocalFunction {
    const found = [...this.aws.functions.values()].find(({ name }) => name.includes(room));
    if (found === undefined) throw new Error(`the assembly has no ${room} function`);
    return found;
  }

  /** Until every message was taken that can be seen, and decided as often as it was taken. */
  async #untilDecided(): Promise<void> {
    const { aws, queue } = this;
    await until('every message was taken and decided', () => {
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

/** Resolves when the condition holds. @throws {Error} that says what was waited for, after a minute */
export async function until(what: string, condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 60_000, interval: 5 }).catch(() => {
    throw new Error(`waited a minute in vain until ${what}`);
  });
}
