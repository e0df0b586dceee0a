import type { AutosysInstance } from '../../../autosys/names.ts';
import type { Row, StoredRow, Table } from '../../shared/table.ts';
import type { Version } from '../order.ts';
import type { Cause, Dismissal, Entry, Note } from './entry.ts';
import {
  agendaLists,
  isWaitingForPerson,
  keptMs,
  parseEntry,
  toKeyPart,
  toVersionKey,
} from './rows.ts';
import { checkBody, unsayableShape } from './shape.ts';

/** Something a route asked for that could not be said: there is nothing to send, only something to mend. */
export interface UnsayableEntry {
  readonly format: 1;
  readonly kind: 'unsayable';
  readonly to: AutosysInstance;
  readonly version: Version;
  readonly cause: Cause;
  readonly stage: 'parked';
  readonly parked: { readonly code: string; readonly reason: string };
  readonly dismissed?: Dismissal;
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
  /** @returns the key of the row */
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
    const key = `unsayable ${to} ${toKeyPart(cause.route)} ${toVersionKey(version)} ${toKeyPart(reason)}`;
    await table.put(toUnsayableRow(key, entry, atMs), undefined);
    return key;
  };
}

/** The row that keeps it: on the agenda and without expiry until it is dismissed. */
export function toUnsayableRow(key: string, entry: UnsayableEntry, nowMs: number): Row {
  const { atMs } = entry.story.at(-1) ?? { atMs: nowMs };
  return {
    key,
    body: entry,
    ...(isWaitingForPerson(entry)
      ? { agenda: { list: agendaLists.parked, at: new Date(atMs) } }
      : { expiresAt: new Date(nowMs + keptMs) }),
  };
}

/**
 * Whatever a person may want to see of a row: an entry, or what could not be said.
 *
 * @throws {LedgerError} where the row is neither, such as the gate of an instance; where it is damaged or of other software
 */
export function parseAnyEntry(row: StoredRow): Entry | UnsayableEntry {
  if (!row.key.startsWith('unsayable ')) return parseEntry(row);
  checkBody(row, unsayableShape);
  return row.body as UnsayableEntry;
}
