import { describe, expect, test } from 'vitest';
import {
  agendaLists,
  readAgenda,
  toListPartition,
  walkAgenda,
} from '../../../lambda/ledger/agenda.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';

const due = agendaLists.due('ACE');
const until = new Date(1_000);

/** A table with one row at each instant, in the partition of its key. */
async function aTable(...instants: readonly number[]) {
  const table = createMemoryTable({ now: () => new Date(0) });
  for (const [at, ms] of instants.entries()) {
    const key = `state ACE global AWS_${at}`;
    const agenda = { list: toListPartition(due, key), at: new Date(ms) };
    await table.put({ key, body: {}, agenda }, undefined);
  }
  return table;
}

async function readKeys(keys: AsyncGenerator<string>): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const key of keys) names.push(key.replace('state ACE global AWS_', ''));
  return names;
}

describe('a list in several partitions', () => {
  test('keeps its former name for the first one, so that older rows are found', () => {
    expect(due).toEqual(['due ACE', 'due ACE 1']);
  });

  test('has about the same number of rows in each', () => {
    const keys = Array.from({ length: 1_000 }, (_, at) => `state ACE global AWS_NIGHT_${at}`);
    const first = keys.filter((key) => toListPartition(due, key) === 'due ACE');

    expect(first.length).toBeGreaterThan(400);
    expect(first.length).toBeLessThan(600);
  });

  test('has a row always in the same one', () => {
    expect(toListPartition(due, 'state ACE global A')).toBe(
      toListPartition(due, 'state ACE global A'),
    );
  });

  test.each([1, 2, 100])('is read oldest first, in pages of %i', async (pageSize) => {
    const table = await aTable(70, 30, 10, 60, 20, 50, 40, 2_000);

    const keys = await readKeys(walkAgenda(table, due, { until, pageSize }));

    expect(keys).toEqual(['2', '4', '1', '6', '5', '3', '0']);
  });

  test('is read if one of them is empty', async () => {
    const table = await aTable(10);

    expect(await readKeys(walkAgenda(table, due, { until, pageSize: 9 }))).toEqual(['0']);
    expect(
      await readKeys(walkAgenda(table, agendaLists.due('NEW'), { until, pageSize: 9 })),
    ).toEqual([]);
  });

  test('gives its first entries', async () => {
    const table = await aTable(70, 30, 10, 60);

    const first = await readAgenda(table, due, { until, limit: 2 });

    expect(first.map(({ at }) => at.getTime())).toEqual([10, 30]);
  });
});

test('a list of one partition is read by its name', async () => {
  const table = createMemoryTable({ now: () => new Date(0) });
  await table.put({ key: 'run a', body: {}, agenda: { list: 'open', at: new Date(5) } }, undefined);

  expect(await readKeys(walkAgenda(table, agendaLists.open, { until, pageSize: 9 }))).toEqual([
    'run a',
  ]);
});
