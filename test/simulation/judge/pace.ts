import type { Table } from '../../../lambda/ledger/table.ts';
import type { World } from '../world.ts';

/** A clock that jumps, an entry that is done at once, or the read of a predecessor may bring forward so many. */
const atOnce = 3;

/** Watches how fast drains begin entries: at most so many a second each. */
export class Pace {
  readonly violations: string[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** One drain, which hears its own beginnings. */
  watch(perSecond: number, instance: string): () => void {
    const begunMs: number[] = [];
    return () => {
      this.#world.count('drained');
      begunMs.push(this.#world.nowMs);
      const before = begunMs.at(-1 - perSecond - atOnce);
      if (before !== undefined && this.#world.nowMs - before < 1_000) {
        this.violations.push(`a drain of ${instance} began more than ${perSecond} in a second`);
      }
    };
  }
}

/** A table that tells of each entry on its list of due entries, when it is read for the first time. */
export function hearBeginnings(table: Table, begins: () => void): Table {
  const listed = new Set<string>();
  const seen = new Set<string>();
  return {
    ...table,
    agenda: async (list, options) => {
      const page = await table.agenda(list, options);
      for (const { key } of page.entries) listed.add(key);
      return page;
    },
    get: (key) => {
      if (listed.has(key) && !seen.has(key)) begins();
      seen.add(key);
      return table.get(key);
    },
  };
}
