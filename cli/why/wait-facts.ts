import {
  findPendingPredecessor,
  type PendingPredecessor,
} from '../../lambda/delivery/pending-predecessor.ts';
import { isPending } from '../../lambda/ledger/entry.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import { isLate } from './passed-outages.ts';
import { type InstanceOutages, noOutages } from './read-outages.ts';

/** The facts that decide what an entry waits for or waited for, besides the entry itself. */
export interface EntryWaitFacts {
  readonly nowMs: number;
  /** Outages of the instance. */
  readonly outages: InstanceOutages;
  /** An effect that the route sends before this one, and that keeps it from being sent. */
  readonly predecessor?: PendingPredecessor;
}

/** Where {@link readWaitFacts} reads. */
export interface WaitFactsDeps {
  readonly table: Pick<Table, 'get'>;
  readonly nowMs: number;
  /** The outages of the instance of the entry. */
  readonly readOutages: () => Promise<InstanceOutages>;
}

/**
 * Reads the facts of a wait from the ledger. Nothing is read for an entry that does not wait and that
 * was accepted promptly.
 */
export async function readWaitFacts(
  entry: StoredEntry['entry'],
  { table, nowMs, readOutages }: WaitFactsDeps,
): Promise<EntryWaitFacts> {
  if (entry.kind === 'invalidEffect') return { nowMs, outages: noOutages };
  if (!isPending(entry)) {
    return { nowMs, outages: isLate(entry) ? await readOutages() : noOutages };
  }
  const [outages, predecessor] = await Promise.all([
    readOutages(),
    entry.stage === 'due' ? findPendingPredecessor(entry, table) : undefined,
  ]);
  return { nowMs, outages, ...(predecessor && { predecessor }) };
}
