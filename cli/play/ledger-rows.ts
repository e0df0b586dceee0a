import { isPending } from '../../lambda/ledger/entry.ts';
import { isWaitingForPerson } from '../../lambda/ledger/entry-row.ts';
import { readItem } from '../../lambda/ledger/store/dynamo-item.ts';
import type { Local } from '../../local/index.ts';
import { readRow } from '../ledger/open.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import { toLedgerTable } from './environment.ts';

/** Keys of entries begin with these words; other rows are runs, launches and breakers. */
const entryKey = /^(?:state|once|switch|invalid) /;

/** Every entry in the ledger of the embedded AWS. A row that cannot be parsed is an error. */
export async function readEntries(aws: Local): Promise<readonly StoredEntry[]> {
  const items = await aws.tables.items(toLedgerTable({ aws }));
  return items.flatMap((item) => {
    const row = readItem(item);
    if (typeof row === 'string') throw new Error(`ledger row: ${row}`);
    if (!entryKey.test(row.key)) return [];
    const stored = readRow(row);
    if ('unreadable' in stored) throw new Error(stored.unreadable);
    return [stored];
  });
}

/** True while the bridge has something to do for an entry. */
export function isOpenEntry({ entry }: StoredEntry): boolean {
  return entry.kind !== 'invalidEffect' && isPending(entry);
}

/** True for a parked entry that a person has to replay or dismiss. */
export function isParkedEntry({ entry }: StoredEntry): boolean {
  return isWaitingForPerson(entry);
}
