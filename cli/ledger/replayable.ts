import type { Entry } from '../../lambda/ledger/entry.ts';
import type { StoredRow } from '../../lambda/ledger/table.ts';
import type { KeyOutcome } from './outcome.ts';

/** An entry that can be replayed, with the row that was read. */
export interface Replayable {
  readonly key: string;
  readonly entry: Entry;
  readonly row: StoredRow;
}

/** The result for one key. */
export type Replayed = KeyOutcome<'replayed'>;
