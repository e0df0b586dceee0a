/** One row of the ledger table. */
export interface Row {
  readonly key: string;
  /** JSON value. The ledger defines its meaning. */
  readonly body: unknown;
  /** Agenda list of the row and its time. @default - the row is on no list */
  readonly agenda?: AgendaEntry;
  /** Target by which people find the row. @default - the row is found by its key only */
  readonly target?: RowTarget;
  /**
   * Partition of the hour index, as `toHour` makes it. @default - the row is of no instance, or is
   * not part of what happened on it
   */
  readonly hour?: string;
  /**
   * From this instant on the row does not exist. DynamoDB deletes it some days later.
   *
   * @default - the row does not expire
   */
  readonly expiresAt?: Date;
}

/** A row's entry in an agenda list. Rows of one list are ordered by time. */
export interface AgendaEntry {
  /** Such as `due ACE`. */
  readonly list: string;
  readonly at: Date;
}

/** The target of a row. Rows of one target are found together, the newest change first. */
export interface RowTarget {
  /** Such as `ACE job REPAIR`. */
  readonly name: string;
  readonly changedAt: Date;
}

/**
 * A row that was read. Every write increases `revision`, and names the revision that it replaces.
 */
export interface StoredRow extends Row {
  readonly revision: number;
}

/** A page of keys, in the order of the index. */
export interface KeyPage {
  readonly entries: readonly { readonly key: string; readonly at: Date }[];
  /** Token of the next page. Absent on the last page. */
  readonly next?: string;
}

/**
 * The ledger table: single rows, each written only over the revision that was read.
 *
 * Every method rejects with a `LedgerError` if the table cannot be accessed. A lost race is a
 * return value, not an error.
 */
export interface Table {
  /** Reads the present row (strongly consistent). */
  get(key: string): Promise<StoredRow | undefined>;
  /**
   * Writes a row if the stored revision is still the one that was read, or if none is stored.
   *
   * @param seen the revision that was read, or `undefined` if there was no row
   * @returns the new revision, or `undefined` if another writer was faster
   */
  put(row: Row, seen: number | undefined): Promise<number | undefined>;
  /**
   * Keys of a list that are due by `until`, oldest first.
   *
   * May lag behind `put` (eventually consistent), and may contain a row that has expired. Rows of
   * one instant come in any order.
   */
  agenda(
    list: string,
    options: { readonly until: Date; readonly limit: number; readonly from?: string },
  ): Promise<KeyPage>;
}

/** The keys of the rows of a time span. */
export interface SpanKeys {
  /** Those of the newest hour first; within an hour in no particular order. */
  readonly keys: readonly string[];
  /** True if there are more keys than were requested. */
  readonly isCut: boolean;
}

/** A table that also finds rows by target, and by instance and time. */
export interface SearchableTable extends Table {
  /**
   * Keys of all rows of a target, the newest change first.
   *
   * May lag behind `put` (eventually consistent), and may contain a row that has expired. Rows of
   * one instant come in any order.
   */
  ofTarget(
    name: string,
    options: { readonly limit: number; readonly from?: string },
  ): Promise<KeyPage>;
  /**
   * Keys of the rows of an instance whose last change was in one of the hours of a time span. The
   * first and the last hour are read as a whole.
   *
   * May lag behind `put` (eventually consistent), and may contain a row that has expired.
   *
   * @param span `limit`: maximum number of keys
   */
  inSpan(
    instance: string,
    span: { readonly from: Date; readonly until: Date; readonly limit: number },
  ): Promise<SpanKeys>;
}
