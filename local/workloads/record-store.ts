import type { LocalClock } from '../clock.ts';

interface RecordVersion<Item> {
  readonly at: number;
  readonly item: Item;
}

/** Records by id, with the time of each change, so that a read may lag behind. */
export class RecordStore<Item> {
  readonly #clock: LocalClock;
  readonly #versions = new Map<string, RecordVersion<Item>[]>();

  constructor(clock: LocalClock) {
    this.#clock = clock;
  }

  /** Adds a record, or replaces the record of the same id. */
  put(id: string, item: Item): Item {
    const versions = this.#versions.get(id) ?? [];
    versions.push({ at: this.#clock.now(), item });
    this.#versions.set(id, versions);
    return item;
  }

  /** The record as it was `lagMs` ago; undefined if there was none. */
  find(id: string, lagMs = 0): Item | undefined {
    const until = this.#clock.now() - lagMs;
    return this.#versions.get(id)?.findLast(({ at }) => at <= until)?.item;
  }

  /** All records as they were `lagMs` ago, the newest last. */
  list(lagMs = 0): readonly Item[] {
    return [...this.#versions.keys()].flatMap((id) => this.find(id, lagMs) ?? []);
  }

  delete(id: string): void {
    this.#versions.delete(id);
  }
}
