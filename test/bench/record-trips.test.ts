import { expect, test } from 'vitest';
import { createTripRecorder } from '../../bench/requests/record-trips.ts';
import { createTripRepeater } from '../../bench/requests/trip-repeater.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import { startLedgerTable } from '../support/ledger-table.ts';

test('records the trips of a table, and repeats them for other rows', async () => {
  await using embedded = await startLedgerTable();
  const now = () => new Date('2026-11-30T01:00:00Z');
  const { tableName, client } = embedded;
  const table = createDynamoTable({ tableName, now, client });
  const recorder = createTripRecorder();
  const row = { key: 'request', body: { at: 1 } };

  const kept = { key: 'rate', body: { at: 0 } };
  const revision = await table.put(kept, undefined);

  const trips = await recorder.during(async () => {
    await table.get('rate');
    await table.put(kept, revision);
    await table.put(row, await table.put(row, undefined));
  });
  const repeat = createTripRepeater(table);
  await repeat(trips);
  await repeat(trips);

  expect(trips.map(({ of }) => of)).toEqual(['get', 'put', 'put', 'put']);
  const found = await Promise.all(
    ['rate alone', 'request alone 1', 'request alone 2'].map((key) => table.get(key)),
  );
  expect(found.map((one) => one?.body)).toEqual([kept.body, row.body, row.body]);
});
