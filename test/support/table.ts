import { type AgendaList, agendaLists, readAgenda } from '../../lambda/ledger/agenda.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import type { InvalidEffectEntry } from '../../lambda/ledger/invalid-effect.ts';
import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import type { Row, Table } from '../../lambda/ledger/table.ts';

/** A table in memory that records every written row. */
export interface RecordedTable extends Table {
  /** Written rows, oldest first. A key appears once per write. */
  readonly written: readonly Row[];
}

/** Creates a table that records its writes. */
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

/** Returns the parked entries, oldest first. */
export function readParked(table: Table): Promise<readonly (Entry | InvalidEffectEntry)[]> {
  return readList<Entry | InvalidEffectEntry>(table, agendaLists.parked);
}

/** Returns the entries that wait on the due list, whether they are due yet or not. */
export function readDue(table: Table, instance = 'ACE'): Promise<readonly Entry[]> {
  return readList<Entry>(table, agendaLists.due(instance));
}

async function readList<Kept>(table: Table, list: AgendaList): Promise<readonly Kept[]> {
  const entries = await readAgenda(table, list, { until: new Date('2100-01-01'), limit: 10_000 });
  const rows = await Promise.all(entries.map(({ key }) => table.get(key)));
  return rows.flatMap((row) => (row === undefined ? [] : [row.body as Kept]));
}
