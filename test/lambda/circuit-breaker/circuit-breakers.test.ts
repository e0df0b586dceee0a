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

/** The circuit breakers of several sandboxes over one table, on one time that tests move. */
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
  test('close together after three failures of either', async () => {
    const { open } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, away);
    await other.failed(ace, away);
    expect((await other.ask(ace, 'a')).kind).toBe('go');

    await one.failed(ace, away);

    const wait = { kind: 'wait', untilMs: 1_000, reason: 'connection refused' };
    expect([await one.ask(ace, 'a'), await other.ask(ace, 'b')]).toEqual([wait, wait]);
  });

  test.for(['unreached', 'unknown'] as const)(
    'stay open whatever a single request meets: %s',
    async (kind) => {
      const { open, table } = someCircuitBreakers();

      for (let failed = 0; failed < 9; failed += 1) {
        await open().failed(ace, { kind, error, ofRequest: true });
      }

      expect((await open().ask(ace, 'a')).kind).toBe('go');
      expect(table.written).toEqual([]);
    },
  );

  test('close at the first refused login', async () => {
    const { open } = someCircuitBreakers();

    await open().failed(ace, { ...away, lockedOut: true });

    expect(await open().ask(ace, 'b')).toMatchObject({ kind: 'wait', untilMs: 1_000 });
  });

  test('let one try when the time is over, and open for all when he succeeds', async () => {
    const { open, advance } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, { ...away, lockedOut: true });
    advance(1_000);

    expect((await one.ask(ace, 'a')).kind).toBe('probe');
    expect(await other.ask(ace, 'b')).toMatchObject({ kind: 'wait', untilMs: 1_500 });
    await one.succeeded(ace);
    expect((await other.ask(ace, 'b')).kind).toBe('go');
  });

  test('stay closed for longer when he fails', async () => {
    const { open, advance } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, { ...away, lockedOut: true });
    advance(1_000);
    await one.ask(ace, 'a');

    await one.failed(ace, away);

    expect(await other.ask(ace, 'b')).toMatchObject({ kind: 'wait', untilMs: 3_000 });
  });

  test('let another try when the first has died', async () => {
    const { open, advance } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, { ...away, lockedOut: true });
    advance(1_000);
    await one.ask(ace, 'a');
    advance(500);

    expect((await other.ask(ace, 'b')).kind).toBe('probe');
  });

  test('let only one of two try that ask at once', async () => {
    const { open, advance } = someCircuitBreakers();
    const [one, other] = [open(), open()];
    await one.failed(ace, { ...away, lockedOut: true });
    advance(1_000);

    const passes = await Promise.all([one.ask(ace, 'a'), other.ask(ace, 'b')]);

    expect(passes.map(({ kind }) => kind).sort()).toEqual(['probe', 'wait']);
  });
});

describe('a circuit breaker', () => {
  test('is read once in the time it is believed, however often it is asked', async () => {
    const { open, reads, advance } = someCircuitBreakers({ believedMs: 5_000 });
    const circuitBreakers = open();
    for (let at = 0; at < 100; at += 1) await circuitBreakers.ask(ace, `m${at}`);
    expect(reads()).toBe(1);

    advance(5_000);
    await circuitBreakers.ask(ace, 'm');

    expect(reads()).toBe(2);
  });

  test('writes nothing while all is well', async () => {
    const { open, table } = someCircuitBreakers();
    const circuitBreakers = open();

    await circuitBreakers.ask(ace, 'a');
    await circuitBreakers.succeeded(ace);

    expect(table.written).toEqual([]);
  });

  test('counts failures that come at once at least as one', async () => {
    const { open } = someCircuitBreakers();
    const circuitBreakers = open();

    await Promise.all([1, 2, 3].map(() => circuitBreakers.failed(ace, away)));
    await circuitBreakers.failed(ace, away);
    await circuitBreakers.failed(ace, away);

    expect((await circuitBreakers.ask(ace, 'a')).kind).toBe('wait');
  });

  test('that other software has written counts as open, and is written over by the next failure', async () => {
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

  test('is told once when it closes and once when it opens, whichever sandbox it was', async () => {
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

  test('is a refused login when it closes, and at every try since', async () => {
    const { open, advance, changes } = someCircuitBreakers();
    const circuitBreakers = open();
    const refused = { ...away, lockedOut: true } as const;
    await circuitBreakers.failed(ace, refused);
    await circuitBreakers.failed(ace, refused);
    advance(1_000);
    await circuitBreakers.ask(ace, 'a');

    await circuitBreakers.failed(ace, refused);

    const told = { kind: 'loginRefused', instance: ace };
    expect(changes).toEqual([told, closed, told]);
  });

  test('is nothing where a few failures are followed by a success', async () => {
    const { open, changes } = someCircuitBreakers();
    const circuitBreakers = open();
    await circuitBreakers.failed(ace, away);
    await circuitBreakers.failed(ace, away);

    await circuitBreakers.succeeded(ace);

    expect(changes).toEqual([]);
  });

  test('is whether it is closed, to whoever asks and does not try', async () => {
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
  const window = { untilMs: 5_000, reason: 'declared maintenance until noon' };
  const maintenance: CircuitBreakersDeps['maintenance'] = (_, nowMs) =>
    nowMs >= 1_000 && nowMs < 5_000 ? window : undefined;

  test('keeps everybody waiting until its end, in words, at the cost of no read', async () => {
    const { open, advance, reads } = someCircuitBreakers({ maintenance });
    const circuitBreakers = open();
    advance(1_000);

    expect(await circuitBreakers.ask(ace, 'a')).toEqual({ kind: 'wait', ...window });
    expect(reads()).toBe(0);
    advance(4_000);
    expect(await circuitBreakers.ask(ace, 'a')).toEqual({ kind: 'go' });
  });

  test('counts no failure of what was under way when it opened', async () => {
    const { open, advance, table, changes } = someCircuitBreakers({ maintenance });
    const circuitBreakers = open();
    advance(1_000);

    await circuitBreakers.failed(ace, { ...away, lockedOut: true });

    expect([table.written, changes]).toEqual([[], []]);
  });

  test('is no failure, even where AutoSys was down before; after it the circuit breaker is as it was', async () => {
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
