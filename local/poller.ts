import { judgeBatch } from './batch-verdict.ts';
import type { LocalClock } from './clock.ts';
import type { Invocable, InvocationResult } from './invocation.ts';
import type { ReceivedMessage } from './message.ts';
import { type Queue, receiveLimit } from './queue.ts';

/** An event source mapping from a queue to a function. */
export interface Mapping {
  readonly queue: Queue;
  readonly target: Invocable;
  readonly region: string;
  readonly clock: LocalClock;
  /** Maximum number of messages per invocation, 1 to 10,000. */
  readonly batchSize: number;
  /**
   * How long a batch that is not full waits for more messages. 0: it takes only the available ones.
   */
  readonly batchWindowMs: number;
  /** Maximum number of concurrent invocations. */
  readonly maximumConcurrency: number;
  /** Whether a response may list the failed messages. If false, all fail or none. */
  readonly reportsBatchItemFailures: boolean;
}

/** One invocation of a mapping, and its effect on the queue. */
export interface QueueInvocation {
  readonly functionName: string;
  readonly messageIds: readonly string[];
  readonly result: InvocationResult;
  /** The messages that are redelivered after their visibility timeout. */
  readonly failedMessageIds: readonly string[];
  /** Why the whole batch failed, although the function returned a response. */
  readonly reason?: string;
}

/** Amazon SQS limits the wait of a receive call to 20 seconds. */
const longPollMs = 20_000;

/**
 * Delivers messages from a queue to a function, as the pollers of Lambda do.
 *
 * A failed message stays in the queue. It becomes visible again when its visibility timeout ends,
 * never sooner.
 */
export class Poller {
  readonly #mapping: Mapping;
  readonly #onInvocation: (invocation: QueueInvocation) => void;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #loop: Promise<void>;

  constructor(mapping: Mapping, onInvocation: (invocation: QueueInvocation) => void) {
    this.#mapping = mapping;
    this.#onInvocation = onInvocation;
    this.#loop = this.#poll();
  }

  /** Receives no more messages, and resolves when the running invocations have ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    const { queue, batchSize, maximumConcurrency } = this.#mapping;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.#running.size >= maximumConcurrency) {
        await Promise.race(this.#running);
        continue;
      }
      const messages = await queue.receive(Math.min(batchSize, receiveLimit), longPollMs, signal);
      if (messages.length === 0) continue;
      const run = this.#invoke(await this.#fill(messages)).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  /** Adds available messages to a batch, and those that arrive before its window ends. */
  async #fill(messages: readonly ReceivedMessage[]): Promise<readonly ReceivedMessage[]> {
    const { queue, clock, batchSize, batchWindowMs } = this.#mapping;
    const batch = [...messages];
    const closing = new AbortController();
    const cancelTimer = clock.setTimer(batchWindowMs, () => closing.abort());
    const closed = AbortSignal.any([closing.signal, this.#stop.signal]);
    while (batch.length < batchSize) {
      const room = Math.min(batchSize - batch.length, receiveLimit);
      const more = await queue.receive(room, batchWindowMs, closed);
      if (more.length === 0) break;
      batch.push(...more);
    }
    cancelTimer();
    return batch;
  }

  async #invoke(batch: readonly ReceivedMessage[]): Promise<void> {
    const { queue, target, reportsBatchItemFailures } = this.#mapping;
    const records = batch.map((message) => this.#toRecord(message));
    const result = await target.invoke(JSON.stringify({ Records: records }));
    const messageIds = batch.map(({ messageId }) => messageId);
    const { failed, reason } = judgeBatch(result, messageIds, reportsBatchItemFailures);
    this.#onInvocation({
      functionName: target.name,
      messageIds,
      result,
      failedMessageIds: messageIds.filter((messageId) => failed.has(messageId)),
      ...(reason === undefined ? {} : { reason }),
    });
    for (const { messageId, receiptHandle } of batch) {
      if (!failed.has(messageId)) queue.delete(receiptHandle);
    }
  }

  /** A record as Lambda passes it (Lambda developer guide, "Using Lambda with Amazon SQS"). */
  #toRecord(message: ReceivedMessage) {
    const { queue, region } = this.#mapping;
    const { deadLetterQueueSourceArn } = message;
    return {
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: String(message.sentAt),
        // On AWS this is EventBridge's own id; no code may depend on its value.
        SenderId: 'AIDALOCALEVENTBRIDGE',
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
        ...(deadLetterQueueSourceArn === undefined
          ? {}
          : { DeadLetterQueueSourceArn: deadLetterQueueSourceArn }),
      },
      messageAttributes: {},
      md5OfBody: message.md5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queue.arn,
      awsRegion: region,
    };
  }
}
