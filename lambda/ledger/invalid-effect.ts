import type { AutosysInstance } from '../../autosys/names.ts';
import type { Version, VersionStatus } from '../workload/version.ts';
import { toKeyPart, toVersionKey } from '../workload/version-key.ts';
import { agendaLists } from './agenda.ts';
import type { Cause, Dismissal, Entry, HistoryEntry } from './entry.ts';
import { isWaitingForPerson, keptMs, parseEntry } from './entry-row.ts';
import { toHour } from './hour.ts';
import { checkBody, invalidEffectShape } from './row-schema.ts';
import type { Row, StoredRow, Table } from './table.ts';

/**
 * Ledger entry of an invalid effect. It has no event to send. An operator must correct the route or
 * the workload.
 */
export interface InvalidEffectEntry {
  readonly format: 1;
  readonly kind: 'invalidEffect';
  readonly to: AutosysInstance;
  readonly version: Version<VersionStatus>;
  readonly cause: Cause;
  readonly stage: 'parked';
  readonly parked: { readonly code: string; readonly reason: string };
  readonly dismissed?: Dismissal;
  readonly history: readonly HistoryEntry[];
}

/**
 * Creates the function that parks an invalid effect. If it is requested again, the row is
 * unchanged.
 */
export function createParkInvalidEffect({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}) {
  /** @returns the key of the row */
  return async function parkInvalidEffect({
    reason,
    ...request
  }: Pick<InvalidEffectEntry, 'to' | 'version' | 'cause'> & {
    readonly reason: string;
  }): Promise<string> {
    const { to, version, cause } = request;
    const atMs = now().getTime();
    const entry: InvalidEffectEntry = {
      format: 1,
      kind: 'invalidEffect',
      ...request,
      stage: 'parked',
      parked: { code: 'BRIDGE_INVALID_EFFECT', reason },
      history: [{ atMs, text: `parked: ${reason}` }],
    };
    const key = `invalid ${to} ${toKeyPart(cause.route)} ${toVersionKey(version)} ${toKeyPart(reason)}`;
    await table.put(toInvalidEffectRow(key, entry, atMs), undefined);
    return key;
  };
}

/** The row of an invalid effect. It is on the agenda and does not expire until it is dismissed. */
export function toInvalidEffectRow(key: string, entry: InvalidEffectEntry, nowMs: number): Row {
  const { atMs } = entry.history.at(-1) ?? { atMs: nowMs };
  return {
    key,
    body: entry,
    hour: toHour(entry.to, atMs, key),
    ...(isWaitingForPerson(entry)
      ? { agenda: { list: agendaLists.parked, at: new Date(atMs) } }
      : { expiresAt: new Date(nowMs + keptMs) }),
  };
}

/**
 * The entry or invalid effect in a row.
 *
 * @throws {LedgerError} if the row is neither, such as a circuit breaker; if it is damaged, or
 *   other software wrote it
 */
export function parseAnyEntry(row: StoredRow): Entry | InvalidEffectEntry {
  if (!row.key.startsWith('invalid ')) return parseEntry(row);
  checkBody(row, invalidEffectShape);
  return row.body as InvalidEffectEntry;
}
