import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTimeFormat, createToTimeFormat } from '../../cli/ledger/times.ts';
import { formatRelativeTime } from '../../cli/relative-time.ts';
import { toRow } from '../../lambda/ledger/entry-row.ts';
import {
  changeInstanceNames,
  instanceNamesKey,
  withTimezones,
  withUsed,
} from '../../lambda/ledger/instance-names.ts';
import { park } from '../../lambda/ledger/settle.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { aStateRequest } from '../lambda/ledger/requests.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { runCli } from './setup.ts';

const start = Date.parse('2026-11-20T02:00:00Z');

describe('a relative time', () => {
  test.for([
    { ms: start - 240_000, text: '4 min ago' },
    { ms: start - 12_000, text: '12 s ago' },
    { ms: start - 3 * 3_600_000 - 5 * 60_000, text: '3 h 5 min ago' },
    { ms: start + 90 * 60_000, text: 'in 1 h 30 min' },
    { ms: start + 499, text: 'now' },
    { ms: start - 2 * 86_400_000, text: '2 d ago' },
  ])('is $text', ({ ms, text }) => {
    expect(formatRelativeTime(ms, start)).toBe(text);
  });
});

describe('the time of an instance', () => {
  const timezones = { ACE: 'Europe/Zurich', USA: 'America/New_York', IND: 'Asia/Kolkata' };
  const toTimeFormat = createToTimeFormat({ timezones, nowMs: start });
  const at = (instance: string | undefined, text: string) =>
    toTimeFormat(instance).at(Date.parse(text));

  test.for([
    // Clocks are set forward at 02:00, and back at 03:00.
    { utc: '2026-03-29T00:59:59.999Z', local: '2026-03-29T01:59:59.999+01:00' },
    { utc: '2026-03-29T01:00:00.000Z', local: '2026-03-29T03:00:00.000+02:00' },
    { utc: '2026-10-25T00:30:00.000Z', local: '2026-10-25T02:30:00.000+02:00' },
    { utc: '2026-10-25T01:30:00.000Z', local: '2026-10-25T02:30:00.000+01:00' },
    { utc: '2026-12-31T23:30:00.000Z', local: '2027-01-01T00:30:00.000+01:00' },
  ])('is right at a change of the clocks: $utc', ({ utc, local }) => {
    expect(at('ACE', utc)).toBe(local);
    expect(new Date(at('ACE', utc)).toISOString()).toBe(utc);
  });

  test('has the offset of its zone, west of Greenwich and of half an hour too', () => {
    expect(at('USA', '2026-11-20T02:00:00Z')).toBe('2026-11-19T21:00:00.000-05:00');
    expect(at('IND', '2026-11-20T02:00:00Z')).toBe('2026-11-20T07:30:00.000+05:30');
  });

  test.for([
    { now: '2026-11-20T02:00:00Z', utc: '2026-11-20T01:13:07.400Z', text: '02:13:07' },
    { now: '2026-11-20T02:00:00Z', utc: '2026-11-19T22:59:00Z', text: '2026-11-19 23:59:00' },
    { now: '2026-11-20T02:00:00Z', utc: '2026-11-19T23:00:00Z', text: '00:00:00' },
    // Clocks are set back at 03:00, so the hour before is repeated.
    { now: '2026-10-25T02:00:00Z', utc: '2026-10-25T01:30:00Z', text: '02:30:00' },
    { now: '2026-10-25T02:00:00Z', utc: '2026-10-25T00:30:00Z', text: '02:30:00+02:00' },
    { now: '2026-10-25T00:10:00Z', utc: '2026-10-25T01:30:00Z', text: '02:30:00+01:00' },
  ])('is short as $text at $now', ({ now, utc, text }) => {
    const format = createTimeFormat('Europe/Zurich', Date.parse(now));

    expect(format.short(Date.parse(utc))).toBe(text);
    expect(format.short(new Date(utc))).toBe(text);
  });

  test('is short with the distance from now', () => {
    expect(createTimeFormat('UTC', start).shortAgo(start - 240_000)).toBe('01:56:00 (4 min ago)');
  });

  test('is in UTC for an unknown instance, and without one if the zones differ', () => {
    expect(at('DR1', '2026-11-20T02:00:00Z')).toBe('2026-11-20T02:00:00.000Z');
    expect(at(undefined, '2026-11-20T02:00:00Z')).toBe('2026-11-20T02:00:00.000Z');
  });

  test('is in the zone of all instances if they have the same', () => {
    const same = { ACE: 'Europe/Zurich', DR1: 'Europe/Zurich' };
    const time = createToTimeFormat({ timezones: same, nowMs: start })();

    expect(time.ago(start - 60_000)).toBe('2026-11-20T02:59:00.000+01:00 (1 min ago)');
  });

  test('is in UTC if this Node.js does not know the zone', () => {
    const time = createToTimeFormat({ timezones: { ACE: 'Mars/Olympus' }, nowMs: start })('ACE');

    expect(time.at(start)).toBe('2026-11-20T02:00:00.000Z');
  });
});

describe('the commands that read the ledger', () => {
  let embedded: EmbeddedTable;
  let table: SearchableTable;
  const now = () => new Date(start);

  beforeEach(async () => {
    embedded = await startLedgerTable();
    table = createDynamoTable({ ...embedded, now });
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', embedded.url);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    await changeInstanceNames({ table, now }, (names) =>
      withTimezones(withUsed(names, 'ACE'), { ACE: 'Europe/Zurich' }),
    );
    const entry = park(
      {
        ...{ format: 1, stage: 'due', dueMs: start, tries: 0, history: [] },
        ...aStateRequest({ changedMs: start - 300_000, beganMs: start - 300_000 }),
      },
      start - 240_000,
      { code: 'AUTOSYS_REFUSED', reason: 'rejected by AutoSys' },
    );
    await table.put(toRow(entry, start), undefined);
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await embedded[Symbol.asyncDispose]();
  });

  const env = { LEDGER_TABLE: 'Ledger' };
  const ask = (...argv: readonly string[]) => runCli(argv, { env, now: now() });

  test('print times of the instance without a route file, and how long ago they were', async () => {
    const list = await ask('parked');
    const status = await ask('status', 'AWS_SETTLEMENT', '--instance', 'ACE');

    expect(list.stdout).toMatch(/^2026-11-20T02:56:00\.000\+01:00 \(4 min ago\) {2}ACE {2}/);
    expect(status.stdout).toContain('since 2026-11-20T02:55:00.000+01:00 (5 min ago)');
    expect(status.stdout).toMatch(/^ {2}2026-11-20T02:56:00\.000\+01:00 {2}parked: /m);
  });

  test('are fitted to the terminal, except commands and keys; a pipe gets whole lines', async () => {
    const terminal = { env: { ...env, NO_COLOR: '1' }, now: now(), isTTY: true, columns: 50 };

    const fitted = (await runCli(['parked'], terminal)).stdout.trimEnd().split('\n');
    const whole = (await ask('parked')).stdout.trimEnd().split('\n');

    const isCopied = (line: string) => /^ {2}(?:command|key): /.test(line);
    expect(
      Math.max(...fitted.filter((line) => !isCopied(line)).map(({ length }) => length)),
    ).toBeLessThanOrEqual(50);
    expect(fitted.filter(isCopied)).toEqual(whole.filter(isCopied));
    expect(whole).toHaveLength(6);
    expect(fitted.length).toBeGreaterThan(6);
  });

  test('print UTC with --utc', async () => {
    const { stdout } = await ask('parked', '--utc');

    expect(stdout).toMatch(/^2026-11-20T01:56:00\.000Z \(4 min ago\) {2}ACE {2}/);
  });

  test('print UTC as JSON', async () => {
    const { stdout } = await ask('parked', '--json');

    expect(JSON.parse(stdout).parked).toMatchObject([{ parkedAt: '2026-11-20T01:56:00.000Z' }]);
  });

  test('print UTC if the row with the timezones cannot be read', async () => {
    const row = await table.get(instanceNamesKey);
    await table.put({ key: instanceNamesKey, body: { format: 2 } }, row?.revision);

    const { code, stdout } = await ask('parked');

    expect(code).toBe(0);
    expect(stdout).toMatch(/^2026-11-20T01:56:00\.000Z/);
  });
});
