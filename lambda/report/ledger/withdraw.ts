import type { Table } from '../../shared/table.ts';
import { type Entry, withNote } from './entry.ts';
import { parseEntry, toRow } from './rows.ts';

/** A race is lost to a function that works on the entry, which writes a few times at most. */
const maxRaces = 5;

/** Binds the withdrawal of a one-shot that must not be sent any more and has not been sent yet. */
export function createWithdraw({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}) {
  /**
   * Settles the entry as discarded, unless another function works on it, which then decides for itself.
   *
   * @param holder who may have claimed it, and has not sent it
   * @returns whether it is withdrawn
   */
  return async function withdraw(key: string, holder: string, reason: string): Promise<boolean> {
    for (let races = 0; races < maxRaces; races += 1) {
      const row = await table.get(key);
      const entry = row && parseEntry(row);
      const nowMs = now().getTime();
      if (!entry || !isUnsent(entry, { holder, nowMs })) return false;
      const { lease: _, ...free } = entry;
      const discarded: Entry = { ...free, stage: 'confirmed' };
      const settled = withNote(discarded, nowMs, `discarded: ${reason}`);
      if ((await table.put(toRow(settled, nowMs), row.revision)) !== undefined) return true;
    }
    return false;
  };
}

function isUnsent(
  { stage, lease }: Entry,
  { holder, nowMs }: { readonly holder: string; readonly nowMs: number },
): boolean {
  if (lease?.holder === holder) return stage === 'sending' || stage === 'due';
  return stage === 'due' && (lease === undefined || lease.untilMs <= nowMs);
}
