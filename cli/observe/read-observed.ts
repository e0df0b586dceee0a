import type { AutosysInstance } from '../../autosys/names.ts';
import { LedgerError } from '../../lambda/errors.ts';
import { isObservedKey, type ObservedEntry } from '../../lambda/ledger/observed.ts';
import { parseObserved } from '../../lambda/ledger/parse-observed.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';

/** Maximum rows of one instance whose keys are read. More than in a month of a busy night. */
const maxKeys = 200_000;

/** Rows that are read at once. */
const concurrency = 50;

/** The observed entries of some instances in a time span. */
export interface ReadObserved {
  readonly entries: readonly { readonly key: string; readonly entry: ObservedEntry }[];
  /** Rows that cannot be parsed, with the reason. */
  readonly unreadable: readonly string[];
  /** True if there are more rows than were read. */
  readonly isCut: boolean;
}

/**
 * Reads the observed entries whose events the bridge received in a time span. Rows of other kinds
 * are not read.
 *
 * @throws {LedgerError} if the table cannot be read
 */
export async function readObserved(
  table: SearchableTable,
  instances: readonly AutosysInstance[],
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<ReadObserved> {
  const entries: { key: string; entry: ObservedEntry }[] = [];
  const unreadable: string[] = [];
  let isCut = false;
  for (const instance of instances) {
    const span = await table.inSpan(instance, { from, until, limit: maxKeys });
    isCut ||= span.isCut;
    const keys = span.keys.filter(isObservedKey);
    for (let at = 0; at < keys.length; at += concurrency) {
      const rows = await Promise.all(keys.slice(at, at + concurrency).map((key) => table.get(key)));
      for (const row of rows) {
        if (row === undefined) continue;
        try {
          entries.push({ key: row.key, entry: parseObserved(row) });
        } catch (error) {
          if (!(error instanceof LedgerError)) throw error;
          unreadable.push(error.message);
        }
      }
    }
  }
  const isWithin = ({ cause: { seenMs } }: ObservedEntry) =>
    seenMs >= from.getTime() && seenMs <= until.getTime();
  return { entries: entries.filter(({ entry }) => isWithin(entry)), unreadable, isCut };
}
