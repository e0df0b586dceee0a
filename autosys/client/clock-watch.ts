import { clockToleranceMs } from '../clock-tolerance.ts';

/** The times of a reply: its `Date` header, and when it was awaited by the local clock. */
export interface DatedAnswer {
  /** In whole seconds (RFC 9110, 6.6.1). */
  readonly date: Date;
  readonly sentMs: number;
  readonly receivedMs: number;
}

/**
 * How far the clock of a server is ahead of the local clock, in milliseconds. Negative if behind.
 *
 * The smallest difference that is possible: the reply was created between sending and receiving,
 * within the second of its `Date`.
 */
export function toClockDifferenceMs({ date, sentMs, receivedMs }: DatedAnswer): number {
  const leastMs = date.getTime() - receivedMs;
  const mostMs = date.getTime() + 1_000 - sentMs;
  if (leastMs > 0) return leastMs;
  return mostMs < 0 ? mostMs : 0;
}

/**
 * Stores the difference between the clock of AutoSys and the local clock.
 *
 * HTTP documents the header `Date`. That AEWS sends it, and that its host has the clock of the
 * scheduler, is inferred.
 */
export class ClockWatch {
  readonly #notify: ((differenceMs: number) => void) | undefined;
  #differenceMs: number | undefined;

  /** @param notify called for each reply whose difference is above the tolerance */
  constructor(notify?: (differenceMs: number) => void) {
    this.#notify = notify;
  }

  /** From the last reply of AEWS. `undefined` before the first. */
  get differenceMs(): number | undefined {
    return this.#differenceMs;
  }

  /** Whether times of AutoSys cannot be compared with local times. */
  get differs(): boolean {
    return Math.abs(this.#differenceMs ?? 0) > clockToleranceMs;
  }

  /** Stores the difference of a reply. */
  record(answer: DatedAnswer): void {
    const differenceMs = toClockDifferenceMs(answer);
    this.#differenceMs = differenceMs;
    if (this.differs) this.#notify?.(differenceMs);
  }
}
