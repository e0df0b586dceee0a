import type { Table } from '../../lambda/ledger/table.ts';
import type { LedgerTrip } from './counted-table.ts';

/** Makes the same trips for rows of other keys. */
export async function repeatTrips(
  table: Pick<Table, 'get' | 'put'>,
  trips: readonly LedgerTrip[],
  suffix: string,
): Promise<void> {
  const revisions = new Map<string, number>();
  for (const trip of trips) {
    if (trip.of === 'get') {
      await table.get(`${trip.key} ${suffix}`);
      continue;
    }
    const key = `${trip.row.key} ${suffix}`;
    const revision = await table.put({ ...trip.row, key }, revisions.get(key));
    if (revision === undefined)
      throw new Error(`${key}: expected its last revision, found another`);
    revisions.set(key, revision);
  }
}
