import { type Entry, withHistory, withPreviousValue } from '../ledger/entry.ts';
import { parseEntry, toKey, toRow } from '../ledger/entry-row.ts';
import { describeRequest } from '../ledger/previous-values.ts';
import type { Table } from '../ledger/table.ts';
import { toEventSignature } from '../routing/event-signature.ts';

/**
 * Maximum number of lost races: the function that works on the target writes once or twice more.
 */
const maxRaces = 5;

/**
 * Creates the correction of a state that was sent too late.
 *
 * A function that froze after its last check of the lease may send after the lease is over and a
 * newer request was executed. It notices this by the lost lease, and records it here. The newest
 * request is then read back, and may be sent once more if AutoSys shows the older state.
 */
export function createRecordLateSend({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}) {
  return async function recordLateSend(sent: Entry): Promise<void> {
    if (sent.kind === 'once') return;
    for (let tries = 0; tries < maxRaces; tries += 1) {
      const row = await table.get(toKey(sent));
      const known = row && parseEntry(row);
      // A parked entry waits for a person, and the same state does no harm.
      if (
        !known ||
        known.stage === 'parked' ||
        toEventSignature(known.event) === toEventSignature(sent.event)
      )
        return;
      const nowMs = now().getTime();
      const doubted = withDoubt(known, sent, nowMs);
      if ((await table.put(toRow(doubted, nowMs), row.revision)) !== undefined) return;
    }
  };
}

/**
 * The newest request, with the older state as one that AutoSys may show, and with one send left.
 */
function withDoubt(known: Entry, sent: Entry, nowMs: number): Entry {
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
  const { acceptedMs: _, observed: __, ...first } = known.sent ?? { sentMs: nowMs };
  return {
    ...noted,
    stage: 'sending',
    dueMs: nowMs,
    sent: { ...first, sentMs: nowMs, sends: 1 },
  };
}
