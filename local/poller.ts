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
  /** At most this many messages to one invocation, 1 to 10,000. */
  readonly batchSize: number;
  /** How long a batch that is not full waits for more; 0 takes what is there. */
  readonly batchWindowMs: number;
  /** At most this many invocations at once. */
  readonly maximumConcurrency: number;
  /** Whether an answer may name the messages that failed, instead of all or none. */
  readonly reportsBatchItemFailures: boolean;
}

/** One invocation that a mapping made, and what it meant for the queue. */
export interface QueueInvocation {
  readonly functionName: string;
  readonly messageIds: readonly string[];
  readonly result: InvocationResult;
  /** The messages that come back after their visibility timeout. */
  readonly failedMessageIds: readonly string[];
  /** Why the whole batch failed although the function answered. */
  readonly reason?: string;
}

/** Amazon SQS lets a receive call wait at most 20 seconds. */
const longPollMs = 20_000;

/**
 * Feeds a function from a queue, as the pollers of Lambda do.
 *
 * What failed is left alone: it becomes visible again when its visibility timeout ends, never sooner.
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

  /** Takes nothing more, and resolves when what is under way has ended. */
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

  /** Adds to a batch what lies there too, or what comes before its window closes. */
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

  /** A record as Lambda hands it over (Lambda developer guide, "Using Lambda with Amazon SQS"). */
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
        // EventBridge's own id stands here on AWS; nothing may depend on which.
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
