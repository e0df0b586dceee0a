/** A scheduled callback. */
export interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

interface Entry extends Timer {
  readonly order: number;
  isCancelled: boolean;
}

/** A queue of timers, ordered by time and then by insertion. A binary heap. */
export class Timers {
  readonly #heap: Entry[] = [];
  #order = 0;

  add(atMs: number, run: () => void): Disposable {
    this.#order += 1;
    const entry = { atMs, run, order: this.#order, isCancelled: false };
    this.#siftUp(entry);
    return {
      [Symbol.dispose]: () => {
        entry.isCancelled = true;
      },
    };
  }

  /** Removes and returns the next active timer; `undefined` when none is due by `untilMs`. */
  take(untilMs: number): Timer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > untilMs) return undefined;
      const last = this.#heap.pop();
      if (last !== undefined && last !== first) this.#siftDown(last);
      if (!first.isCancelled) return first;
    }
  }

  #siftUp(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const other = heap[parent];
      if (other === undefined || isBefore(other, entry)) break;
      heap[index] = other;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Replaces the first entry and restores the heap order. */
  #siftDown(entry: Entry): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [one, other] = [heap[left], heap[left + 1]];
      if (one === undefined) break;
      const isLeft = other === undefined || isBefore(one, other);
      const child = isLeft ? one : other;
      if (isBefore(entry, child)) break;
      heap[index] = child;
      index = isLeft ? left : left + 1;
    }
    heap[index] = entry;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
