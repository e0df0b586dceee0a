import { expect, test } from 'vitest';
import { repeatTrips } from '../../bench/launch/repeat-trips.ts';
import { createTripRecorder } from '../../bench/requests/record-trips.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import { startLedgerTable } from '../support/ledger-table.ts';

test('records the trips of a table, and repeats them for other rows', async () => {
  await using embedded = await startLedgerTable();
  const now = () => new Date('2026-11-30T01:00:00Z');
  const { tableName, client } = embedded;
  const table = createDynamoTable({ tableName, now, client });
  const recorder = createTripRecorder();
  const row = { key: 'request', body: { at: 1 } };

  const trips = await recorder.during(async () => {
    await table.get('request');
    await table.put(row, await table.put(row, undefined));
  });
  await repeatTrips(table, trips, '2');

  expect(trips.map(({ of }) => of)).toEqual(['get', 'put', 'put']);
  const revision = (await table.get('request'))?.revision;
  expect(await table.get('request 2')).toEqual({ ...row, key: 'request 2', revision });
});
