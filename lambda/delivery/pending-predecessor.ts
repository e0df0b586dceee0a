import { describeEvent } from '../../autosys/event.ts';
import { LedgerError } from '../errors.ts';
import type { EffectRequest } from '../ledger/admit.ts';
import type { Entry } from '../ledger/entry.ts';
import { isWaitingForPerson } from '../ledger/entry-row.ts';
import { type InvalidEffectEntry, parseAnyEntry } from '../ledger/invalid-effect.ts';
import type { StoredRow, Table } from '../ledger/table.ts';
import { isPredecessorOf } from '../workload/version.ts';

/** A predecessor that keeps an entry from being sent. */
export interface PendingPredecessor {
  /** `open`: it is still to be sent. `parked`: it waits for a person. */
  readonly kind: 'open' | 'parked';
  /** Row key. */
  readonly key: string;
  readonly text: string;
}

/** The first predecessor that keeps an entry from being sent; `undefined` if there is none. */
export async function findPendingPredecessor(
  { after = [], version }: EffectRequest,
  table: Pick<Table, 'get'>,
): Promise<PendingPredecessor | undefined> {
  for (const key of after) {
    const row = await table.get(key);
    const predecessor = row && readEntry(row);
    if (!predecessor || !isPredecessorOf(predecessor.version, version)) continue;
    const what =
      predecessor.kind === 'invalidEffect'
        ? 'an event that cannot be sent'
        : describeEvent(predecessor.event);
    if (isWaitingForPerson(predecessor)) {
      const text = `${what}, which its route sends before it, is parked (${predecessor.parked?.code}); replay or dismiss that one first (${key})`;
      return { kind: 'parked', key, text };
    }
    if (predecessor.stage === 'due' || predecessor.stage === 'sending') {
      return { kind: 'open', key, text: `${what} is ${predecessor.stage}` };
    }
  }
  return undefined;
}

/** A row that cannot be parsed is treated as not pending. */
function readEntry(row: StoredRow): Entry | InvalidEffectEntry | undefined {
  try {
    return parseAnyEntry(row);
  } catch (error) {
    if (error instanceof LedgerError && error.row !== undefined) return undefined;
    throw error;
  }
}
