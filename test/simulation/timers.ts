/** Something that is to happen. */
export interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

interface Entry extends Timer {
  readonly order: number;
  calledOff: boolean;
}

/** What is still to happen, the earliest first, of one instant in the order of asking; a binary heap. */
export class Timers {
  readonly #heap: Entry[] = [];
  #order = 0;

  add(atMs: number, run: () => void): Disposable {
    this.#order += 1;
    const entry = { atMs, run, order: this.#order, calledOff: false };
    this.#rise(entry);
    return {
      [Symbol.dispose]: () => {
        entry.calledOff = true;
      },
    };
  }

  /** Takes the next one off that is not called off; `undefined` where none is due by then. */
  take(untilMs: number): Timer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > untilMs) return undefined;
      const last = this.#heap.pop();
      if (last !== undefined && last !== first) this.#sink(last);
      if (!first.calledOff) return first;
    }
  }

  #rise(entry: Entry): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above];
      if (other === undefined || isBefore(other, entry)) break;
      heap[place] = other;
      place = above;
    }
    heap[place] = entry;
  }

  /** Puts an entry where the first one was. */
  #sink(entry: Entry): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const [one, other] = [heap[left], heap[left + 1]];
      if (one === undefined) break;
      const isLeft = other === undefined || isBefore(one, other);
      const child = isLeft ? one : other;
      if (isBefore(entry, child)) break;
      heap[place] = child;
      place = isLeft ? left : left + 1;
    }
    heap[place] = entry;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
