import { expect, test } from 'vitest';
import { createMeteredTables } from '../../bench/requests/ledger-use.ts';
import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';

test('counts the use of a table by each function since it was last taken', async () => {
  const now = () => new Date('2026-11-30T01:00:00Z');
  const open = createMeteredTables(createMemoryTable({ now }));
  const [request, wait] = [open(), open()];

  const agenda = { list: 'wait ACE', at: now() };
  await request.table.put({ key: 'request', body: {}, agenda }, undefined);
  await wait.table.get('request');
  await wait.table.agenda('wait ACE', { until: now(), limit: 100 });

  expect(request.take()).toEqual({ trips: 1, reads: 0, writes: 2 });
  expect(wait.take()).toEqual({ trips: 2, reads: 1.5, writes: 0 });
  expect(wait.take()).toEqual({ trips: 0, reads: 0, writes: 0 });
});
