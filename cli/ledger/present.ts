import type { AutosysInstance } from '../../autosys/names.ts';
import { isPending } from '../../lambda/ledger/entry.ts';
import { findLastingOutages, type Outage } from '../../lambda/ledger/outage.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import type { FoundEntry } from './find.ts';
import type { StoredEntry } from './stored-entry.ts';

/**
 * Adds to the entries that wait the present time and the outages of their instance, which are read
 * once. Without such an entry nothing is read.
 */
export async function withPresent(
  table: Pick<Table, 'get' | 'agenda'>,
  found: readonly FoundEntry[],
  nowMs: number,
): Promise<readonly FoundEntry[]> {
  const reading = new Map<AutosysInstance, Promise<readonly Outage[]>>();
  const readOutages = (instance: AutosysInstance) => {
    const known = reading.get(instance) ?? findLastingOutages(table, instance);
    reading.set(instance, known);
    return known;
  };
  return Promise.all(
    found.map(async (one) => {
      if ('unreadable' in one) return one;
      return toShown(one, nowMs, readOutages);
    }),
  );
}

/** The same for one entry. */
export function toPresent(
  table: Pick<Table, 'get' | 'agenda'>,
  stored: StoredEntry,
  nowMs: number,
): Promise<StoredEntry> {
  return toShown(stored, nowMs, (instance) => findLastingOutages(table, instance));
}

async function toShown(
  stored: StoredEntry,
  nowMs: number,
  readOutages: (instance: AutosysInstance) => Promise<readonly Outage[]>,
): Promise<StoredEntry> {
  const { entry } = stored;
  if (entry.kind === 'invalidEffect' || !isPending(entry)) return stored;
  return { ...stored, present: { nowMs, outages: await readOutages(entry.to) } };
}
