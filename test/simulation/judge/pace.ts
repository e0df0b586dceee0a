import type { Table } from '../../../lambda/shared/table.ts';
import type { World } from '../world.ts';

/** A clock that jumps, or an entry that is done at once, may bring forward so many. */
const atOnce = 2;

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

/** A table that tells of each entry when a lease on it is written for the first time. */
export function hearBeginnings(table: Table, begins: () => void): Table {
  const seen = new Set<string>();
  return {
    ...table,
    put: (row, revision) => {
      const { body, key } = row;
      const isTaken = typeof body === 'object' && body !== null && 'lease' in body;
      if (isTaken && !seen.has(key)) {
        seen.add(key);
        begins();
      }
      return table.put(row, revision);
    },
  };
}
