import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AgentClock } from '../../cli/agent/agent-io.ts';

interface ClockTimer {
  readonly at: number;
  /** Timers of one instant are called in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

/**
 * A virtual time for thousands of waiting commands. It jumps from timer to timer, and stands still
 * while a real request is in flight.
 */
export class EventClock implements AgentClock {
  #nowMs: number;
  #order = 0;
  /** A binary heap: each timer is not later than the two below it, at 2n + 1 and 2n + 2. */
  readonly #heap: ClockTimer[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  readonly now = (): number => this.#nowMs;

  readonly setTimer = (ms: number, callback: () => void): (() => void) => {
    this.#order += 1;
    const at = this.#nowMs + Math.max(0, ms);
    const timer = { at, order: this.#order, callback, isCancelled: false };
    this.#add(timer);
    return () => {
      timer.isCancelled = true;
    };
  };

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.setTimer(ms, resolve);
    });

  /** Stops the time until the promise is settled. */
  readonly during = <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    const settled: Promise<boolean> = answer.then(
      () => this.#inFlight.delete(settled),
      () => this.#inFlight.delete(settled),
    );
    this.#inFlight.add(settled);
    return answer;
  };

  /** Calls the timers in order, each at its own instant, until the time. */
  async runUntil(untilMs: number): Promise<void> {
    for (;;) {
      await nextTurn();
      while (this.#inFlight.size > 0) {
        await Promise.race(this.#inFlight);
        await nextTurn();
      }
      const next = this.#takeNext(untilMs);
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.at);
      next.callback();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #takeNext(untilMs: number): ClockTimer | undefined {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || first.at > untilMs) return undefined;
      this.#removeFirst();
      if (!first.isCancelled) return first;
    }
  }

  #add(timer: ClockTimer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && this.#isBefore(left, least)) least = left;
      if (right < heap.length && this.#isBefore(right, least)) least = right;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
