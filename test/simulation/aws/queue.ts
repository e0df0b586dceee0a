import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { AwsEvent } from '../../support/builders.ts';
import { anSqsRecord } from '../../support/sqs-record.ts';
import type { World } from '../world.ts';

/** A message of the queue: one AWS event as text, with its delivery history. */
export interface Queued {
  readonly id: string;
  readonly event: AwsEvent;
  readonly body: string;
  receives: number;
  /** How often the function returned it as failed. */
  returns: number;
  isAcknowledged: boolean;
  /**
   * True for a message that must have no effect: an archive replay, or an event older than the
   * deadline.
   */
  readonly isOld: boolean;
  /** True for a dead letter that was redriven when its event was older than the deadline. */
  readonly isRedrivenLate: boolean;
  /** When it was sent to the queue, in milliseconds. */
  readonly sentMs: number;
}

/** Options of a sent message. */
type SendOptions = Partial<Pick<Queued, 'isOld' | 'isRedrivenLate'>>;

/** Delivers a batch to a function. `answer` is called with its response, or never. */
export type DeliverBatch = (
  event: SQSEvent,
  answer: (response: SQSBatchResponse) => void,
  messages: readonly Queued[],
) => void;

const visibilityMs = 6 * 60_000;
const maxReceives = 5;
const batchSize = 10;

/**
 * The simulated SQS queue of the report function. Delivers each message until it is acknowledged,
 * five times at most.
 */
export class Queue {
  /** In send order. */
  readonly messages: Queued[] = [];
  readonly deadLetters: Queued[] = [];
  readonly #world: World;
  readonly #deliverBatch: DeliverBatch;
  readonly #waiting: Queued[] = [];

  constructor(world: World, deliverBatch: DeliverBatch) {
    this.#world = world;
    this.#deliverBatch = deliverBatch;
  }

  /** Sends an event as a new message. */
  send(event: AwsEvent, { isOld = false, isRedrivenLate = false }: SendOptions = {}): void {
    const id = `m${this.messages.length + 1}`;
    const message = {
      id,
      event,
      body: JSON.stringify(event),
      receives: 0,
      returns: 0,
      isAcknowledged: false,
      isOld,
      isRedrivenLate,
      sentMs: this.#world.nowMs,
    };
    this.messages.push(message);
    this.#world.count('messages');
    this.#makeVisible(message);
  }

  /**
   * Redrives dead letters, as an operator does after an outage.
   *
   * @param olderThanMs redrives only events of at least this age. @default 0, all
   */
  redrive({ olderThanMs = 0 }: { readonly olderThanMs?: number } = {}): void {
    const isRedrivenLate = olderThanMs > 0;
    for (const { event, isOld } of [...this.deadLetters]) {
      if (this.#world.nowMs - Date.parse(event.time) < olderThanMs) continue;
      this.#world.count(isRedrivenLate ? 'dead letters redriven late' : 'dead letters redriven');
      this.send(event, { isOld: isOld || isRedrivenLate, isRedrivenLate });
    }
  }

  /** Makes a message visible. It is delivered alone or in a batch with other visible messages. */
  #makeVisible(message: Queued): void {
    this.#waiting.push(message);
    this.#world.after(this.#world.between(0, 500), () => this.#poll());
  }

  #poll(): void {
    const batch = this.#waiting.splice(0, batchSize);
    if (batch.length === 0) return;
    const delivered = batch.filter((message) => {
      message.receives += 1;
      if (message.receives <= maxReceives) return true;
      this.deadLetters.push(message);
      this.#world.count('dead letters');
      this.#world.log(() => `${message.event.id} is a dead letter`);
      return false;
    });
    if (delivered.length === 0) return;
    this.#world.log(
      () =>
        `delivered: ${delivered.map(({ event, receives }) => `${event.id} (${receives})`).join(', ')}`,
    );
    this.#deliverBatch(
      {
        Records: delivered.map(({ id, body, receives }) =>
          anSqsRecord({ messageId: id, body, receives }),
        ),
      },
      ({ batchItemFailures }) => {
        const failedIds = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        for (const message of delivered) {
          if (failedIds.has(message.id)) message.returns += 1;
          else message.isAcknowledged = true;
        }
      },
      delivered,
    );
    this.#world.after(visibilityMs, () => {
      for (const message of delivered) if (!message.isAcknowledged) this.#makeVisible(message);
    });
  }
}
