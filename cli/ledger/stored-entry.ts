import type { Entry } from '../../lambda/ledger/entry.ts';
import type { InvalidEffectEntry } from '../../lambda/ledger/invalid-effect.ts';
import type { StoredRow } from '../../lambda/ledger/table.ts';

/** An entry in the ledger, with its key and the row that was read. */
export interface StoredEntry {
  readonly key: string;
  readonly row: StoredRow;
  readonly entry: Entry | InvalidEffectEntry;
}
