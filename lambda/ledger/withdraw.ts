import { type EffectRequest, toNewEntry } from './admit.ts';
import { type Entry, withHistory } from './entry.ts';
import { parseEntry, toRow } from './entry-row.ts';
import type { Table } from './table.ts';

/** Maximum lost races. The function that works on the entry writes it only a few times. */
const maxRaces = 5;

interface WithdrawDeps {
  readonly table: Table;
  readonly now: () => Date;
}

/**
 * Creates the function that discards a one-shot that must no longer be sent and has not been sent.
 */
export function createWithdraw(deps: WithdrawDeps) {
  /**
   * Settles the entry as discarded. If another function works on the entry, that function decides.
   *
   * @param leaseOwner the calling function, which may have claimed the entry and has not sent it
   * @returns whether the entry is discarded
   */
  return function withdraw(key: string, leaseOwner: string, reason: string): Promise<boolean> {
    return changeEntry(deps, key, (entry, nowMs) =>
      isUnsent(entry, { leaseOwner, nowMs }) ? discard(entry, nowMs, reason) : undefined,
    );
  };
}

/**
 * Creates the function that records a one-shot as discarded before another function can record it. A
 * function that was frozen and wants to send it later finds this record.
 */
export function createForestall({ table, now }: WithdrawDeps) {
  /** @returns whether the record was written; `false` if the ledger has the one-shot already */
  return async function forestall(request: EffectRequest, reason: string): Promise<boolean> {
    const nowMs = now().getTime();
    const entry = discard(toNewEntry(request, nowMs), nowMs, reason);
    return (await table.put(toRow(entry, nowMs), undefined)) !== undefined;
  };
}

/**
 * Creates the function that removes `overtakenBy` from a waiting entry. After that, effects of
 * later statuses of its run wait for the entry.
 */
export function createKeepOrder(deps: WithdrawDeps) {
  return async function keepOrder(key: string): Promise<void> {
    // A function that has claimed the entry meanwhile has also read the row of the run.
    await changeEntry(deps, key, (entry) =>
      entry.overtakenBy !== undefined && entry.stage === 'due'
        ? withoutOvertaken(entry)
        : undefined,
    );
  };
}

/**
 * Creates the function that takes a one-shot that may have been sent from a function whose lease has
 * expired. If that function was only frozen, what it records later is lost, so it cannot make the
 * one-shot due again.
 */
export function createTakeFromExpired(deps: WithdrawDeps) {
  /** @returns whether the entry was taken */
  return function takeFromExpired(key: string, reason: string): Promise<boolean> {
    return changeEntry(deps, key, (entry, nowMs) => {
      const { lease, ...free } = entry;
      const isExpired = lease === undefined || lease.untilMs <= nowMs;
      if (entry.stage !== 'sending' || !isExpired) return undefined;
      return withHistory<Entry>(free, nowMs, `not sent again: ${reason}`);
    });
  };
}

/**
 * Changes an entry. After a lost race the row is read again.
 *
 * @param change returns `undefined` if the entry must not change
 * @returns whether the change was written
 */
async function changeEntry(
  { table, now }: WithdrawDeps,
  key: string,
  change: (entry: Entry, nowMs: number) => Entry | undefined,
): Promise<boolean> {
  for (let races = 0; races < maxRaces; races += 1) {
    const row = await table.get(key);
    const nowMs = now().getTime();
    const changed = row && change(parseEntry(row), nowMs);
    if (!changed) return false;
    if ((await table.put(toRow(changed, nowMs), row.revision)) !== undefined) return true;
  }
  return false;
}

/** The entry without the statuses that would discard it. Pure. */
export function withoutOvertaken({ overtakenBy: _, ...entry }: Entry): Entry {
  return entry;
}

/** The entry as settled without being sent. Pure. */
export function discard(entry: Entry, nowMs: number, reason: string): Entry {
  const { lease: _, ...free } = entry;
  return withHistory<Entry>({ ...free, stage: 'confirmed' }, nowMs, `discarded: ${reason}`);
}

function isUnsent(
  { stage, lease }: Entry,
  { leaseOwner, nowMs }: { readonly leaseOwner: string; readonly nowMs: number },
): boolean {
  if (lease?.owner === leaseOwner) return stage === 'sending' || stage === 'due';
  return stage === 'due' && (lease === undefined || lease.untilMs <= nowMs);
}
