import { clockToleranceMs } from '../clock-tolerance.ts';

/** When an answer left the server by its own `Date` header, and when it was waited for by our clock. */
export interface DatedAnswer {
  /** In whole seconds (RFC 9110, 6.6.1). */
  readonly date: Date;
  readonly sentMs: number;
  readonly receivedMs: number;
}

/**
 * How far the clock of a server is ahead of ours, in milliseconds; negative where it is behind.
 *
 * The smallest difference that explains the answer: it left between sending and receiving, within the second of its date.
 */
export function toClockDifferenceMs({ date, sentMs, receivedMs }: DatedAnswer): number {
  const leastMs = date.getTime() - receivedMs;
  const mostMs = date.getTime() + 1_000 - sentMs;
  if (leastMs > 0) return leastMs;
  return mostMs < 0 ? mostMs : 0;
}

/**
 * Remembers how far the clock of AutoSys differs from ours.
 *
 * HTTP documents the header `Date`. That AEWS sends it, and that its host has the clock of the scheduler, is inferred.
 */
export class ClockWatch {
  readonly #tell: ((differenceMs: number) => void) | undefined;
  #differenceMs: number | undefined;

  /** @param tell notified of each answer of a clock beyond the tolerance */
  constructor(tell?: (differenceMs: number) => void) {
    this.#tell = tell;
  }

  /** By the last answer of AEWS; `undefined` before the first. */
  get differenceMs(): number | undefined {
    return this.#differenceMs;
  }

  /** Whether times of AutoSys cannot be compared with ours. */
  get differs(): boolean {
    return Math.abs(this.#differenceMs ?? 0) > clockToleranceMs;
  }

  note(answer: DatedAnswer): void {
    const differenceMs = toClockDifferenceMs(answer);
    this.#differenceMs = differenceMs;
    if (this.differs) this.#tell?.(differenceMs);
  }
}
