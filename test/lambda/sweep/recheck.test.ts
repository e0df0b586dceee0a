import { describe, expect, test } from 'vitest';
import type { LastChanged } from '../../../autosys/autorep/index.ts';
import { AutosysRefusedError } from '../../../autosys/errors.ts';
import { createRecheck, type Recheck } from '../../../lambda/sweep/recheck.ts';
import { ace, aRig, unreachable } from '../delivery/rig.ts';
import { aOneShotRequest, aStateRequest } from '../ledger/requests.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A rig in which AutoSys has confirmed RUNNING, and then SUCCEEDED. */
async function aConfirmedValue({ rereadForMs = 6 * hourMs } = {}) {
  const rig = aRig();
  const sandbox = rig.open();
  const running = aStateRequest();
  const succeeded = aStateRequest({ status: 'SUCCEEDED' });
  await sandbox.work(running);
  await sandbox.work(succeeded);
  const confirmedMs = rig.now().getTime();
  let reads = 0;
  const port = {
    ...rig.autosys.port,
    readGlobalVariable: async (...args: Parameters<typeof rig.autosys.port.readGlobalVariable>) => {
      reads += 1;
      return rig.autosys.port.readGlobalVariable(...args);
    },
  };
  const reread = createRecheck({
    table: rig.table,
    circuitBreakers: sandbox.circuitBreakers,
    autosysFor: () => ({
      ...rig.autosys,
      confirmWithinMs: 0,
      deadlineMs: 0,
      drainPerSecond: 10,
      port,
    }),
    now: rig.now,
    sleep: async (ms) => rig.advance(ms),
    newLeaseId: () => 'sweep',
  });
  return {
    ...rig,
    sandbox,
    succeeded,
    reads: () => reads,
    show: (value: string | undefined, lastChanged?: LastChanged) => {
      rig.autosys.globalVariable =
        value === undefined
          ? { kind: 'unset' }
          : { kind: 'value', value, ...(lastChanged && { lastChanged }) };
    },
    /** Last Changed at this offset from the confirmation of SUCCEEDED, in milliseconds. */
    changed: (ms: number): LastChanged => ({
      at: new Date(confirmedMs + ms),
      ambiguous: false,
    }),
    sweep: async (signal = new AbortController().signal): Promise<readonly Recheck[]> => {
      const all: Recheck[] = [];
      for await (const one of reread({ name: ace, rereadForMs }, signal)) all.push(one);
      return all;
    },
  };
}

describe('a confirmed value', () => {
  test('is read again at growing intervals, for six hours', async () => {
    const rig = await aConfirmedValue();

    const readAfter: number[] = [];
    for (let minutes = 1; minutes <= 24 * 60; minutes += 1) {
      rig.advance(minuteMs);
      const before = rig.reads();
      expect(await rig.sweep()).toEqual([]);
      if (rig.reads() > before) readAfter.push(minutes);
    }

    expect(readAfter).toEqual([5, 15, 60, 180, 360]);
    expect(rig.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test.for([
    { when: 'for a day', rereadForMs: 24 * hourMs, reads: 7 },
    { when: 'for an hour only', rereadForMs: hourMs, reads: 3 },
    { when: 'for less than the first interval', rereadForMs: minuteMs, reads: 0 },
    { when: 'never', rereadForMs: 0, reads: 0 },
  ])('is read again $when if its instance sets that', async ({ rereadForMs, reads }) => {
    const rig = await aConfirmedValue({ rereadForMs });

    for (let hours = 1; hours <= 48; hours += 1) {
      rig.advance(hourMs);
      await rig.sweep();
    }

    expect(rig.reads()).toBe(reads);
  });

  test.for([
    { shows: 'nothing', value: undefined, reason: 'it is not set any more' },
    {
      shows: 'the value before it with an older change',
      value: 'RUNNING',
      reason:
        'it shows "RUNNING", last changed at 1969-12-31T23:55:10.000Z, before our confirmation',
    },
    {
      shows: 'another value with an older change',
      value: 'OF LAST NIGHT',
      reason:
        'it shows "OF LAST NIGHT", last changed at 1969-12-31T23:55:10.000Z, before our confirmation',
    },
  ])('is set again through the ledger where AutoSys shows $shows', async ({ value, reason }) => {
    const rig = await aConfirmedValue();
    rig.show(value, rig.changed(-5 * minuteMs));
    rig.advance(5 * minuteMs);

    const results = await rig.sweep();
    await rig.open().drain();

    expect(results).toMatchObject([
      { kind: 'reasserted', reason: `AutoSys has lost it: ${reason}; set again` },
    ]);
    expect(rig.autosys.values).toEqual(['RUNNING', 'SUCCEEDED', 'SUCCEEDED']);
    const entry = await rig.entry(rig.succeeded);
    expect(entry).toMatchObject({ stage: 'confirmed', previousValues: ['RUNNING'], rereads: 1 });
    expect(entry?.history.map(({ text }) => text)).toContain(
      `AutoSys has lost it: ${reason}; set again`,
    );
  });

  test.for<{ when: string; ms?: number; ambiguous?: true; reason: string }>([
    { when: 'long after our confirmation', ms: 3 * minuteMs, reason: 'after our confirmation' },
    { when: 'just after our confirmation', ms: minuteMs, reason: 'too near' },
    { when: 'two minutes before our confirmation', ms: -2 * minuteMs, reason: 'too near' },
    {
      when: 'in the repeated hour of autumn',
      ms: -hourMs,
      ambiguous: true,
      reason: 'in the hour that clocks repeat',
    },
    { when: 'at a time that AutoSys does not show', reason: 'does not show when' },
  ])(
    'that was set back to the previous value $when is left unchanged',
    async ({ ms, ...facts }) => {
      const rig = await aConfirmedValue();
      const { ambiguous = false, reason } = facts;
      rig.show('RUNNING', ms === undefined ? undefined : { ...rig.changed(ms), ambiguous });
      rig.advance(5 * minuteMs);

      const results = await rig.sweep();
      rig.advance(24 * hourMs);
      await rig.sweep();
      await rig.open().drain();

      expect(results).toMatchObject([
        {
          kind: 'leftAlone',
          reason: expect.stringMatching(
            `^it shows "RUNNING", a previous value; .*${reason}.*; left alone$`,
          ),
        },
      ]);
      expect(rig.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
    },
  );

  test('is unchanged if AutoSys shows it without trailing blanks', async () => {
    const rig = await aConfirmedValue();
    rig.show('SUCCEEDED ');
    rig.advance(5 * minuteMs);

    expect(await rig.sweep()).toEqual([]);
  });

  test('that another user has changed is left unchanged, and logged once', async () => {
    const rig = await aConfirmedValue();
    rig.show('SKIPPED BY HAND');
    rig.advance(5 * minuteMs);

    const results = await rig.sweep();
    rig.advance(24 * hourMs);
    const later = await rig.sweep();
    await rig.open().drain();

    expect(results).toMatchObject([
      { kind: 'leftAlone', reason: 'changed externally to "SKIPPED BY HAND"; left alone' },
    ]);
    expect(later).toEqual([]);
    expect(rig.autosys.values).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('is set again five times at most', async () => {
    const rig = await aConfirmedValue();

    for (let sweeps = 0; sweeps < 20; sweeps += 1) {
      rig.show('RUNNING', rig.changed(-hourMs));
      rig.advance(6 * hourMs);
      await rig.sweep();
      await rig.open().drain();
    }

    expect(rig.autosys.values.filter((value) => value === 'SUCCEEDED')).toHaveLength(6);
  });

  test('yields to a newer request that arrives during the read', async () => {
    const rig = await aConfirmedValue();
    rig.show(undefined);
    rig.advance(5 * minuteMs);
    const read = rig.autosys.port.readGlobalVariable;
    rig.autosys.port.readGlobalVariable = async (...results) => {
      rig.autosys.port.readGlobalVariable = read;
      const shown = await read(...results);
      await rig.open().work(aStateRequest({ beganMs: 2_000, run: 'run-b', status: 'FAILED' }));
      return shown;
    };

    const results = await rig.sweep();
    await rig.open().drain();

    expect(results).toEqual([]);
    expect(rig.autosys.values).toEqual(['RUNNING', 'SUCCEEDED', 'FAILED']);
  });

  test('that cannot be read back is logged, and read again at its next time', async () => {
    const rig = await aConfirmedValue();
    rig.autosys.globalVariable = new AutosysRefusedError({
      doing: 'reading',
      httpStatus: 403,
      said: 'no',
    });
    rig.advance(5 * minuteMs);

    expect(await rig.sweep()).toMatchObject([{ kind: 'leftAlone' }]);
    rig.show(undefined);
    rig.advance(10 * minuteMs);
    expect(await rig.sweep()).toMatchObject([{ kind: 'reasserted' }]);
  });
});

describe('the recheck', () => {
  test('waits while the circuit breaker is open', async () => {
    const rig = await aConfirmedValue();
    rig.advance(5 * minuteMs);
    const error = { name: 'E', code: 'E', message: 'refused' };
    await rig.sandbox.circuitBreakers.failed(ace, { kind: 'unreached', error, lockedOut: true });

    const closed = await rig.sweep();
    rig.advance(minuteMs);
    await rig.sweep();

    expect(closed).toEqual([]);
    expect(rig.reads()).toBe(1);
  });

  test('is repeated if AutoSys could not be read, and the circuit breaker records the failure', async () => {
    const rig = await aConfirmedValue();
    rig.autosys.globalVariable = unreachable();
    rig.advance(5 * minuteMs);

    for (let sweeps = 0; sweeps < 3; sweeps += 1) {
      expect(await rig.sweep()).toMatchObject([{ kind: 'failed' }]);
    }

    expect(await rig.sandbox.circuitBreakers.isOpen(ace)).toBe(true);
    expect((await rig.entry(rig.succeeded))?.rereads).toBeUndefined();
  });

  test('stops when the invocation ends', async () => {
    const rig = await aConfirmedValue();
    rig.advance(5 * minuteMs);

    expect(await rig.sweep(AbortSignal.abort())).toEqual([]);
    expect(rig.reads()).toBe(0);
  });

  test('does not apply to one-shot effects', async () => {
    const rig = await aConfirmedValue();
    await rig.sandbox.work(aOneShotRequest());
    rig.advance(24 * hourMs);
    await rig.sweep();

    expect(rig.reads()).toBe(1);
  });
});
