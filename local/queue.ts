import { createHash, randomUUID } from 'node:crypto';
import type { LocalClock } from './clock.ts';
import { type FaultInjection, shuffled } from './fault-injection.ts';
import type { QueuedMessage, ReceivedMessage } from './message.ts';

/** Settings of a queue. */
export interface QueueOptions {
  readonly name: string;
  readonly arn: string;
  readonly clock: LocalClock;
  /** How long a received message is hidden. Amazon SQS: 0 to 12 hours, default 30 seconds. */
  readonly visibilityTimeoutMs: number;
  /** Target of messages received `maxReceiveCount` times. @default - redelivery without limit */
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
  /** The newest receipt handle. An older one does not delete. */
  receiptHandle?: string;
  visibleAt: number;
  cancelTimer?: () => void;
}

interface Waiter {
  readonly most: number;
  finish(messages: readonly ReceivedMessage[]): void;
}

/** Maximum number of messages per receive call of Amazon SQS. */
export const receiveLimit = 10;

/**
 * A standard queue of Amazon SQS: at least once, in roughly any order.
 *
 * A received message is hidden until it is deleted or its visibility timeout ends. Retention,
 * message attributes, delays and FIFO are not emulated.
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

  /** Adds a message, and delivers it at once to a waiting receive call. @returns its id */
  send(body: string): string {
    const messageId = randomUUID();
    const { clock, faultInjection } = this.#options;
    const copies = faultInjection && faultInjection.random() < faultInjection.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const now = clock.now();
      this.#entries.add({ messageId, body, sentAt: now, receiveCount: 0, visibleAt: now });
    }
    this.#serveWaiters();
    return messageId;
  }

  /**
   * Receives visible messages, or waits for them.
   *
   * @param most 1 to 10 messages
   * @param waitMs how long to wait for a first message; 0 returns at once
   * @param signal ends the wait early, with an empty result
   */
  receive(most: number, waitMs = 0, signal?: AbortSignal): Promise<readonly ReceivedMessage[]> {
    if (!Number.isInteger(most) || most < 1 || most > receiveLimit) {
      const range = `allowed: 1 to ${receiveLimit}`;
      throw new RangeError(`queue ${this.name}: found ${most} messages to receive, ${range}`);
    }
    const messages = this.#receiveVisible(most);
    if (messages.length > 0 || waitMs <= 0 || signal?.aborted) return Promise.resolve(messages);
    return new Promise((resolve) => {
      const finish = (found: readonly ReceivedMessage[]) => {
        this.#waiters.delete(waiter);
        cancelTimer();
        signal?.removeEventListener('abort', finishEmpty);
        resolve(found);
      };
      const finishEmpty = () => finish([]);
      const waiter = { most, finish };
      const cancelTimer = this.#options.clock.setTimer(waitMs, finishEmpty);
      signal?.addEventListener('abort', finishEmpty);
      this.#waiters.add(waiter);
    });
  }

  /**
   * Deletes a message by its newest receipt handle, even after its visibility timeout has ended.
   *
   * @returns false when the receipt handle is not the newest: the call succeeds on AWS too, but the
   * message stays
   */
  delete(receiptHandle: string): boolean {
    const entry = this.#find(receiptHandle);
    if (!entry) return false;
    this.#remove(entry);
    this.#notifyWatchers();
    return true;
  }

  /**
   * Hides a received message until `timeoutMs` from now; 0 shows it at once. @returns false for an
   * old receipt handle
   */
  changeVisibility(receiptHandle: string, timeoutMs: number): boolean {
    const entry = this.#find(receiptHandle);
    if (!entry) return false;
    this.#hide(entry, timeoutMs);
    this.#serveWaiters();
    return true;
  }

  /** All messages that are not deleted, also hidden ones, in the order in which they were sent. */
  messages(): readonly QueuedMessage[] {
    return [...this.#entries].map(({ messageId, body, receiveCount }) => ({
      messageId,
      body,
      receiveCount,
    }));
  }

  /** The number of messages that could be received now, and the number of hidden ones. */
  counts(): { readonly visible: number; readonly inFlight: number } {
    const now = this.#options.clock.now();
    const inFlight = [...this.#entries].filter(({ visibleAt }) => visibleAt > now).length;
    return { visible: this.#entries.size - inFlight, inFlight };
  }

  /**
   * Resolves after the next change: a message was sent, received, deleted, shown, or moved to the
   * dead-letter queue.
   */
  nextChange(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  #serveWaiters(): void {
    for (const waiter of [...this.#waiters]) {
      const messages = this.#receiveVisible(waiter.most);
      if (messages.length > 0) waiter.finish(messages);
    }
    this.#notifyWatchers();
  }

  #receiveVisible(most: number): readonly ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    for (const entry of this.#visible()) {
      if (received.length === most) break;
      if (this.#exceedsReceiveCount(entry)) this.#moveToDeadLetterQueue(entry);
      else received.push(this.#receiveEntry(entry));
    }
    if (received.length > 0) this.#notifyWatchers();
    return received;
  }

  #visible(): readonly Entry[] {
    const now = this.#options.clock.now();
    const visible = [...this.#entries].filter(({ visibleAt }) => visibleAt <= now);
    const { faultInjection } = this.#options;
    return faultInjection?.shuffle ? shuffled(visible, faultInjection.random) : visible;
  }

  #receiveEntry(entry: Entry): ReceivedMessage {
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
    entry.cancelTimer = clock.setTimer(timeoutMs, () => this.#serveWaiters());
  }

  /**
   * Amazon SQS moves a message when it would exceed the receive count, not when its last receive
   * failed.
   */
  #exceedsReceiveCount({ receiveCount }: Entry): boolean {
    const { redrive } = this.#options;
    return redrive !== undefined && receiveCount >= redrive.maxReceiveCount;
  }

  #moveToDeadLetterQueue(entry: Entry): void {
    const { redrive } = this.#options;
    this.#remove(entry);
    if (redrive) redrive.deadLetterQueue.#addDeadLetter(entry, this.arn);
    this.#notifyWatchers();
  }

  /** Keeps id and send time (documented for standard queues) and the receive count (inferred). */
  #addDeadLetter({ messageId, body, sentAt, receiveCount }: Entry, sourceArn: string): void {
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
    this.#serveWaiters();
  }

  #find(receiptHandle: string): Entry | undefined {
    return [...this.#entries].find((entry) => entry.receiptHandle === receiptHandle);
  }

  #remove(entry: Entry): void {
    entry.cancelTimer?.();
    this.#entries.delete(entry);
  }

  #notifyWatchers(): void {
    for (const resolve of this.#watchers.splice(0)) resolve();
  }
}
