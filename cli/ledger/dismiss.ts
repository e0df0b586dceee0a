import { LedgerError } from '../../lambda/errors.ts';
import { dismissEntry } from '../../lambda/ledger/dismiss.ts';
import { isWaitingForPerson, toRow } from '../../lambda/ledger/entry-row.ts';
import { toInvalidEffectRow } from '../../lambda/ledger/invalid-effect.ts';
import type { Row, Table } from '../../lambda/ledger/table.ts';
import type { StoredEntry } from './kept.ts';
import { type KeyOutcome, toLeft, toName } from './outcome.ts';
import { findWanted, type Wanted, type WantedResult } from './wanted.ts';

/** The result for one key. */
export type Dismissed = KeyOutcome<'dismissed'>;

/** Who dismisses, why, and the clock. */
export interface Dismissing {
  readonly by: string;
  readonly reason: string;
  readonly now: () => Date;
}

/** Dismisses the parked entries that were asked for, one by one. A ledger that fails ends it. */
export async function dismissAll(
  table: Table,
  wanted: Wanted,
  dismissing: Dismissing,
): Promise<readonly Dismissed[]> {
  const results: Dismissed[] = [];
  for await (const found of findWanted(table, wanted)) {
    const isBroken = results.some(({ kind }) => kind === 'unknown');
    results.push(
      isBroken ? toLeft(found, 'not tried') : await dismissOne(table, found, dismissing),
    );
  }
  return results;
}

async function dismissOne(
  table: Table,
  found: WantedResult,
  { now, ...why }: Dismissing,
): Promise<Dismissed> {
  if ('gone' in found) return toLeft(found, 'the ledger has no such entry');
  if ('unreadable' in found) return toLeft(found, found.unreadable);
  const { entry, row } = found;
  if (entry.dismissed) return toLeft(found, `it was dismissed by ${entry.dismissed.by}`);
  if (!isWaitingForPerson(entry)) return toLeft(found, `it is ${entry.stage}, not parked`);
  try {
    const revision = await table.put(toDismissedRow(found, now().getTime(), why), row.revision);
    if (revision !== undefined) return { kind: 'dismissed', ...toName(found) };
    return toLeft(found, 'another process has changed it meanwhile; read it again');
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { kind: 'unknown', ...toName(found), reason: error.message };
  }
}

function toDismissedRow(
  { key, entry }: StoredEntry,
  nowMs: number,
  why: Pick<Dismissing, 'by' | 'reason'>,
): Row {
  return entry.kind === 'invalidEffect'
    ? toInvalidEffectRow(key, dismissEntry(entry, nowMs, why), nowMs)
    : { ...toRow(dismissEntry(entry, nowMs, why), nowMs), key };
}
