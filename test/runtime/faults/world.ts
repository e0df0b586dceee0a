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

/** The parts of a test system. */
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
  /** Texts that must not be in any output. */
  readonly passwords: readonly string[];
  /** Stops everything. */
  readonly stack: AsyncDisposableStack;
}

/**
 * The deployed bundles between an embedded AWS and an embedded AutoSys, with fault injection on
 * every connection. The clocks of the functions and AutoSys run in real time; the clock of the
 * queue is manual.
 */
export class World implements AsyncDisposable {
  readonly autosys: Emulator;
  readonly aws: Local;
  /** The queue of the report function. */
  readonly queue: Queue;
  /** The proxy in front of DynamoDB. */
  readonly tables: TableFront;
  readonly ledger: LedgerReader;
  /** The clock of the functions only, for clock jumps. */
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

  /** The standby AutoSys. @throws {Error} when it was not requested */
  get standby(): Emulator {
    const { standby } = this.#parts;
    if (standby === undefined) throw new Error('this test system has only one AutoSys');
    return standby;
  }

  get report(): LocalFunction {
    return this.#functionOf('Report');
  }

  /** Values that AutoSys was set to, in order. Consecutive duplicates are removed. */
  get values(): readonly string[] {
    return [...this.#values];
  }

  /**
   * Emits events of AWS, all at once.
   *
   * @returns when everything that does not return to the queue is done
   */
  async emit(...events: readonly AwsEvent[]): Promise<readonly QueueInvocation[]> {
    const before = this.aws.invocations().length;
    for (const event of events) {
      const { matched } = this.aws.bus.put(event);
      if (matched.length !== 1) throw new Error(`${matched.length} rules match ${event.id}`);
    }
    await this.#untilDecided();
    return this.aws.invocations().slice(before);
  }

  /** Changes the password in AutoSys only, until {@link publish}. */
  rotate(next: string): void {
    this.#passwords.push(next);
    this.autosys.setPassword(next);
  }

  /** Stores the password of AutoSys in Secrets Manager. */
  publish(): void {
    this.aws.secrets.put(this.#parts.secretName, toSecret(this.autosys));
  }

  /** Advances all clocks, and waits for the messages that become visible. */
  async advance(ms: number): Promise<void> {
    this.time.moveBy(ms);
    this.#parts.autosysTime.moveBy(ms);
    await this.#parts.clock.advance(ms);
    await this.#untilDecided();
  }

  /**
   * Invokes the sweep, and no other scheduled function.
   *
   * @returns true when it completed
   */
  async sweep(): Promise<boolean> {
    // The sweep does not read its event.
    const result = await this.#functionOf('Sweep').invoke('{}');
    this.#sweeps.push(result);
    return result.kind === 'answered';
  }

  /** Kills every process of the report function, as a host failure does. */
  killReport(): void {
    for (const pid of this.report.pids()) process.kill(pid, 'SIGKILL');
  }

  /**
   * Advances the clock minute by minute, with a sweep every third minute, until no message waits
   * and nothing is due.
   *
   * @returns the final state
   */
  async settle(): Promise<Ending> {
    for (let rounds = 0; rounds < 12; rounds += 1) {
      const isSwept = await this.sweep();
      const isEmpty = this.queue.messages().length === 0;
      if (isSwept && isEmpty && (await this.ledger.due()).length === 0) return this.ending();
      await this.advance(180_000);
    }
    const found = JSON.stringify([await this.ledger.due(), this.#sweeps.at(-1)]);
    throw new Error(`still not settled after 36 minutes:  ${found}`);
  }

  /** Returns the current state. */
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

  /** Waits until every visible message was received and answered. */
  async #untilDecided(): Promise<void> {
    const { aws, queue } = this;
    await until('all messages are received and answered', () => {
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

/** Resolves when the condition holds. @throws {Error} with `what` after a minute */
export async function until(what: string, condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 60_000, interval: 5 }).catch(() => {
    throw new Error(`waited a minute for: ${what}`);
  });
}
