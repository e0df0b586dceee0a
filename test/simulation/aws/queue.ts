import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { AwsEvent } from '../../support/builders.ts';
import { anSqsRecord } from '../../support/sqs-record.ts';
import type { World } from '../world.ts';

/** A message: one event of AWS as text, with its history. */
export interface Queued {
  readonly id: string;
  readonly event: AwsEvent;
  readonly body: string;
  receives: number;
  /** How often the function has given it back. */
  returns: number;
  isAcknowledged: boolean;
  /** Of it nothing may come: an archive replay, or older than the deadline. */
  readonly isOld: boolean;
  /** A dead letter that was moved back when its event was older than the deadline. */
  readonly isMovedBackLate: boolean;
  /** When it came into the queue, in milliseconds. */
  readonly sentMs: number;
}

/** What else is known of a message that is sent. */
type Sent = Partial<Pick<Queued, 'isOld' | 'isMovedBackLate'>>;

/** Takes a batch of messages to a function; resolves with what comes back, or never. */
export type TakeBatch = (
  event: SQSEvent,
  answer: (response: SQSBatchResponse) => void,
  messages: readonly Queued[],
) => void;

const visibilityMs = 6 * 60_000;
const maxReceives = 5;
const batchSize = 10;

/** The standard queue before the report: gives each message out until it is acknowledged, or five times. */
export class Queue {
  /** In the order in which they were sent. */
  readonly messages: Queued[] = [];
  readonly deadLetters: Queued[] = [];
  readonly #world: World;
  readonly #takeBatch: TakeBatch;
  readonly #waiting: Queued[] = [];

  constructor(world: World, takeBatch: TakeBatch) {
    this.#world = world;
    this.#takeBatch = takeBatch;
  }

  /** Sends an event; repeated, it is another message. */
  send(event: AwsEvent, { isOld = false, isMovedBackLate = false }: Sent = {}): void {
    const id = `m${this.messages.length + 1}`;
    const message = {
      id,
      event,
      body: JSON.stringify(event),
      receives: 0,
      returns: 0,
      isAcknowledged: false,
      isOld,
      isMovedBackLate,
      sentMs: this.#world.nowMs,
    };
    this.messages.push(message);
    this.#world.count('messages');
    this.#offer(message);
  }

  /**
   * Moves dead letters back, as an operator does when all is well again: all of them soon, or much later those whose events are
   * older than the deadline by then.
   */
  moveBack({ olderThanMs = 0 }: { readonly olderThanMs?: number } = {}): void {
    const isMovedBackLate = olderThanMs > 0;
    for (const { event, isOld } of [...this.deadLetters]) {
      if (this.#world.nowMs - Date.parse(event.time) < olderThanMs) continue;
      this.#world.count(
        isMovedBackLate ? 'dead letters moved back late' : 'dead letters moved back',
      );
      this.send(event, { isOld: isOld || isMovedBackLate, isMovedBackLate });
    }
  }

  /** The message may be given out, alone or with whatever waits beside it. */
  #offer(message: Queued): void {
    this.#waiting.push(message);
    this.#world.after(this.#world.between(0, 500), () => this.#poll());
  }

  #poll(): void {
    const batch = this.#waiting.splice(0, batchSize);
    if (batch.length === 0) return;
    const given = batch.filter((message) => {
      message.receives += 1;
      if (message.receives <= maxReceives) return true;
      this.deadLetters.push(message);
      this.#world.count('dead letters');
      this.#world.note(() => `${message.event.id} is a dead letter`);
      return false;
    });
    if (given.length === 0) return;
    this.#world.note(
      () =>
        `given out: ${given.map(({ event, receives }) => `${event.id} (${receives})`).join(', ')}`,
    );
    this.#takeBatch(
      {
        Records: given.map(({ id, body, receives }) =>
          anSqsRecord({ messageId: id, body, receives }),
        ),
      },
      ({ batchItemFailures }) => {
        const again = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        for (const message of given) {
          if (again.has(message.id)) message.returns += 1;
          else message.isAcknowledged = true;
        }
      },
      given,
    );
    this.#world.after(visibilityMs, () => {
      for (const message of given) if (!message.isAcknowledged) this.#offer(message);
    });
  }
}
