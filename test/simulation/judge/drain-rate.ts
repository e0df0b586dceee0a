import type { Table } from '../../../lambda/ledger/table.ts';
import type { World } from '../world.ts';

/**
 * Tolerance in entries: for a clock jump, an entry that is finished at once, or the read of a
 * predecessor.
 */
const tolerance = 3;

/** Checks the rate at which each drain starts entries. */
export class DrainRateWatch {
  readonly violations: string[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Watches one drain. The returned function records the start of an entry. */
  watch(perSecond: number, instance: string): () => void {
    const startedMs: number[] = [];
    return () => {
      this.#world.count('entries drained');
      startedMs.push(this.#world.nowMs);
      const isTooFast = startedMs.some((fromMs, index) => {
        const seconds = (this.#world.nowMs - fromMs) / 1_000;
        return startedMs.length - index - 1 > perSecond * seconds + tolerance;
      });
      if (isTooFast) {
        this.violations.push(
          `a drain of ${instance} started more than ${perSecond} entries a second`,
        );
      }
    };
  }
}

/** Wraps a table and calls `onFirstRead` at the first read of each entry that the agenda listed. */
export function watchFirstReads(table: Table, onFirstRead: () => void): Table {
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
      if (listed.has(key) && !seen.has(key)) onFirstRead();
      seen.add(key);
      return table.get(key);
    },
  };
}
