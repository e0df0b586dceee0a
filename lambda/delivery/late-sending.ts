import { type Entry, withHistory, withPreviousValue } from '../ledger/entry.ts';
import { parseEntry, toKey, toRow } from '../ledger/entry-row.ts';
import { describeRequest } from '../ledger/previous-values.ts';
import type { Table } from '../ledger/table.ts';
import { toEventSignature } from '../routing/event-signature.ts';

/** A race is lost to whoever works on the target, who then writes once or twice more. */
const triesAtMost = 5;

/**
 * Binds the correction of a state that was sent too late.
 *
 * A function that froze after its last check of the lease may send when the lease is over and a newer request has been
 * executed. It cannot take that back; but it learns of it by the lost lease. The newest request is then read back, and may be
 * sent once more where AutoSys shows the older state.
 */
export function createRecordLateSend({
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
      if (
        !known ||
        known.stage === 'parked' ||
        toEventSignature(known.event) === toEventSignature(sent.event)
      )
        return;
      const nowMs = now().getTime();
      const doubted = toDoubted(known, sent, nowMs);
      if ((await table.put(toRow(doubted, nowMs), row.revision)) !== undefined) return;
    }
  };
}

/** The newest request, with the older state among those that AutoSys may show, and with one send left. */
function toDoubted(known: Entry, sent: Entry, nowMs: number): Entry {
  const text = 'an older request may have been sent after this one: it is read back';
  const older = describeRequest(sent.event);
  const noted: Entry = {
    ...withHistory(known, nowMs, text),
    ...(older !== undefined && {
      previousValues: withPreviousValue(older, known.previousValues),
    }),
    ...(known.kind === 'state' && { unsettled: true as const }),
  };
  if (known.stage === 'due') return noted;
  const { acceptedMs: _, observed: __, ...before } = known.sent ?? { sentMs: nowMs };
  return {
    ...noted,
    stage: 'sending',
    dueMs: nowMs,
    sent: { ...before, sentMs: nowMs, sends: 1 },
  };
}
