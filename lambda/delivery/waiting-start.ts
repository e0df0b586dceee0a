import { describeEvent } from '../../autosys/event.ts';
import type { Entry } from '../ledger/entry.ts';
import { parseAnyEntry } from '../ledger/invalid-effect.ts';
import type { Table } from '../ledger/table.ts';
import type { Confirmation } from './evidence/confirmation.ts';

/**
 * The confirmation, except for a kill that seems to have nothing to do.
 *
 * A start before it, which AutoSys has accepted and not yet processed, may still run the job. The
 * kill is then confirmed later.
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
    if (predecessor?.kind !== 'once' || predecessor.stage !== 'accepted') continue;
    const waiting = describeEvent(predecessor.event);
    return { kind: 'notYet', found: `${seen.reason}; ${waiting} before it has no effect yet` };
  }
  return seen;
}
