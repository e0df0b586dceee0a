import type { Table } from '../../../lambda/ledger/table.ts';
import type { World } from '../world.ts';

/** Tolerance in entries: for a clock jump, or an entry that is finished at once. */
const tolerance = 3;

/** Checks the rate at which each drain starts entries. */
export class DrainRateWatch {
  readonly violations: string[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Watches one drain. The returned function records when the work on an entry began. */
  watch(perSecond: number, instance: string): (beganMs: number) => void {
    const startedMs: number[] = [];
    return (beganMs) => {
      this.#world.count('entries drained');
      const isTooFast = startedMs.some((fromMs) => {
        const since = startedMs.filter((atMs) => atMs > fromMs && atMs <= beganMs).length + 1;
        return fromMs < beganMs && since > (perSecond * (beganMs - fromMs)) / 1_000 + tolerance;
      });
      startedMs.push(beganMs);
      if (isTooFast) {
        this.violations.push(
          `a drain of ${instance} started more than ${perSecond} entries a second`,
        );
      }
    };
  }
}

/**
 * Wraps a table and calls `onFirstRead` for the first read of each entry that the agenda listed,
 * with the time at which the read began.
 *
 * Not counted are a read that failed, since the drain skips such entries faster, and the read of a
 * predecessor, which belongs to the work on another entry.
 */
export function watchFirstReads(
  table: Table,
  { nowMs, onFirstRead }: { nowMs: () => number; onFirstRead: (beganMs: number) => void },
): Table {
  const listed = new Set<string>();
  const seen = new Set<string>();
  return {
    ...table,
    agenda: async (list, options) => {
      const page = await table.agenda(list, options);
      for (const { key } of page.entries) listed.add(key);
      return page;
    },
    get: async (key) => {
      const beganMs = nowMs();
      const isFirst = listed.has(key) && !seen.has(key);
      seen.add(key);
      const row = await table.get(key);
      if (isFirst) onFirstRead(beganMs);
      for (const predecessor of readPredecessors(row?.body)) seen.add(predecessor);
      return row;
    },
  };
}

function readPredecessors(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null || !('after' in body)) return [];
  return Array.isArray(body.after) ? body.after.map(String) : [];
}
