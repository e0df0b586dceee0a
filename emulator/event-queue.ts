import type { Clock } from './clock.ts';
import { Agenda } from './engine/agenda.ts';
import type { LoggedEvent } from './event-log.ts';
import type { QueuedEvent } from './instance-types.ts';

/** An event that was accepted and is not yet processed. */
export interface PendingEvent {
  readonly event: QueuedEvent;
  readonly due: Date;
  /** Its line in the event log. */
  readonly line: LoggedEvent;
}

/**
 * The accepted events until they are processed: by due time, those of the same instant in the order
 * of arrival.
 */
export class EventQueue implements Disposable {
  readonly #clock: Clock;
  readonly #agenda: Agenda;
  readonly #process: (pending: PendingEvent) => void;
  #pending: PendingEvent[] = [];
  #heldUntil: Date | undefined;

  constructor(clock: Clock, process: (pending: PendingEvent) => void) {
    this.#clock = clock;
    this.#agenda = new Agenda(clock);
    this.#process = process;
  }

  /** Queues an event until its due time. */
  add(pending: PendingEvent): void {
    const before = this.#pending.findLastIndex(({ due }) => due <= pending.due);
    this.#pending.splice(before + 1, 0, pending);
    this.#agenda.at(pending.due, () => this.#drain());
  }

  /**
   * Processes no event before this instant, and then every due event, in order.
   *
   * A later instant from an earlier call remains in effect.
   */
  holdUntil(instant: Date): void {
    if (this.#heldUntil && this.#heldUntil >= instant) return;
    this.#heldUntil = instant;
    this.#agenda.at(instant, () => this.#drain());
  }

  /** Removes the last event of the same kind and target. `undefined` if none is pending. */
  unsend(event: QueuedEvent): PendingEvent | undefined {
    const at = this.#pending.findLastIndex(({ event: other }) => isSameTarget(event, other));
    return at < 0 ? undefined : this.#pending.splice(at, 1)[0];
  }

  [Symbol.dispose](): void {
    this.#agenda[Symbol.dispose]();
    this.#pending = [];
  }

  /**
   * A timer may be late and another may fire first. So each timer processes every due event in
   * order.
   */
  #drain(): void {
    const now = this.#clock.now();
    if (this.#heldUntil && now < this.#heldUntil) return;
    const waiting = this.#pending.findIndex(({ due }) => due > now);
    const due = this.#pending.splice(0, waiting < 0 ? this.#pending.length : waiting);
    for (const pending of due) this.#process(pending);
  }
}

function isSameTarget(one: QueuedEvent, other: QueuedEvent): boolean {
  return one.kind === other.kind && targetOf(one) === targetOf(other);
}

function targetOf(event: QueuedEvent): string | undefined {
  if (event.kind === 'SET_GLOBAL') return event.globalVariable;
  if ('machine' in event) return event.machine;
  return 'job' in event ? event.job : undefined;
}
