import type { Table } from '../../lambda/ledger/table.ts';
import type { LedgerTrip } from '../launch/counted-table.ts';

/**
 * Creates the repetition of recorded trips, for rows of other keys.
 *
 * A row that was there before is there in each repetition too, because a write over a row that is in
 * an index takes longer than a new row. A row that was new is new in each repetition.
 */
export function createTripRepeater(table: Pick<Table, 'get' | 'put'>) {
  /** Of the rows that all repetitions share. */
  const revisions = new Map<string, number>();
  let repeated = 0;

  return async function repeatRecordedTrips(trips: readonly LedgerTrip[]): Promise<void> {
    repeated += 1;
    const isNew = new Set(
      trips.flatMap((trip) => (trip.of === 'put' && trip.seen === undefined ? [trip.row.key] : [])),
    );
    const toOtherKey = (key: string) => `${key} alone${isNew.has(key) ? ` ${repeated}` : ''}`;
    for (const trip of trips) {
      if (trip.of === 'get') {
        await table.get(toOtherKey(trip.key));
        continue;
      }
      const key = toOtherKey(trip.row.key);
      const revision = await table.put({ ...trip.row, key }, revisions.get(key));
      if (revision === undefined)
        throw new Error(`${key}: expected its last revision, found another`);
      revisions.set(key, revision);
    }
  };
}
