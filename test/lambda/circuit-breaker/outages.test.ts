import { describe, expect, test } from 'vitest';
import { createCircuitBreakers } from '../../../lambda/circuit-breaker/circuit-breakers.ts';
import type { OpenWindow } from '../../../lambda/circuit-breaker/maintenance.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { keptMs } from '../../../lambda/ledger/entry-row.ts';
import {
  findLastingOutages,
  type Outage,
  parseOutage,
  toOutageTarget,
} from '../../../lambda/ledger/outage.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import { createReconcileOutages } from '../../../lambda/sweep/reconcile-outages.ts';
import { ace } from '../delivery/rig.ts';

const start = Date.parse('2026-11-20T02:13:00Z');
const at = (text: string) => Date.parse(`2026-11-20T${text}Z`);
const error = { name: 'E', code: 'AUTOSYS_UNREACHABLE', message: 'connection refused' };
const away = { kind: 'unreached', error } as const;
const rejected = {
  ...away,
  error: { ...error, message: 'login rejected' },
  lockedOut: true,
} as const;

/** Circuit breakers of several functions, and the outages that they record. */
function someFunctions({ window }: { readonly window?: OpenWindow } = {}) {
  let nowMs = start;
  const trips: string[] = [];
  let failing = false;
  const now = () => new Date(nowMs);
  const memory = createMemoryTable({ now });
  const table: SearchableTable = {
    ...memory,
    get: (key) => {
      trips.push(`get ${key}`);
      return memory.get(key);
    },
    put: async (row, seen) => {
      trips.push(`put ${row.key}`);
      if (failing && row.key.startsWith('outage ')) {
        throw new LedgerError({ doing: 'write', reason: 'down' });
      }
      return memory.put(row, seen);
    },
  };
  const policy = { failuresToOpen: 3, firstWaitMs: 10_000, maxWaitMs: 80_000, probeMs: 500 };
  const maintenance = () =>
    window && window.fromMs <= nowMs && nowMs < window.untilMs ? window : undefined;
  const deps = { table, now, jitter: () => 1, policy, believedMs: 0 };
  return {
    table: memory,
    trips,
    moveTo: (time: string) => {
      nowMs = at(time);
    },
    failOutages: (fails: boolean) => {
      failing = fails;
    },
    open: () => createCircuitBreakers(deps),
    sweep: () => createReconcileOutages({ table, now, maintenance })(ace),
    outages: async (): Promise<readonly Outage[]> => {
      const { entries } = await memory.ofTarget(toOutageTarget(ace), { limit: 9 });
      const rows = await Promise.all(entries.map(({ key }) => memory.get(key)));
      return rows.flatMap((row) => (row ? [parseOutage(row)] : []));
    },
  };
}

describe('an outage', () => {
  test('is recorded once by several functions, with its beginning, reason and end', async () => {
    const { open, moveTo, outages } = someFunctions();
    const functions = [open(), open(), open(), open()];
    for (const one of functions) await one.failed(ace, away);
    const lasting = await outages();
    moveTo('04:00:00');

    await Promise.all(functions.map((one) => one.succeeded(ace)));

    expect(lasting).toMatchObject([
      { outage: 'circuitBreaker', fromMs: start, lasts: true, reason: 'connection refused' },
    ]);
    expect(await outages()).toEqual([
      {
        format: 1,
        kind: 'outage',
        instance: ace,
        outage: 'circuitBreaker',
        fromMs: start,
        untilMs: at('04:00:00'),
        reason: 'connection refused',
        history: [
          { atMs: start, text: 'began: connection refused' },
          { atMs: at('04:00:00'), text: 'ended' },
        ],
      },
    ]);
  });

  test('is kept for 90 days after its end, and found in the hour of its end', async () => {
    const { open, moveTo, table } = someFunctions();
    await open().failed(ace, rejected);
    moveTo('04:00:00');
    await open().succeeded(ace);

    const hour = { from: new Date(at('04:00:00')), until: new Date(at('04:00:00')), limit: 9 };
    const { keys } = await table.inSpan(ace, hour);
    const row = await table.get(keys[0] ?? '');

    expect(keys).toEqual(['outage ACE login 2026-11-20T02:13:00.000Z']);
    expect(row?.expiresAt).toEqual(new Date(at('04:00:00') + keptMs));
    expect(row?.agenda).toBeUndefined();
  });

  test('is a suspension of logins if a rejected login opened the circuit breaker', async () => {
    const { open, outages } = someFunctions();

    await open().failed(ace, rejected);

    expect(await outages()).toMatchObject([{ outage: 'login', reason: 'login rejected' }]);
  });

  test('becomes two if the login is rejected at a later probe; both end together', async () => {
    const { open, moveTo, outages } = someFunctions();
    for (let failed = 0; failed < 3; failed += 1) await open().failed(ace, away);
    moveTo('02:30:00');
    await open().failed(ace, rejected);
    moveTo('03:00:00');
    await open().succeeded(ace);

    expect(await outages()).toMatchObject([
      { outage: 'login', fromMs: at('02:30:00'), untilMs: at('03:00:00') },
      { outage: 'circuitBreaker', fromMs: start, untilMs: at('03:00:00') },
    ]);
  });

  test('costs no call while nothing is wrong, nor at further failures', async () => {
    const { open, trips } = someFunctions();
    const one = open();
    await one.ask(ace, 'a');
    await one.succeeded(ace);
    await one.failed(ace, away);
    await one.succeeded(ace);
    expect(trips.filter((trip) => trip.includes('outage'))).toEqual([]);

    for (let failed = 0; failed < 5; failed += 1) await one.failed(ace, away);

    expect(trips.filter((trip) => trip.includes('outage'))).toHaveLength(1);
  });
});

describe('the sweep', () => {
  test('records an outage whose function could not record it, and its end', async () => {
    const { open, sweep, moveTo, outages, failOutages } = someFunctions();
    failOutages(true);
    await open().failed(ace, rejected);
    failOutages(false);
    await sweep();
    expect(await outages()).toMatchObject([{ outage: 'login', fromMs: start, lasts: true }]);

    moveTo('03:00:00');
    failOutages(true);
    await open().succeeded(ace);
    failOutages(false);
    moveTo('03:01:00');
    await sweep();

    expect(await outages()).toMatchObject([{ fromMs: start, untilMs: at('03:01:00') }]);
  });

  test('leaves an outage that lasts as it is, without a write', async () => {
    const { open, sweep, trips } = someFunctions();
    await open().failed(ace, rejected);
    trips.splice(0);

    await sweep();

    expect(trips.filter((trip) => trip.startsWith('put'))).toEqual([]);
  });

  test('records a maintenance window with its declared limits, once', async () => {
    const window = { fromMs: at('02:00:00'), untilMs: at('03:00:00'), reason: 'declared' };
    const { sweep, moveTo, outages, table } = someFunctions({ window });
    await sweep();
    moveTo('02:30:00');
    await sweep();
    expect(await findLastingOutages(table, ace)).toMatchObject([
      {
        outage: 'maintenance',
        fromMs: at('02:00:00'),
        untilMs: at('03:00:00'),
        reason: 'declared',
      },
    ]);

    moveTo('03:01:00');
    await sweep();

    expect(await outages()).toMatchObject([{ untilMs: at('03:00:00') }]);
    expect(await findLastingOutages(table, ace)).toEqual([]);
  });
});
