import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import type { Launch } from '../../../lambda/launch/launch.ts';
import { isSlotFree, parseSlot, type Slot, toSlotKey } from '../../../lambda/launch/slot-row.ts';
import { aLaunchRig, aTarget } from './rig.ts';

const minuteMs = 60_000;
const nowMs = Date.parse('2026-11-30T02:00:00Z');

/** A rig whose target has a limit. */
const aLimitedRig = (maxRunning: number, over: Parameters<typeof aLaunchRig>[0] = {}) =>
  aLaunchRig({ targets: [aTarget({ maxRunning })], ...over });

const toName = (run: number) => `NIGHT_EOD-r${run}t1-ACE`;

/** The launches that hold the places of the target, by place. */
async function readHolders(rig: ReturnType<typeof aLaunchRig>, places: number) {
  const rows = await Promise.all(
    Array.from({ length: places }, (_, at) => rig.table.get(toSlotKey('settlement', at + 1))),
  );
  return rows.map((row) => row && parseSlot(row).launch);
}

describe('a target with maxRunning', () => {
  test('starts exactly as many of 50 runs that are requested at once', async () => {
    const rig = aLimitedRig(5);

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => rig.start({ run: at + 1, launchId: `id-${at}` })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array(5).fill(201),
      ...Array(45).fill(429),
    ]);
    expect(rig.stepFunctions.executions.size).toBe(5);
    expect(new Set(await readHolders(rig, 5)).size).toBe(5);
  });

  test('refuses a further run with words, and leaves no launch behind', async () => {
    const rig = aLimitedRig(2);
    await rig.start({ run: 1 });
    rig.advance(minuteMs);
    await rig.start({ run: 2 });
    rig.advance(minuteMs);

    const { status, body, headers } = await rig.start({ run: 3 });

    expect(status).toBe(429);
    expect(body).toMatchObject({ code: 'TARGET_BUSY', exit: 69 });
    expect(body.message).toBe(
      'target settlement has maxRunning 2, and 2 runs have not ended, the oldest since 2026-11-30T01:00:00.000Z',
    );
    expect(headers['retry-after']).toBe('15');
    expect((await rig.status(toName(3))).status).toBe(404);
    expect(rig.stepFunctions.calls).toHaveLength(2);
  });

  test('starts the next run once one has ended', async () => {
    const rig = aLimitedRig(1);
    await rig.start({ run: 1 });
    expect((await rig.start({ run: 2 })).status).toBe(429);
    await rig.report(toName(1), { status: 'FAILED' });

    expect((await rig.start({ run: 2 })).status).toBe(201);
    expect((await rig.start({ run: 3 })).status).toBe(429);
  });

  test('finds a run of the same identity while it is full', async () => {
    const rig = aLimitedRig(1);
    await rig.start({ run: 1 });

    expect((await rig.start({ run: 1, launchId: 'two' })).status).toBe(200);
  });

  test('has a place again after a refusal of AWS', async () => {
    const rig = aLimitedRig(1);
    rig.stepFunctions.next.push({ kind: 'refused', code: 'StateMachineDoesNotExist' });
    await rig.start({ run: 1 });

    expect((await rig.start({ run: 2 })).status).toBe(201);
    expect((await rig.start({ run: 1, launchId: 'two' })).status).toBe(429);
  });

  test('keeps the place of a refused start that is requested anew', async () => {
    const rig = aLimitedRig(1);
    rig.stepFunctions.next.push({ kind: 'refused', code: 'StateMachineDoesNotExist' });
    await rig.start({ run: 1 });
    await rig.start({ run: 1, launchId: 'two' });

    expect((await rig.start({ run: 2 })).status).toBe(429);
  });

  test('keeps the place of a start that AWS did not get for ten minutes', async () => {
    const rig = aLimitedRig(1);
    rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ThrottlingException' });
    await rig.start({ run: 1 });
    rig.advance(9 * minuteMs);
    expect((await rig.start({ run: 2 })).status).toBe(429);
    rig.advance(minuteMs);

    expect((await rig.start({ run: 2 })).status).toBe(201);
    expect((await rig.start({ run: 1 })).status).toBe(429);
    expect(rig.stepFunctions.executions.size).toBe(1);
  });

  test.each([
    ['whose answer was lost', 'lost'],
    ['whose function died', 'died'],
  ])('keeps the place of a start %s until it has been looked up', async (_, how) => {
    let isDead = how === 'died';
    const rig = aLimitedRig(1, {
      beforeStart: async () => {
        if (isDead) throw new Error('the function has died');
      },
    });
    if (how === 'lost') rig.stepFunctions.next.push('lost');
    await rig.start({ run: 1 });
    isDead = false;
    rig.advance(60 * minuteMs);

    expect((await rig.start({ run: 2 })).status).toBe(429);
    await rig.check();
    // AWS knows the first start only if its call was made.
    expect((await rig.start({ run: 2 })).status).toBe(how === 'died' ? 201 : 429);
  });

  test('keeps the place of a start that is repeated', async () => {
    const rig = aLimitedRig(1);
    rig.stepFunctions.next.push(...Array(2).fill({ kind: 'notSent', reason: 'Throttling' }));
    await rig.start({ run: 1 });
    rig.advance(9 * minuteMs);
    await rig.start({ run: 1 });
    rig.advance(9 * minuteMs);

    expect((await rig.start({ run: 2 })).status).toBe(429);
    expect((await rig.start({ run: 1 })).status).toBe(201);
  });

  test('gives one place to several requests of one identity', async () => {
    const rig = aLimitedRig(3);

    await Promise.all(
      Array.from({ length: 8 }, (_, at) => rig.start({ run: 1, launchId: `id-${at}` })),
    );
    const others = await Promise.all([2, 3, 4].map((run) => rig.start({ run })));

    expect(rig.stepFunctions.executions.size).toBe(3);
    expect(others.map(({ status }) => status).sort()).toEqual([201, 201, 429]);
  });

  test('frees the place of a function that died before it wrote the intent', async () => {
    let isDying = true;
    const rig = aLimitedRig(1, {
      wrap: (table) => ({
        ...table,
        put: (row, seen) => {
          if (!isDying || row.key.startsWith('slot')) return table.put(row, seen);
          throw new LedgerError({ doing: 'write', reason: 'throttled' });
        },
      }),
    });
    expect((await rig.start({ run: 1 })).status).toBe(503);
    isDying = false;
    expect((await rig.start({ run: 2 })).status).toBe(429);
    rig.advance(10 * minuteMs);

    expect((await rig.start({ run: 2 })).status).toBe(201);
  });

  test('does not start a run whose place another run took at the same time', async () => {
    const rig = aLimitedRig(1);
    rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ThrottlingException' });
    await rig.start({ run: 1 });
    rig.advance(10 * minuteMs);

    const answers = await Promise.all([rig.start({ run: 1 }), rig.start({ run: 2 })]);

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 429]);
    expect(rig.stepFunctions.executions.size).toBe(1);
  });

  test('is not read by a target without it', async () => {
    const keys: string[] = [];
    const rig = aLaunchRig({
      wrap: (table) => ({
        ...table,
        get: (key) => {
          keys.push(key);
          return table.get(key);
        },
      }),
    });

    await rig.start();

    expect(keys.filter((key) => key.startsWith('slot'))).toEqual([]);
  });

  test.for([2, 5, 9])('holds in random interleavings (seed %i)', async (seed) => {
    let random = seed;
    const next = (max: number) => {
      random = (random * 48_271) % 2_147_483_647;
      return random % max;
    };
    const rig = aLimitedRig(3);
    const ended = new Set<number>();
    const started = new Set<number>();

    for (let round = 0; round < 30; round += 1) {
      const wanted = Array.from({ length: 8 }, () => round * 5 + next(10));
      if (next(3) === 0) rig.stepFunctions.next.push({ kind: 'notSent', reason: 'Throttling' });
      await Promise.all(wanted.map((run) => rig.start({ run: run + 1, launchId: `i${next(99)}` })));
      for (const { name } of rig.stepFunctions.executions.values()) {
        started.add(Number(/r(\d+)t/.exec(name)?.[1]));
      }
      const active = [...started].filter((run) => !ended.has(run));
      expect(active.length).toBeLessThanOrEqual(3);
      for (const run of active.filter(() => next(2) === 0)) {
        await rig.report(toName(run), { status: 'SUCCEEDED' });
        ended.add(run);
      }
      rig.advance(next(4) * minuteMs);
    }

    expect(started.size).toBeGreaterThan(10);
  });
});

describe('a slot', () => {
  const slot: Slot = {
    ...{ format: 1, kind: 'slot', launch: 'launch ACE A 1/1 1' },
    ...{ launchId: 'one', takenMs: nowMs - minuteMs },
  };
  const old = { ...slot, takenMs: nowMs - 11 * minuteMs };
  const launch: Launch = {
    ...{ format: 1, kind: 'launch', identity: { kind: 'key', key: 'A' }, start: 1, name: 'A' },
    ...{ target: 'risk', workload: 'execution', caller: 'agents', launchId: 'one' },
    ...{ inputDigest: 'd', requestedMs: nowMs - 11 * minuteMs, stage: 'started', history: [] },
  };

  test.for([
    { of: 'an active run', slot: old, launch, free: false },
    { of: 'an ended run', slot, launch, endedMs: nowMs, free: true },
    { of: 'a refused launch', slot, launch: { ...launch, stage: 'refused' }, free: true },
    {
      of: 'a launch that was refused before, and requested anew',
      slot,
      launch: { ...launch, stage: 'refused', launchId: 'before' },
      free: false,
    },
    { of: 'a launch that is not written yet', slot, launch: undefined, free: false },
    { of: 'a launch that was never written', slot: old, launch: undefined, free: true },
    { of: 'an idle intent', slot: old, launch: { ...launch, stage: 'intended' }, free: true },
    {
      of: 'an idle intent that is continued',
      slot,
      launch: { ...launch, stage: 'intended' },
      free: false,
    },
    {
      of: 'an intent with a recent call',
      slot: old,
      launch: {
        ...launch,
        stage: 'intended',
        unknownCalls: { count: 1, lastMs: nowMs - 9 * minuteMs },
      },
      free: false,
    },
    {
      of: 'an intent with a lease',
      slot: old,
      launch: { ...launch, stage: 'intended', lease: { owner: 'x', untilMs: nowMs } },
      free: false,
    },
  ] as const)('of $of: free $free', ({ slot: held, free, ...row }) => {
    const endedMs = 'endedMs' in row ? row.endedMs : undefined;

    expect(isSlotFree(held, { launch: row.launch, endedMs, nowMs })).toBe(free);
  });
});
