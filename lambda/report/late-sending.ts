import type { Table } from '../shared/table.ts';
import { type Entry, withFormer, withNote } from './ledger/entry.ts';
import { toAsked } from './ledger/offer.ts';
import { parseEntry, toKey, toRow } from './ledger/rows.ts';
import { toSaid } from './ledger/said.ts';

/** A race is lost to whoever works on the target, who then writes once or twice more. */
const triesAtMost = 5;

/**
 * Binds the correction of a state that was sent too late.
 *
 * A function that froze after its last check of the lease may send when the lease is over and a newer request has been
 * executed. It cannot take that back; but it learns of it by the lost lease. The newest request is then read back, and may be
 * sent once more where AutoSys shows the older state.
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
      // A parked entry is left to a person, and the same state does no harm.
      if (!known || known.stage === 'parked' || toSaid(known.event) === toSaid(sent.event)) return;
      const nowMs = now().getTime();
      const doubted = toDoubted(known, sent, nowMs);
      if ((await table.put(toRow(doubted, nowMs), row.revision)) !== undefined) return;
    }
  };
}

/** The newest request, with the older state among those that AutoSys may show, and with one send left. */
function toDoubted(known: Entry, sent: Entry, nowMs: number): Entry {
  const text = 'an older request may have been sent after this one: it is read back';
  const older = toAsked(sent.event);
  const noted: Entry = {
    ...withNote(known, nowMs, text),
    ...(older !== undefined && {
      formers: withFormer(older, known.formers),
    }),
    ...(known.kind === 'state' && { unsettled: true as const }),
  };
  if (known.stage === 'due') return noted;
  const { acceptedMs: _, looks: __, ...before } = known.before ?? { sentMs: nowMs };
  return {
    ...noted,
    stage: 'sending',
    dueMs: nowMs,
    before: { ...before, sentMs: nowMs, sends: 1 },
  };
}
