import type { KeyPage, SearchableTable } from '../../lambda/ledger/table.ts';
import { createCountedTable, createUnitCount, type LedgerUnits } from '../launch/counted-table.ts';

/** What one function uses of the ledger. */
export type LedgerUse = LedgerUnits & {
  /** Round trips: rows read and written, and queries. */
  readonly trips: number;
};

/** A table as one function uses it, and its use since the last call of `take`. */
export interface MeteredTable {
  readonly table: SearchableTable;
  readonly take: () => LedgerUse;
}

/** About the bytes of one entry of an index: its keys. */
const indexEntryBytes = 150;

/**
 * Creates metered views of one table, one for each function.
 *
 * A query of an index is eventually consistent: half a unit for each 4 KB of entries, at least half
 * a unit (DynamoDB developer guide, read consistency).
 */
export function createMeteredTables(table: SearchableTable): () => MeteredTable {
  const countUnits = createUnitCount();
  return function openMeteredTable() {
    let use = noUse;
    const add = ({ reads, writes }: LedgerUnits) => {
      use = { trips: use.trips + 1, reads: use.reads + reads, writes: use.writes + writes };
    };
    const query = async (asked: Promise<KeyPage>) => {
      const page = await asked;
      const blocks = Math.ceil((page.entries.length * indexEntryBytes) / 4_096);
      add({ reads: Math.max(1, blocks) / 2, writes: 0 });
      return page;
    };
    return {
      table: {
        ...createCountedTable(table, (trip) => add(countUnits(trip))),
        agenda: (list, page) => query(table.agenda(list, page)),
        ofTarget: (name, page) => query(table.ofTarget(name, page)),
      },
      take: () => {
        const taken = use;
        use = noUse;
        return taken;
      },
    };
  };
}

const noUse: LedgerUse = { trips: 0, reads: 0, writes: 0 };
