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
export function createWithdraw(deps: WithdrawDeps) {
  /**
   * Settles the entry as discarded, unless another function works on it, which then decides for itself.
   *
   * @param leaseOwner the function that may have claimed it, and has not sent it
   * @returns whether it is withdrawn
   */
  return function withdraw(key: string, leaseOwner: string, reason: string): Promise<boolean> {
    return changeEntry(deps, key, (entry, nowMs) =>
      isUnsent(entry, { leaseOwner, nowMs }) ? discard(entry, nowMs, reason) : undefined,
    );
  };
}

/** Binds the note that an entry which waits in the ledger came before the later statuses of its run. */
export function createKeepOrder(deps: WithdrawDeps) {
  return async function keepOrder(key: string): Promise<void> {
    // A function that has taken it up meanwhile has read the row of the run as well.
    await changeEntry(deps, key, (entry) =>
      entry.overtakenBy !== undefined && entry.stage === 'due'
        ? withoutOvertaken(entry)
        : undefined,
    );
  };
}

/**
 * Changes an entry; a lost race is read again.
 *
 * @param change gives `undefined` where the entry is to stay as it is
 * @returns whether the change is written
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
