import type { Table } from '../shared/table.ts';
import { type Entry, withNote } from './ledger/entry.ts';
import { parseEntry, toKey, toRow } from './ledger/rows.ts';
import { toSaid } from './ledger/said.ts';

/** A race is lost to whoever works on the target, who then writes once or twice more. */
const triesAtMost = 5;

/**
 * Binds the way back from a value that was sent too late.
 *
 * A sandbox that froze after its last look at the clock may send when its lease is over and somebody else has brought about
 * something newer. It cannot take that back; but it knows by the lost lease, and sees to it that the newest is looked at, and
 * sent again where AutoSys does not show it.
 */
export function createTellLateSending({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}) {
  return async (sent: Entry): Promise<void> => {
    if (sent.kind === 'once') return;
    for (let tries = 0; tries < triesAtMost; tries += 1) {
      const row = await table.get(toKey(sent));
      const known = row && parseEntry(row);
      // A parked one is a person's, and the same value does no harm.
      if (!known || known.stage === 'parked' || toSaid(known.event) === toSaid(sent.event)) return;
      const nowMs = now().getTime();
      const text = 'an older state may have been sent after this one: it is looked at again';
      const noted = withNote(known, nowMs, text);
      // Whoever works on it finds the row changed when he is done, and sends again.
      const doubted: Entry =
        known.stage === 'confirmed' ? { ...noted, stage: 'accepted', dueMs: nowMs } : noted;
      if ((await table.put(toRow(doubted, nowMs), row.revision)) !== undefined) return;
    }
  };
}
