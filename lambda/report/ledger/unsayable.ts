import type { AutosysInstance } from '../../../autosys/names.ts';
import { LedgerError } from '../../shared/errors.ts';
import type { StoredRow, Table } from '../../shared/table.ts';
import type { Version } from '../order.ts';
import type { Cause, Entry, Note } from './entry.ts';
import { agendaLists, keptMs, parseEntry } from './rows.ts';

/** Something a route asked for that could not be said: there is nothing to send, only something to mend. */
export interface UnsayableEntry {
  readonly format: 1;
  readonly kind: 'unsayable';
  readonly to: AutosysInstance;
  readonly version: Version;
  readonly cause: Cause;
  readonly stage: 'parked';
  readonly parked: { readonly code: string; readonly reason: string };
  readonly story: readonly Note[];
}

/** Binds the parking of what cannot be said; announced again, it stands there already. */
export function createParkUnsayable({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}) {
  /** @returns the reason, as it was given */
  return async ({
    reason,
    ...what
  }: Pick<UnsayableEntry, 'to' | 'version' | 'cause'> & {
    readonly reason: string;
  }): Promise<string> => {
    const { to, version, cause } = what;
    const atMs = now().getTime();
    const entry: UnsayableEntry = {
      format: 1,
      kind: 'unsayable',
      ...what,
      stage: 'parked',
      parked: { code: 'BRIDGE_UNSAYABLE', reason },
      story: [{ atMs, text: `parked: ${reason}` }],
    };
    const row = {
      key: `unsayable ${to} ${cause.route} ${version.run} ${version.attempt} ${version.status} ${reason.slice(0, 200)}`,
      body: entry,
      agenda: { list: agendaLists.parked, at: new Date(atMs) },
      expiresAt: new Date(atMs + keptMs),
    };
    await table.put(row, undefined);
    return reason;
  };
}

/**
 * Whatever a person may want to see of a row: an entry, or what could not be said.
 *
 * @throws {LedgerError} where the row is neither, such as the gate of an instance
 */
export function parseAnyEntry(row: StoredRow): Entry | UnsayableEntry {
  const entry: Entry | UnsayableEntry = parseEntry(row);
  if (kinds.includes(entry.kind)) return entry;
  throw new LedgerError({ doing: `read ${row.key}`, reason: 'the row is no entry' });
}

const kinds: readonly string[] = ['state', 'once', 'unsayable'] satisfies (
  | Entry
  | UnsayableEntry
)['kind'][];
