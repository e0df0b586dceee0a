import type { Entry } from '../../lambda/report/ledger/entry.ts';
import type { StoredRow } from '../../lambda/shared/table.ts';

/** An entry that can be replayed, with the row that was seen. */
export interface Replayable {
  readonly key: string;
  readonly entry: Entry;
  readonly row: StoredRow;
}

/** What became of one key. */
export type Replayed = { readonly key: string; readonly what?: string } & (
  | { readonly kind: 'replayed' }
  /** It stands as it stood, and why. */
  | { readonly kind: 'left'; readonly reason: string }
  /** Nobody knows whether it was written. */
  | { readonly kind: 'unknown'; readonly reason: string }
);
