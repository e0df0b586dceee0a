import type { Row, SearchableTable } from '../../lambda/ledger/table.ts';

/** One round trip to the ledger. */
export type LedgerTrip =
  | { readonly of: 'get'; readonly key: string }
  | { readonly of: 'put'; readonly row: Row; readonly seen: number | undefined };

/** A table whose round trips are notified before they are made. */
export function createCountedTable(
  table: SearchableTable,
  onTrip: (trip: LedgerTrip) => void,
): SearchableTable {
  return {
    ...table,
    get: (key) => {
      onTrip({ of: 'get', key });
      return table.get(key);
    },
    put: (row, seen) => {
      onTrip({ of: 'put', row, seen });
      return table.put(row, seen);
    },
  };
}

/** Request units of DynamoDB, as they are billed. */
export interface LedgerUnits {
  readonly reads: number;
  readonly writes: number;
}

/**
 * Creates the count of request units, over all trips since.
 *
 * A strongly consistent read is one unit per 4 KB, and rows are smaller. A write is one unit per KB;
 * for each index, one unit if the row is new in it or leaves it, and two if its index key changes
 * (DynamoDB developer guide, global secondary indexes).
 */
export function createUnitCount(): (trip: LedgerTrip) => LedgerUnits {
  const rows = new Map<string, readonly string[]>();
  return function countUnits(trip) {
    if (trip.of === 'get') return { reads: 1, writes: 0 };
    const { key, body, agenda, target, hour } = trip.row;
    const before = rows.get(key) ?? [];
    const after = [agenda, target, hour].map((entry) => (entry ? JSON.stringify(entry) : ''));
    rows.set(key, after);
    const ofIndexes = after.map((entry, at) => {
      const old = before[at] ?? '';
      if (entry === old) return 0;
      return entry === '' || old === '' ? 1 : 2;
    });
    const ofRow = Math.ceil((JSON.stringify(body).length + attributeBytes) / 1_024);
    return { reads: 0, writes: ofIndexes.reduce((sum, units) => sum + units, ofRow) };
  };
}

/** Names and values of the other attributes of a row, about. */
const attributeBytes = 200;
