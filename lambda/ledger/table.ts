/** One row of the ledger table, whatever it stands for. */
export interface Row {
  readonly key: string;
  /** JSON; what it means is the ledger's matter. */
  readonly body: unknown;
  /** Where the row waits to be found, and from when on; absent: nobody looks for it. */
  readonly agenda?: AgendaEntry;
  /** Under what people look for it; absent: it is found by its key alone. */
  readonly target?: RowTarget;
  /** From this instant on the row does not exist; DynamoDB deletes it some days later. Absent: the row is kept. */
  readonly expiresAt?: Date;
}

/** A place on the agenda: rows of one list in the order of their time. */
export interface AgendaEntry {
  /** Such as `due ACE`. */
  readonly list: string;
  readonly at: Date;
}

/** What a row is about: rows of one target are found together, the newest change first. */
export interface RowTarget {
  /** Such as `ACE job REPAIR`. */
  readonly name: string;
  readonly changedAt: Date;
}

/** A row as it was read: `revision` rises with every write, and a write names the one it has seen. */
export interface StoredRow extends Row {
  readonly revision: number;
}

/** A page of keys, in the order of the index that was asked. */
export interface KeyPage {
  readonly entries: readonly { readonly key: string; readonly at: Date }[];
  /** Where to go on; absent at the end. */
  readonly next?: string;
}

/**
 * What the ledger asks of its table: single rows, each written only over the revision that was seen.
 *
 * Every method rejects with a `LedgerError` when the table cannot be asked; a lost race is a value.
 */
export interface Table {
  /** Reads a row as it stands now (strongly consistent). */
  get(key: string): Promise<StoredRow | undefined>;
  /**
   * Writes a row where the stored revision is still the one seen, or where none is stored.
   *
   * @param seen the revision that was read; `undefined` where no row was there
   * @returns the new revision, or `undefined` where somebody else was faster
   */
  put(row: Row, seen: number | undefined): Promise<number | undefined>;
  /**
   * Keys of a list whose time has come by `until`, oldest first.
   *
   * May lag a moment behind `put` (eventually consistent), and may name a row that has expired; rows of one instant come
   * in any order.
   */
  agenda(
    list: string,
    options: { readonly until: Date; readonly limit: number; readonly from?: string },
  ): Promise<KeyPage>;
}

/** A table in which a person may also look for what it knows of a target; no function of the bridge needs that. */
export interface SearchableTable extends Table {
  /**
   * Keys of all rows of a target, the newest change first.
   *
   * May lag a moment behind `put` (eventually consistent), and may name a row that has expired; rows of one instant come
   * in any order.
   */
  ofTarget(
    name: string,
    options: { readonly limit: number; readonly from?: string },
  ): Promise<KeyPage>;
}
