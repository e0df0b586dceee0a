import type { Entry } from '../../lambda/ledger/entry.ts';
import type { InvalidEffectEntry } from '../../lambda/ledger/invalid-effect.ts';
import type { Outage } from '../../lambda/ledger/outage.ts';
import type { StoredRow } from '../../lambda/ledger/table.ts';

/** An entry in the ledger, with its key and the row that was read. */
export interface StoredEntry {
  readonly key: string;
  readonly row: StoredRow;
  readonly entry: Entry | InvalidEffectEntry;
  /**
   * Time at which it is shown, and the outages of its instance then. @default - not read, or the
   * entry does not wait
   */
  readonly present?: { readonly nowMs: number; readonly outages: readonly Outage[] };
}
