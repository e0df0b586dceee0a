import { LedgerError } from '../../lambda/errors.ts';
import { type GroupRecord, parseGroup, toGroupTarget } from '../../lambda/groups/group-row.ts';
import type { SearchableTable, StoredRow } from '../../lambda/ledger/table.ts';
import type { Page } from './find.ts';
import type { Unreadable } from './open.ts';

/** The business days of a group, the last one first. */
export async function findGroupDays(
  table: SearchableTable,
  { name, limit }: { readonly name: string; readonly limit: number },
): Promise<Page<GroupRecord | Unreadable>> {
  const { entries } = await table.ofTarget(toGroupTarget(name), { limit: limit + 1 });
  const rows = await Promise.all(entries.slice(0, limit).map(({ key }) => table.get(key)));
  return {
    found: rows.flatMap((row) => (row === undefined ? [] : [readGroupRow(row)])),
    more: entries.length > limit,
  };
}

function readGroupRow(row: StoredRow): GroupRecord | Unreadable {
  try {
    return parseGroup(row);
  } catch (error) {
    if (error instanceof LedgerError) return { key: row.key, unreadable: error.message };
    throw error;
  }
}
