import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import type { Table } from '../../lambda/ledger/table.ts';

/** A table in memory that knows how much lies in it, since on AWS it would lie elsewhere. */
export function createWeighedTable(deps: { readonly now: () => Date }): Table & {
  /** Of all bodies, as JSON. */
  readonly bytes: () => number;
} {
  const table = createMemoryTable(deps);
  const bytesByKey = new Map<string, number>();
  let bytes = 0;
  return {
    ...table,
    bytes: () => bytes,
    put: async (row, seen) => {
      const revision = await table.put(row, seen);
      if (revision !== undefined) {
        const its = JSON.stringify(row.body).length;
        bytes += its - (bytesByKey.get(row.key) ?? 0);
        bytesByKey.set(row.key, its);
      }
      return revision;
    },
  };
}
