import type { StoredRow, Table } from '../../lambda/ledger/table.ts';

/** The rows with these keys, in their order. A key without a row is left out. */
export async function readRows(
  table: Pick<Table, 'get'>,
  keys: readonly string[],
): Promise<readonly StoredRow[]> {
  const rows = await Promise.all(keys.map((key) => table.get(key)));
  return rows.flatMap((row) => (row === undefined ? [] : [row]));
}
