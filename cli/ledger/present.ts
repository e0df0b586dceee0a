import type { AutosysInstance } from '../../autosys/names.ts';
import { isPending } from '../../lambda/ledger/entry.ts';
import { findLastingOutages, type Outage } from '../../lambda/ledger/outage.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import type { FoundEntry } from './find.ts';

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
      if ('unreadable' in one || one.entry.kind === 'invalidEffect') return one;
      if (!isPending(one.entry)) return one;
      return { ...one, present: { nowMs, outages: await readOutages(one.entry.to) } };
    }),
  );
}
