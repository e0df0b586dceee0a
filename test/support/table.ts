import type { Entry } from '../../lambda/ledger/entry.ts';
import { agendaLists } from '../../lambda/ledger/entry-row.ts';
import type { InvalidEffectEntry } from '../../lambda/ledger/invalid-effect.ts';
import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import type { Row, Table } from '../../lambda/ledger/table.ts';

/** A table in memory that remembers every row as it was written. */
export interface RecordedTable extends Table {
  /** Oldest first; of one key as often as it was written. */
  readonly written: readonly Row[];
}

/** Builds a table that keeps a record of what was written to it. */
export function createRecordedTable(deps: { readonly now: () => Date }): RecordedTable {
  const table = createMemoryTable(deps);
  const written: Row[] = [];
  return {
    ...table,
    written,
    put: async (row, seen) => {
      const revision = await table.put(row, seen);
      if (revision !== undefined) written.push(structuredClone(row));
      return revision;
    },
  };
}

/** What a person is to look at, the oldest first. */
export function readParked(table: Table): Promise<readonly (Entry | InvalidEffectEntry)[]> {
  return readList<Entry | InvalidEffectEntry>(table, agendaLists.parked);
}

/** What waits to be brought about, whether its time has come or not. */
export function readDue(table: Table, instance = 'ACE'): Promise<readonly Entry[]> {
  return readList<Entry>(table, agendaLists.due(instance));
}

async function readList<Kept>(table: Table, list: string): Promise<readonly Kept[]> {
  const { entries } = await table.agenda(list, { until: new Date('2100-01-01'), limit: 10_000 });
  const rows = await Promise.all(entries.map(({ key }) => table.get(key)));
  return rows.flatMap((row) => (row === undefined ? [] : [row.body as Kept]));
}
