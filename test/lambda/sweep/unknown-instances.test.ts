import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import type { DrainResult } from '../../../lambda/delivery/drain.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { toKey, toRow } from '../../../lambda/ledger/entry-row.ts';
import {
  changeInstanceNames,
  createRecordInstance,
  instanceNamesKey,
  parseInstanceNames,
} from '../../../lambda/ledger/instance-names.ts';
import { createDynamoTable } from '../../../lambda/ledger/store/dynamo-table.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { createParkUnknown } from '../../../lambda/sweep/unknown-instances.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { aOneShotRequest, aStateRequest } from '../ledger/requests.ts';

const startMs = Date.parse('2026-11-20T02:00:00Z');
const now = () => new Date(startMs);
const old = parseAutosysInstance('OLD');
const ace = parseAutosysInstance('ACE');
const pass = { untilMs: startMs + 60_000, signal: new AbortController().signal };

const aTable = () => createMemoryTable({ now });

function anEntry(over: Partial<Entry> = {}): Entry {
  const request = { ...aStateRequest(), to: old };
  return { format: 1, ...request, stage: 'due', dueMs: startMs, tries: 0, history: [], ...over };
}

async function keep(table: Table, entry: Entry): Promise<string> {
  await createRecordInstance({ table, now })(entry.to);
  await table.put(toRow(entry, startMs), undefined);
  return toKey(entry);
}

async function sweep(
  table: Table,
  names: readonly string[],
  over: Partial<typeof pass> = {},
  timezones: Readonly<Record<string, string>> = {},
  groups: Readonly<Record<string, readonly string[]>> = {},
): Promise<readonly DrainResult[]> {
  const parkUnknown = createParkUnknown({ table, now, names, timezones, groups });
  const all: DrainResult[] = [];
  for await (const one of parkUnknown({ ...pass, ...over })) all.push(one);
  return all;
}

const namesOf = async (table: Table) => parseInstanceNames(await table.get(instanceNamesKey));

describe('the names of the ledger', () => {
  test('have the timezones of the deployed route file', async () => {
    const table = aTable();

    await sweep(table, ['ACE'], {}, { ACE: 'Europe/Zurich' });
    const row = await table.get(instanceNamesKey);
    await sweep(table, ['ACE'], {}, { ACE: 'Europe/Zurich' });

    expect(await namesOf(table)).toMatchObject({ timezones: { ACE: 'Europe/Zurich' } });
    expect(await table.get(instanceNamesKey)).toEqual(row);
    await sweep(table, ['ACE'], {}, { ACE: 'America/New_York' });
    expect(await namesOf(table)).toMatchObject({ timezones: { ACE: 'America/New_York' } });
  });

  test('have the groups of the deployed route file', async () => {
    const table = aTable();

    await sweep(table, ['ACE'], {}, {}, { risk: ['ACE'], rates: ['ACE'] });
    const row = await table.get(instanceNamesKey);
    await sweep(table, ['ACE'], {}, {}, { rates: ['ACE'], risk: ['ACE'] });

    expect(await table.get(instanceNamesKey)).toEqual(row);
    expect(await namesOf(table)).toMatchObject({ groups: { risk: ['ACE'], rates: ['ACE'] } });
    await sweep(table, ['ACE'], {}, {}, { risk: ['ACE'] });
    expect((await namesOf(table)).groups).toEqual({ risk: ['ACE'] });
  });

  test('are written once for each name, by any number of sandboxes', async () => {
    const table = aTable();
    const gets: string[] = [];
    const heard: Table = {
      ...table,
      get: (key) => {
        gets.push(key);
        return table.get(key);
      },
    };
    const recordInstance = createRecordInstance({ table: heard, now });

    await Promise.all([recordInstance('PRD'), recordInstance('PRD'), recordInstance('ACE')]);
    await recordInstance('PRD');
    const { revision } = (await table.get(instanceNamesKey)) ?? {};
    await createRecordInstance({ table, now })('ACE');

    expect((await namesOf(table)).used).toEqual(['ACE', 'PRD']);
    expect((await table.get(instanceNamesKey))?.revision).toBe(revision);
    // One read for each name, and one more where the two writes met.
    expect(gets.length).toBeLessThanOrEqual(3);
  });

  test('of fifteen sandboxes that start at once are all recorded', async () => {
    const table = aTable();
    const names = Array.from({ length: 15 }, (_, at) => `A${String(at).padStart(2, '0')}`);

    await Promise.all(names.map((name) => createRecordInstance({ table, now })(name)));

    expect((await namesOf(table)).used).toEqual(names);
  });

  test('that could not be written are tried again by the next effect', async () => {
    const table = aTable();
    let fails = true;
    const failing: Table = {
      ...table,
      get: async (key) => {
        if (fails) throw new LedgerError({ doing: 'read', reason: 'throttled' });
        return table.get(key);
      },
    };
    const recordInstance = createRecordInstance({ table: failing, now });

    await expect(recordInstance('ACE')).rejects.toThrow(LedgerError);
    fails = false;
    await recordInstance('ACE');

    expect((await namesOf(table)).used).toEqual(['ACE']);
  });

  test('outlive every entry', async () => {
    const table = aTable();
    await createRecordInstance({ table, now })('ACE');

    const { expiresAt } = (await table.get(instanceNamesKey)) ?? {};

    expect(expiresAt?.getTime()).toBeGreaterThan(startMs + 5 * 365 * 86_400_000);
  });

  test('that cannot be parsed are reported as an invalid row', async () => {
    const table = aTable();
    const body = { format: 1, kind: 'instanceNames', used: 'ACE' };
    await table.put({ key: instanceNamesKey, body, expiresAt: now() }, undefined);
    await table.put({ key: instanceNamesKey, body, expiresAt: new Date(startMs + 1e9) }, undefined);

    await expect(changeInstanceNames({ table, now }, (names) => names)).rejects.toThrow(
      'the row is damaged: used',
    );
  });
});

describe('entries of an instance that the route file does not name', () => {
  test.for([
    { stage: 'due', fate: 'it is not sent' },
    { stage: 'sending', fate: 'it may have been sent, and AutoSys cannot be asked' },
    {
      stage: 'accepted',
      fate: 'AutoSys had accepted it, and cannot be asked whether it took effect',
    },
  ] as const)('are parked while they are $stage', async ({ stage, fate }) => {
    const table = aTable();
    const key = await keep(table, anEntry({ stage, dueMs: startMs + 3 * 86_400_000 }));

    const parked = await sweep(table, [ace]);

    const reason = `the route file has no instance OLD, so ${fate}`;
    expect(parked).toMatchObject([
      {
        kind: 'worked',
        entry: { to: 'OLD', stage: 'parked' },
        outcome: { kind: 'parked', code: 'BRIDGE_UNKNOWN_INSTANCE', reason },
      },
    ]);
    expect((await table.get(key))?.body).toMatchObject({
      stage: 'parked',
      parked: { code: 'BRIDGE_UNKNOWN_INSTANCE', reason },
      history: [{ text: `parked: ${reason}` }],
    });
    expect((await table.get(key))?.agenda?.list).toBe('parked');
  });

  test('are parked once, one-shots as well', async () => {
    const table = aTable();
    await keep(table, anEntry());
    await keep(table, anEntry({ ...aOneShotRequest(), to: old }));

    expect(await sweep(table, [ace])).toHaveLength(2);
    expect(await sweep(table, [ace])).toEqual([]);
  });

  test.for(['confirmed', 'parked'] as const)('are not changed when they are %s', async (stage) => {
    const table = aTable();
    const key = await keep(table, anEntry({ stage }));

    expect(await sweep(table, [ace])).toEqual([]);
    expect((await table.get(key))?.body).toMatchObject({ stage });
  });

  test('are left to their lease owner, until the lease ends', async () => {
    const table = aTable();
    await keep(table, anEntry({ lease: { owner: 'm', untilMs: startMs + 1 } }));

    expect(await sweep(table, [ace])).toEqual([]);

    const other = aTable();
    await keep(other, anEntry({ lease: { owner: 'm', untilMs: startMs } }));
    expect(await sweep(other, [ace])).toHaveLength(1);
  });

  test('of instances in the route file are not changed', async () => {
    const table = aTable();
    await keep(table, anEntry());
    await keep(table, anEntry({ to: ace }));

    expect(await sweep(table, [ace, old])).toEqual([]);
  });

  test('wait for the next sweep run if the time of this one is over', async () => {
    const table = aTable();
    await keep(table, anEntry());

    expect(await sweep(table, [ace], { untilMs: startMs })).toEqual([]);
    expect(await sweep(table, [ace], { signal: AbortSignal.abort() })).toEqual([]);
    expect(await sweep(table, [ace])).toHaveLength(1);
  });

  test('that cannot be parsed are reported, and do not stop the others', async () => {
    const table = aTable();
    await keep(table, anEntry());
    const agenda = { list: 'due OLD', at: new Date(startMs - 1) };
    const row = { key: 'damaged', body: {}, agenda, expiresAt: new Date(startMs + 1e9) };
    await table.put(row, undefined);

    expect(await sweep(table, [ace])).toMatchObject([
      { kind: 'failed', key: 'damaged' },
      { kind: 'worked' },
    ]);
  });
});

test('the names of the route file are kept, and written only where they change', async () => {
  const table = aTable();
  await sweep(table, ['PRD', 'ACE']);
  const first = await table.get(instanceNamesKey);
  await sweep(table, ['ACE', 'PRD']);

  expect(first?.body).toMatchObject({ used: [], inFile: ['ACE', 'PRD'] });
  expect((await table.get(instanceNamesKey))?.revision).toBe(first?.revision);
});

test('works in DynamoDB as in memory: two hundred entries, more than a page', async () => {
  await using embedded = await startLedgerTable();
  const table = createDynamoTable({ ...embedded, now: () => new Date() });
  const globalVariable = (at: number) => ({ ...aStateRequest().event, globalVariable: `G${at}` });
  for (let at = 0; at < 200; at += 1) {
    await keep(table, anEntry({ event: globalVariable(at) as Entry['event'] }));
  }

  expect(await sweep(table, [ace])).toHaveLength(200);
  expect(await sweep(table, [ace])).toEqual([]);
});
