import { LedgerError } from '../../lambda/errors.ts';
import { dismissEntry } from '../../lambda/ledger/dismiss.ts';
import { isWaitingForPerson, toRow } from '../../lambda/ledger/entry-row.ts';
import { toInvalidEffectRow } from '../../lambda/ledger/invalid-effect.ts';
import type { Row, Table } from '../../lambda/ledger/table.ts';
import { type KeyOutcome, toName, toUnchanged } from './outcome.ts';
import { type EntrySelection, findSelected, type SelectedEntry } from './selection.ts';
import type { StoredEntry } from './stored-entry.ts';

/** The result for one key. */
export type Dismissed = KeyOutcome<'dismissed'>;

/** Who dismisses the entries, why, and the clock. */
export interface DismissOptions {
  readonly by: string;
  readonly note: string;
  readonly now: () => Date;
}

/** Dismisses the selected parked entries, one by one. Stops at the first failure of the table. */
export async function dismissAll(
  table: Table,
  selection: EntrySelection,
  dismissing: DismissOptions,
): Promise<readonly Dismissed[]> {
  const results: Dismissed[] = [];
  for await (const found of findSelected(table, selection)) {
    const hasFailed = results.some(({ kind }) => kind === 'unknown');
    results.push(
      hasFailed
        ? toUnchanged(found, 'not tried, because the table failed before')
        : await dismissOne(table, found, dismissing),
    );
  }
  return results;
}

async function dismissOne(
  table: Table,
  found: SelectedEntry,
  { now, ...why }: DismissOptions,
): Promise<Dismissed> {
  if ('gone' in found) return toUnchanged(found, 'the ledger has no such entry');
  if ('unreadable' in found) return toUnchanged(found, found.unreadable);
  const { entry, row } = found;
  if (entry.dismissed) return toUnchanged(found, `already dismissed by ${entry.dismissed.by}`);
  if (!isWaitingForPerson(entry))
    return toUnchanged(found, `not parked, its stage is ${entry.stage}`);
  try {
    const revision = await table.put(toDismissedRow(found, now().getTime(), why), row.revision);
    if (revision !== undefined) return { kind: 'dismissed', ...toName(found) };
    return toUnchanged(found, 'changed by another process in the meantime; read the entry again');
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { kind: 'unknown', ...toName(found), reason: error.message };
  }
}

function toDismissedRow(
  { key, entry }: StoredEntry,
  nowMs: number,
  why: Pick<DismissOptions, 'by' | 'note'>,
): Row {
  return entry.kind === 'invalidEffect'
    ? toInvalidEffectRow(key, dismissEntry(entry, nowMs, why), nowMs)
    : { ...toRow(dismissEntry(entry, nowMs, why), nowMs), key };
}
