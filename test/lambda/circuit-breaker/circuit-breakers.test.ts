import { describe, expect, test } from 'vitest';
import {
  type CircuitBreakersDeps,
  type CircuitChange,
  createCircuitBreakers,
} from '../../../lambda/circuit-breaker/circuit-breakers.ts';
import { createRecordedTable } from '../../support/table.ts';
import { ace } from '../delivery/rig.ts';

const error = { name: 'E', code: 'AUTOSYS_UNREACHABLE', message: 'connection refused' };
const away = { kind: 'unreached', error } as const;

/** The circuit breakers of several sandboxes with one table and one manual clock. */
function someCircuitBreakers({
  believedMs = 0,
  maintenance = () => undefined,
}: Partial<Pick<CircuitBreakersDeps, 'believedMs' | 'maintenance'>> = {}) {
  let nowMs = 0;
  let reads = 0;
  const changes: CircuitChange[] = [];
  const now = () => new Date(nowMs);
  const table = createRecordedTable({ now });
  const counting = {
    ...table,
    get: (key: string) => {
      reads += 1;
      return table.get(key);
    },
  };
  const policy = { failuresToOpen: 3, firstWaitMs: 1_000, maxWaitMs: 8_000, probeMs: 500 };
  return {
    table,
    changes,
    reads: () => reads,
    advance: (ms: number) => {
      nowMs += ms;
    },
    open: () => {
      const onChange = (change: CircuitChange) => changes.push(change);
      const given = { table: counting, now, jitter: () => 1, policy, believedMs, maintenance };
      return createCircuitBreakers({ ...given, onChange });
    },
  };
}

describe('the circuit breakers of two sandboxes', () => {
  test('open together after three failures of either sandbox', async () => {
    const { open } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, away);
    await other.failed(ace, away);
    expect((await other.ask(ace, 'a')).kind).toBe('go');

    await one.failed(ace, away);

    const outage = { outage: 'circuitBreaker', sinceMs: 0 };
    const wait = { kind: 'wait', untilMs: 1_000, reason: 'connection refused', ...outage };
    expect([await one.ask(ace, 'a'), await other.ask(ace, 'b')]).toEqual([wait, wait]);
  });

  test.for(['unreached', 'unknown'] as const)(
    'stay closed after any failure of a single request: %s',
    async (kind) => {
      const { open, table } = someCircuitBreakers();

      for (let failed = 0; failed < 9; failed += 1) {
        await open().failed(ace, { kind, error, ofRequest: true });
      }

      expect((await open().ask(ace, 'a')).kind).toBe('go');
      expect(table.written).toEqual([]);
    },
  );

  test('open at the first rejected login', async () => {
    const { open } = someCircuitBreakers();

    await open().failed(ace, { ...away, lockedOut: true });

    expect(await open().ask(ace, 'b')).toMatchObject({ kind: 'wait', untilMs: 1_000 });
  });

  test('allow one probe when the wait is over, and close for all when it succeeds', async () => {
    const { open, advance } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, { ...away, lockedOut: true });
    advance(1_000);

    expect((await one.ask(ace, 'a')).kind).toBe('probe');
    expect(await other.ask(ace, 'b')).toMatchObject({ kind: 'wait', untilMs: 1_500 });
    await one.succeeded(ace);
    expect((await other.ask(ace, 'b')).kind).toBe('go');
  });

  test('stay open for longer when the probe fails', async () => {
    const { open, advance } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, { ...away, lockedOut: true });
    advance(1_000);
    await one.ask(ace, 'a');

    await one.failed(ace, away);

    expect(await other.ask(ace, 'b')).toMatchObject({ kind: 'wait', untilMs: 3_000 });
  });

  test('allow another probe when the first function has died', async () => {
    const { open, advance } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, { ...away, lockedOut: true });
    advance(1_000);
    await one.ask(ace, 'a');
    advance(500);

    expect((await other.ask(ace, 'b')).kind).toBe('probe');
  });

  test('allow only one probe of two concurrent functions', async () => {
    const { open, advance } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, { ...away, lockedOut: true });
    advance(1_000);

    const passes = await Promise.all([one.ask(ace, 'a'), other.ask(ace, 'b')]);

    expect(passes.map(({ kind }) => kind).sort()).toEqual(['probe', 'wait']);
  });
});

describe('a circuit breaker', () => {
  test('is read once while the cached state is valid, for any number of calls', async () => {
    const { open, reads, advance } = someCircuitBreakers({ believedMs: 5_000 });
    const circuitBreakers = open();
    for (let at = 0; at < 100; at += 1) await circuitBreakers.ask(ace, `m${at}`);
    expect(reads()).toBe(1);

    advance(5_000);
    await circuitBreakers.ask(ace, 'm');

    expect(reads()).toBe(2);
  });

  test('writes nothing while requests succeed', async () => {
    const { open, table } = someCircuitBreakers();
    const circuitBreakers = open();

    await circuitBreakers.ask(ace, 'a');
    await circuitBreakers.succeeded(ace);

    expect(table.written).toEqual([]);
  });

  test('counts concurrent failures as at least one', async () => {
    const { open } = someCircuitBreakers();
    const circuitBreakers = open();

    await Promise.all([1, 2, 3].map(() => circuitBreakers.failed(ace, away)));
    await circuitBreakers.failed(ace, away);
    await circuitBreakers.failed(ace, away);

    expect((await circuitBreakers.ask(ace, 'a')).kind).toBe('wait');
  });

  test('in another format counts as closed, and is overwritten by the next failure', async () => {
    const { open, table } = someCircuitBreakers();
    await table.put(
      { key: 'circuit ACE', body: { shut: true }, expiresAt: new Date(1e12) },
      undefined,
    );
    const circuitBreakers = open();

    expect((await circuitBreakers.ask(ace, 'a')).kind).toBe('go');
    await circuitBreakers.failed(ace, { ...away, lockedOut: true });

    expect((await circuitBreakers.ask(ace, 'a')).kind).toBe('wait');
  });
});

describe('the changes of a circuit breaker', () => {
  const closed = {
    kind: 'opened',
    instance: ace,
    reason: 'connection refused',
    until: new Date(1_000),
  };

  test('is notified once when it opens and once when it closes, by any sandbox', async () => {
    const { open, advance, changes } = someCircuitBreakers();
    const sandboxes = [open(), open(), open()] as const;
    await Promise.all(sandboxes.map((circuitBreakers) => circuitBreakers.failed(ace, away)));
    for (const circuitBreakers of sandboxes) await circuitBreakers.failed(ace, away);
    for (const circuitBreakers of sandboxes) await circuitBreakers.failed(ace, away);
    expect(changes).toEqual([closed]);
    advance(1_000);
    await sandboxes[0].ask(ace, 'a');
    await sandboxes[0].failed(ace, away);
    advance(2_000);
    await sandboxes[1].ask(ace, 'b');

    for (const circuitBreakers of sandboxes) await circuitBreakers.succeeded(ace);

    expect(changes).toEqual([closed, { kind: 'closed', instance: ace, openForMs: 3_000 }]);
  });

  test('is a rejected login when that opens it, and at every probe after it', async () => {
    const { open, advance, changes } = someCircuitBreakers();
    const circuitBreakers = open();
    const refused = { ...away, lockedOut: true } as const;
    await circuitBreakers.failed(ace, refused);
    await circuitBreakers.failed(ace, refused);
    advance(1_000);
    await circuitBreakers.ask(ace, 'a');

    await circuitBreakers.failed(ace, refused);

    const rejected = { kind: 'loginRefused', instance: ace };
    expect(changes).toEqual([rejected, closed, rejected]);
  });

  test('is not notified if a success follows a few failures', async () => {
    const { open, changes } = someCircuitBreakers();
    const circuitBreakers = open();
    await circuitBreakers.failed(ace, away);
    await circuitBreakers.failed(ace, away);

    await circuitBreakers.succeeded(ace);

    expect(changes).toEqual([]);
  });

  test('shows whether it is open, without a probe', async () => {
    const { open, advance } = someCircuitBreakers();
    const circuitBreakers = open();
    expect(await circuitBreakers.isOpen(ace)).toBe(false);
    await circuitBreakers.failed(ace, { ...away, lockedOut: true });
    expect(await circuitBreakers.isOpen(ace)).toBe(true);
    advance(1_000);

    expect(await circuitBreakers.isOpen(ace)).toBe(true);
    expect((await circuitBreakers.ask(ace, 'a')).kind).toBe('probe');
  });
});

describe('a declared maintenance window', () => {
  const window = { fromMs: 1_000, untilMs: 5_000, reason: 'declared maintenance until noon' };
  const maintenance: CircuitBreakersDeps['maintenance'] = (_, nowMs) =>
    nowMs >= 1_000 && nowMs < 5_000 ? window : undefined;

  test('delays all requests until its end, with the reason, without a read', async () => {
    const { open, advance, reads } = someCircuitBreakers({ maintenance });
    const circuitBreakers = open();
    advance(1_000);

    expect(await circuitBreakers.ask(ace, 'a')).toEqual({
      kind: 'wait',
      untilMs: 5_000,
      reason: 'declared maintenance until noon',
      outage: 'maintenance',
      sinceMs: 1_000,
    });
    expect(reads()).toBe(0);
    advance(4_000);
    expect(await circuitBreakers.ask(ace, 'a')).toEqual({ kind: 'go' });
  });

  test('does not count failures of requests that were under way when it opened', async () => {
    const { open, advance, table, changes } = someCircuitBreakers({ maintenance });
    const circuitBreakers = open();
    advance(1_000);

    await circuitBreakers.failed(ace, { ...away, lockedOut: true });

    expect([table.written, changes]).toEqual([[], []]);
  });

  test('is no failure, even if AutoSys was down before; the circuit breaker is unchanged after it', async () => {
    const { open, advance } = someCircuitBreakers({ maintenance });
    const circuitBreakers = open();
    await circuitBreakers.failed(ace, { ...away, lockedOut: true });
    advance(1_000);
    expect(await circuitBreakers.isOpen(ace)).toBe(false);
    advance(4_000);

    expect(await circuitBreakers.isOpen(ace)).toBe(true);
    expect((await circuitBreakers.ask(ace, 'a')).kind).toBe('probe');
  });
});
