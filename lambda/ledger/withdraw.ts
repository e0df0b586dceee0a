import { type Entry, withHistory } from './entry.ts';
import { parseEntry, toRow } from './entry-row.ts';
import type { Table } from './table.ts';

/** A race is lost to a function that works on the entry, which writes a few times at most. */
const maxRaces = 5;

interface WithdrawDeps {
  readonly table: Table;
  readonly now: () => Date;
}

/** Binds the withdrawal of a one-shot that must not be sent any more and has not been sent yet. */
export function createWithdraw({ table, now }: WithdrawDeps) {
  /**
   * Settles the entry as discarded, unless another function works on it, which then decides for itself.
   *
   * @param holder who may have claimed it, and has not sent it
   * @returns whether it is withdrawn
   */
  return async function withdraw(
    key: string,
    leaseOwner: string,
    reason: string,
  ): Promise<boolean> {
    for (let races = 0; races < maxRaces; races += 1) {
      const row = await table.get(key);
      const entry = row && parseEntry(row);
      const nowMs = now().getTime();
      if (!entry || !isUnsent(entry, { leaseOwner, nowMs })) return false;
      const settled = discard(entry, nowMs, reason);
      if ((await table.put(toRow(settled, nowMs), row.revision)) !== undefined) return true;
    }
    return false;
  };
}

/** Binds the note that an entry which waits in the ledger came before the later statuses of its run. */
export function createKeepOrder({ table, now }: WithdrawDeps) {
  return async function keepTurn(key: string): Promise<void> {
    for (let races = 0; races < maxRaces; races += 1) {
      const row = await table.get(key);
      const entry = row && parseEntry(row);
      // A function that has taken it up meanwhile has read the row of the run as well.
      if (entry?.overtakenBy === undefined || entry.stage !== 'due') return;
      const kept = toRow(withoutOvertaken(entry), now().getTime());
      if ((await table.put(kept, row?.revision)) !== undefined) return;
    }
  };
}

/** The entry without the statuses that would discard it; pure. */
export function withoutOvertaken({ overtakenBy: _, ...entry }: Entry): Entry {
  return entry;
}

/** The entry as settled without being sent; pure. */
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
