import { createHash, randomUUID } from 'node:crypto';
import type { LocalClock } from './clock.ts';
import type { QueuedMessage, ReceivedMessage } from './message.ts';
import { type FaultInjection, shuffled } from './mischief.ts';

/** How a queue behaves. */
export interface QueueOptions {
  readonly name: string;
  readonly arn: string;
  readonly clock: LocalClock;
  /** How long a received message is hidden; Amazon SQS allows 0 to 12 hours and defaults to 30 seconds. */
  readonly visibilityTimeoutMs: number;
  /** Where messages go that were received `maxReceiveCount` times. Without it they come back for ever. */
  readonly redrive?: { readonly deadLetterQueue: Queue; readonly maxReceiveCount: number };
  readonly faultInjection?: FaultInjection;
}

interface Entry {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  readonly deadLetterQueueSourceArn?: string;
  receiveCount: number;
  firstReceivedAt?: number;
  /** The newest receipt; an older one no longer deletes. */
  receiptHandle?: string;
  visibleAt: number;
  cancelTimer?: () => void;
}

interface Waiter {
  readonly most: number;
  finish(messages: readonly ReceivedMessage[]): void;
}

/** Amazon SQS gives at most this many messages to one receive call. */
export const receiveLimit = 10;

/**
 * A standard queue of Amazon SQS: at least once, in roughly any order.
 *
 * A received message is hidden, not gone, until it is deleted or its visibility timeout ends. Retention, message
 * attributes, delays and FIFO are absent.
 */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly #options: QueueOptions;
  readonly #entries = new Set<Entry>();
  readonly #waiters = new Set<Waiter>();
  readonly #watchers: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.name = options.name;
    this.arn = options.arn;
    this.#options = options;
  }

  /** Takes a message in, and hands it at once to who waits for one. @returns its id */
  send(body: string): string {
    const messageId = randomUUID();
    const { clock, faultInjection } = this.#options;
    const copies = faultInjection && faultInjection.random() < faultInjection.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const now = clock.now();
      this.#entries.add({ messageId, body, sentAt: now, receiveCount: 0, visibleAt: now });
    }
    this.#serve();
    return messageId;
  }

  /**
   * Receives what is visible, or waits for it.
   *
   * @param most 1 to 10 messages
   * @param waitMs how long to wait for a first message; 0 answers at once
   * @param signal ends the wait early, with nothing
   */
  receive(most: number, waitMs = 0, signal?: AbortSignal): Promise<readonly ReceivedMessage[]> {
    if (!Number.isInteger(most) || most < 1 || most > receiveLimit) {
      const range = `allowed: 1 to ${receiveLimit}`;
      throw new RangeError(`queue ${this.name}: found ${most} messages to receive, ${range}`);
    }
    const messages = this.#take(most);
    if (messages.length > 0 || waitMs <= 0 || signal?.aborted) return Promise.resolve(messages);
    return new Promise((resolve) => {
      const finish = (found: readonly ReceivedMessage[]) => {
        this.#waiters.delete(waiter);
        cancelTimer();
        signal?.removeEventListener('abort', giveUp);
        resolve(found);
      };
      const giveUp = () => finish([]);
      const waiter = { most, finish };
      const cancelTimer = this.#options.clock.setTimer(waitMs, giveUp);
      signal?.addEventListener('abort', giveUp);
      this.#waiters.add(waiter);
    });
  }

  /**
   * Deletes a message by the receipt of its last reception, even after its visibility timeout has ended.
   *
   * @returns false when the receipt is not the newest: the call succeeds on AWS too, but the message stays
   */
  delete(receiptHandle: string): boolean {
    const entry = this.#find(receiptHandle);
    if (!entry) return false;
    this.#remove(entry);
    this.#announce();
    return true;
  }

  /** Hides a received message until `timeoutMs` from now; 0 shows it at once. @returns false for a stale receipt */
  changeVisibility(receiptHandle: string, timeoutMs: number): boolean {
    const entry = this.#find(receiptHandle);
    if (!entry) return false;
    this.#hide(entry, timeoutMs);
    this.#serve();
    return true;
  }

  /** All messages that are not deleted, the hidden ones too, in the order in which they were sent. */
  messages(): readonly QueuedMessage[] {
    return [...this.#entries].map(({ messageId, body, receiveCount }) => ({
      messageId,
      body,
      receiveCount,
    }));
  }

  /** How many messages could be received now, and how many are hidden. */
  counts(): { readonly visible: number; readonly inFlight: number } {
    const now = this.#options.clock.now();
    const inFlight = [...this.#entries].filter(({ visibleAt }) => visibleAt > now).length;
    return { visible: this.#entries.size - inFlight, inFlight };
  }

  /** Resolves after the next change: a message sent, received, deleted, shown or given up. */
  nextChange(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  #serve(): void {
    for (const waiter of [...this.#waiters]) {
      const messages = this.#take(waiter.most);
      if (messages.length > 0) waiter.finish(messages);
    }
    this.#announce();
  }

  #take(most: number): readonly ReceivedMessage[] {
    const taken: ReceivedMessage[] = [];
    for (const entry of this.#visible()) {
      if (taken.length === most) break;
      if (this.#isSpent(entry)) this.#giveUp(entry);
      else taken.push(this.#hand(entry));
    }
    if (taken.length > 0) this.#announce();
    return taken;
  }

  #visible(): readonly Entry[] {
    const now = this.#options.clock.now();
    const visible = [...this.#entries].filter(({ visibleAt }) => visibleAt <= now);
    const { faultInjection } = this.#options;
    return faultInjection?.shuffle ? shuffled(visible, faultInjection.random) : visible;
  }

  #hand(entry: Entry): ReceivedMessage {
    const now = this.#options.clock.now();
    entry.receiveCount += 1;
    entry.firstReceivedAt ??= now;
    const receiptHandle = randomUUID();
    entry.receiptHandle = receiptHandle;
    this.#hide(entry, this.#options.visibilityTimeoutMs);
    const { messageId, body, sentAt, receiveCount, deadLetterQueueSourceArn } = entry;
    return {
      messageId,
      receiptHandle,
      body,
      md5OfBody: createHash('md5').update(body).digest('hex'),
      sentAt,
      firstReceivedAt: entry.firstReceivedAt,
      receiveCount,
      ...(deadLetterQueueSourceArn === undefined ? {} : { deadLetterQueueSourceArn }),
    };
  }

  #hide(entry: Entry, timeoutMs: number): void {
    const { clock } = this.#options;
    entry.cancelTimer?.();
    entry.visibleAt = clock.now() + timeoutMs;
    entry.cancelTimer = clock.setTimer(timeoutMs, () => this.#serve());
  }

  /** Amazon SQS moves a message when it would be received once more than allowed, not when the last time failed. */
  #isSpent({ receiveCount }: Entry): boolean {
    const { redrive } = this.#options;
    return redrive !== undefined && receiveCount >= redrive.maxReceiveCount;
  }

  #giveUp(entry: Entry): void {
    const { redrive } = this.#options;
    this.#remove(entry);
    if (redrive) redrive.deadLetterQueue.#adopt(entry, this.arn);
    this.#announce();
  }

  /** Keeps id and time of sending (documented for standard queues) and the receive count (inferred). */
  #adopt({ messageId, body, sentAt, receiveCount }: Entry, sourceArn: string): void {
    const visibleAt = this.#options.clock.now();
    const deadLetterQueueSourceArn = sourceArn;
    this.#entries.add({
      messageId,
      body,
      sentAt,
      receiveCount,
      visibleAt,
      deadLetterQueueSourceArn,
    });
    this.#serve();
  }

  #find(receiptHandle: string): Entry | undefined {
    return [...this.#entries].find((entry) => entry.receiptHandle === receiptHandle);
  }

  #remove(entry: Entry): void {
    entry.cancelTimer?.();
    this.#entries.delete(entry);
  }

  #announce(): void {
    for (const resolve of this.#watchers.splice(0)) resolve();
  }
}
