import { describeEvent } from '../../autosys/event.ts';
import type { Entry } from '../ledger/entry.ts';
import { isWaitingForPerson } from '../ledger/entry-row.ts';
import { parseAnyEntry } from '../ledger/invalid-effect.ts';
import type { Table } from '../ledger/table.ts';
import type { Confirmation } from './evidence/confirmation.ts';

/**
 * The confirmation, except for a kill that seems to have nothing to do.
 *
 * A start before it, which AutoSys has accepted and not yet processed, may still run the job. The
 * kill is then confirmed later. The same holds for a start that is parked after it was sent: the run
 * that AutoSys shows may be that of the start.
 */
export async function withoutEarlyMoot(
  { after = [] }: Entry,
  seen: Confirmation,
  table: Pick<Table, 'get'>,
): Promise<Confirmation> {
  if (seen.kind !== 'moot') return seen;
  for (const key of after) {
    const row = await table.get(key);
    const predecessor = row && parseAnyEntry(row);
    if (predecessor?.kind !== 'once') continue;
    const isParked = predecessor.sent !== undefined && isWaitingForPerson(predecessor);
    if (predecessor.stage !== 'accepted' && !isParked) continue;
    const waiting = `${describeEvent(predecessor.event)} before it`;
    const what = isParked ? 'is parked after it was sent' : 'has no effect yet';
    return { kind: 'notYet', found: `${seen.reason}; ${waiting} ${what}` };
  }
  return seen;
}
