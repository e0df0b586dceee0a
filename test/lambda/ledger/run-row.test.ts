import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agendaLists } from '../../../lambda/ledger/agenda.ts';
import type { Run } from '../../../lambda/ledger/run.ts';
import {
  createRuns,
  parseRun,
  toRunKey,
  toRunRow,
  toRunTarget,
} from '../../../lambda/ledger/run-row.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { toVersion } from '../../../lambda/workload/version.ts';
import type { ExecutionEvent } from '../../../lambda/workload/workload.ts';
import { anExecution } from '../../route-file/workloads.ts';

const routes = [{ name: 'settlement', endsWithinMs: 3_600_000 }];
const now = () => new Date('2026-11-05T02:13:02Z');
const running = anExecution({ status: 'RUNNING' });
const { executionArn } = running;

async function readRun(table: Table): Promise<Run> {
  const row = await table.get(toRunKey(toVersion(running)));
  if (row === undefined) throw new Error('no row');
  return parseRun(row);
}

describe('the row of a run', () => {
  test('is on the list of open runs until the run has ended', async () => {
    const table = createMemoryTable({ now });
    const openRunRow = createRuns({ table, now });
    const readOpen = () =>
      table.agenda(agendaLists.open, { until: new Date('2100-01-01'), limit: 9 });

    await openRunRow(running, routes).record([{ text: 'confirmed' }]);
    const open = await readOpen();
    await openRunRow(anExecution(), routes).record([{ text: 'confirmed' }]);

    expect(open.entries).toEqual([
      { key: toRunKey(toVersion(running)), at: new Date('2026-11-05T03:13:01Z') },
    ]);
    expect((await readOpen()).entries).toEqual([]);
  });

  test('is found by the name of the execution, the run that began last first', async () => {
    const table = createMemoryTable({ now });
    const openRunRow = createRuns({ table, now });
    const earlier = anExecution({
      executionArn: `${executionArn}-earlier`,
      beganAt: new Date('2026-11-04T02:00:00Z'),
    });

    for (const event of [running, earlier])
      await openRunRow(event, routes).record([{ text: 'confirmed' }]);

    const { entries } = await table.ofTarget(toRunTarget('execution', 'night-42'), { limit: 9 });
    expect(entries.map(({ key }) => key)).toEqual(
      [running, earlier].map((event) => toRunKey(toVersion(event))),
    );
  });

  test('has a key that DynamoDB accepts for an ARN of any length', () => {
    const keys = ['a', 'b'].map((end) =>
      toRunKey({ run: `${'€'.repeat(3_000)}${end}`, beganMs: 0 }),
    );

    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(Buffer.byteLength(key)).toBeLessThan(2_048);
  });

  test('is not written again for the same event', async () => {
    const table = createMemoryTable({ now });
    const openRunRow = createRuns({ table, now });
    await openRunRow(running, routes).record([{ text: 'confirmed' }]);
    const before = await table.get(toRunKey(toVersion(running)));

    await openRunRow(running, routes).record([{ text: 'confirmed' }]);

    expect((await table.get(toRunKey(toVersion(running))))?.revision).toBe(before?.revision);
  });

  test('has the decisions on both of two concurrent events', async () => {
    const table = createMemoryTable({ now });
    const openRunRow = createRuns({ table, now });
    const [first, second] = [openRunRow(running, routes), openRunRow(anExecution(), routes)];

    await Promise.all([
      first.record([{ key: 'a', text: 'one' }]),
      second.record([{ key: 'b', text: 'two' }]),
    ]);

    const run = await readRun(table);
    expect(run.version.status).toBe('SUCCEEDED');
    expect(run.entries.toSorted()).toEqual(['a', 'b']);
    expect(run.history).toHaveLength(2);
  });

  test('fails if every race is lost', async () => {
    const table = { ...createMemoryTable({ now }), put: async () => undefined };

    const written = createRuns({ table, now })(running, routes).record([{ text: 'confirmed' }]);

    await expect(written).rejects.toThrow(/write run arn:.+: 20 races lost in a row$/);
  });

  test.for([
    { what: 'of newer software', body: { format: 2 }, message: 'is of a format' },
    { what: 'not an object', body: 'text', message: 'is of a format' },
    { what: 'incomplete', body: { format: 1, kind: 'run' }, message: 'is damaged: workload' },
    {
      what: 'of an unknown status',
      body: {
        ...(toRunRow(aRun(), 0).body as Run),
        version: { ...aRun().version, status: 'GONE' },
      },
      message: 'is damaged: version.status',
    },
  ])('is not changed if it is $what, and the write fails', async ({ body, message }) => {
    const table = createMemoryTable({ now });
    const key = toRunKey(toVersion(running));
    await table.put({ key, body, expiresAt: new Date('2100-01-01') }, undefined);

    const written = createRuns({ table, now })(running, routes).record([{ text: 'confirmed' }]);

    await expect(written).rejects.toThrow(`the ledger could not read ${key}: the row ${message}`);
    expect((await table.get(key))?.body).toEqual(body);
  });
});

test('events that several execution environments record concurrently leave one version and all entries', async () => {
  const life: readonly ExecutionEvent[] = [
    running,
    anExecution({ status: 'FAILED' }),
    anExecution({ status: 'RUNNING', redriveCount: 1 }),
    anExecution({ redriveCount: 1 }),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...life, ...life], { minLength: 2 * life.length }),
      fc.scheduler(),
      async (events, scheduler) => {
        const table = createMemoryTable({ now });
        const slow: Table = {
          ...table,
          get: (key) => scheduler.schedule(Promise.resolve()).then(() => table.get(key)),
          put: (row, seen) =>
            scheduler.schedule(Promise.resolve()).then(() => table.put(row, seen)),
        };
        const openRunRow = createRuns({ table: slow, now });

        await scheduler.waitFor(
          Promise.all(
            events.map((event) => {
              const key = `${event.status} ${event.redriveCount}`;
              return openRunRow(event, routes).record([{ key, text: 'confirmed' }]);
            }),
          ),
        );

        const run = await readRun(table);
        expect(run.version).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
        expect(run.entries.toSorted()).toEqual([
          'FAILED 0',
          'RUNNING 0',
          'RUNNING 1',
          'SUCCEEDED 1',
        ]);
      },
    ),
  );
});

function aRun(): Run {
  return {
    format: 1,
    kind: 'run',
    workload: 'execution',
    account: '111122223333',
    region: 'eu-west-1',
    name: 'night-42',
    called: 'settlement execution night-42',
    version: { beganMs: 1, run: executionArn, attempt: 0, status: 'RUNNING', changedMs: 1 },
    routes: [],
    entries: [],
    asks: 0,
    history: [],
  };
}
