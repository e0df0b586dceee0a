import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import type { Table } from '../../lambda/ledger/table.ts';

/** A table in memory that knows its size; on AWS the ledger is in DynamoDB. */
export function createSizedTable(deps: { readonly now: () => Date }): Table & {
  /** Size of all bodies, as JSON. */
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
        const rowBytes = JSON.stringify(row.body).length;
        bytes += rowBytes - (bytesByKey.get(row.key) ?? 0);
        bytesByKey.set(row.key, rowBytes);
      }
      return revision;
    },
  };
}
