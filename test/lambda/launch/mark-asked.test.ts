import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import type { SetMirror } from '../../../lambda/launch/mirror/set-mirror.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import type { BatchJobTarget } from '../../../lambda/routing/targets.ts';
import { aBatchRig } from './batch-rig.ts';
import { aLaunchRig, aTarget } from './rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const launchKey = 'launch ACE NIGHT_EOD 1620/1 1';
const minuteMs = 60_000;
const mirror = { kind: 'global', name: 'AWS_RISK' } as const;
const died = new Error('the function has died');

/** A Batch target with a mirror. `port` may be replaced, for a function that dies or waits. */
async function aMirroredRig({
  target = {},
  wrap,
}: {
  readonly target?: Partial<BatchJobTarget>;
  readonly wrap?: (table: SearchableTable) => SearchableTable;
} = {}) {
  const shown: SetMirror = async () => ({ kind: 'confirmed', at: new Date(0) });
  const port = { setMirror: shown };
  const rig = await aBatchRig({
    target: { mirror, ...target },
    setMirror: (...call) => port.setMirror(...call),
    ...(wrap && { wrap }),
  });
  return {
    ...rig,
    port,
    /** The function of this request dies while it waits for AutoSys. */
    async die(over: Readonly<Record<string, unknown>> = {}) {
      port.setMirror = () => Promise.reject(died);
      await rig.start(over);
      port.setMirror = shown;
      await rig.aws.clock.advance(minuteMs);
    },
    shown,
    readLaunch: async () => (await rig.launches.readByName(name))?.launch,
  };
}

/** A table that counts the writes of launch rows, and fails chosen ones before or after them. */
function aFailingTable() {
  const fail: { before?: number; after?: number } = {};
  let writes = 0;
  return {
    fail,
    writes: () => writes,
    wrap: (table: SearchableTable): SearchableTable => ({
      ...table,
      put: async (row, seen) => {
        if (row.key !== launchKey) return table.put(row, seen);
        writes += 1;
        const write = writes;
        if (write === fail.before) throw new LedgerError({ doing: 'write', reason: 'throttled' });
        const revision = await table.put(row, seen);
        if (write === fail.after) throw new LedgerError({ doing: 'write', reason: 'timeout' });
        return revision;
      },
    }),
  };
}

describe('a function that dies while it waits for the mirror', () => {
  test('has not asked AWS: the next request continues the start without a lookup', async () => {
    await using rig = await aMirroredRig();
    for (let deaths = 0; deaths < 3; deaths += 1) await rig.die();

    const { status } = await rig.start();

    expect(status).toBe(201);
    expect(rig.aws.workloads.calls).toEqual({ SubmitJob: 1 });
    expect((await rig.readLaunch())?.unknownCalls).toBeUndefined();
  });

  test('keeps the lease of the start until it expires', async () => {
    await using rig = await aMirroredRig();
    rig.port.setMirror = () => Promise.reject(died);
    await rig.start();
    rig.port.setMirror = rig.shown;

    expect((await rig.start()).status).toBe(202);
    expect(rig.jobs()).toEqual([]);
  });

  test('does not hide an earlier call of unknown outcome', async () => {
    await using rig = await aMirroredRig();
    rig.aws.workloads.injectFault('SubmitJob', { kind: 'loseRequest' });
    await rig.start();
    await rig.aws.clock.advance(3 * minuteMs);
    await rig.die();

    const { status } = await rig.start();

    expect(status).toBe(201);
    expect(rig.aws.workloads.calls).toEqual({ SubmitJob: 2, ListJobs: 2 });
  });

  test('lets the same try be requested with other input', async () => {
    await using rig = await aMirroredRig();
    await rig.die();

    const { status } = await rig.start({ launchId: 'two', params: { date: '2026-12-01' } });

    expect(status).toBe(201);
    expect(rig.jobs()).toHaveLength(1);
  });

  test('refuses other input while the function may still ask AWS', async () => {
    await using rig = await aMirroredRig();
    rig.port.setMirror = () => Promise.reject(died);
    await rig.start();

    const { status } = await rig.start({ launchId: 'two', params: { date: '2026-12-01' } });

    expect(status).toBe(409);
  });

  test('is looked up by the sweep, which sets the mirror to FAILED after ten minutes', async () => {
    await using rig = await aMirroredRig();
    await rig.die();
    await rig.aws.clock.advance(11 * minuteMs);

    expect((await rig.check()).map(({ kind }) => kind)).toEqual(['neverStarted']);
    expect(rig.mirrorSettings.at(-1)?.status).toBe('FAILED');
  });
});

describe('a function that dies after it has recorded that AWS is about to be asked', () => {
  test('may have asked AWS: the job is looked up before a second SubmitJob', async () => {
    await using rig = await aMirroredRig();
    const { submitJob } = rig.ports;
    rig.ports.submitJob = () => Promise.reject(died);
    await rig.start();
    rig.ports.submitJob = submitJob;
    await rig.aws.clock.advance(minuteMs);
    const early = await rig.start();
    await rig.aws.clock.advance(2 * minuteMs);

    const late = await rig.start();

    expect([early.status, late.status]).toEqual([202, 201]);
    expect(rig.aws.workloads.calls).toEqual({ ListJobs: 2, SubmitJob: 1 });
  });

  test('may have started the job, which is found', async () => {
    await using rig = await aMirroredRig();
    const { submitJob } = rig.ports;
    rig.ports.submitJob = async (...call) => {
      await submitJob(...call);
      throw died;
    };
    await rig.start();
    await rig.aws.clock.advance(minuteMs);

    const { status, body } = await rig.start();

    expect(status).toBe(200);
    expect(body.awsId).toBe(rig.jobs()[0]?.run);
    expect(rig.jobs()).toHaveLength(1);
  });
});

describe('the record that AWS is about to be asked', () => {
  test('is one more write of a Batch job with a mirror, and of no other start', async () => {
    const plain = aFailingTable();
    const mirrored = aFailingTable();
    await using one = await aBatchRig({ wrap: plain.wrap });
    await using other = await aMirroredRig({ wrap: mirrored.wrap });
    const execution = aFailingTable();
    const third = aLaunchRig({ targets: [aTarget({ mirror })], wrap: execution.wrap });

    await one.start();
    await other.start();
    await third.start();

    expect([plain.writes(), execution.writes(), mirrored.writes()]).toEqual([2, 2, 3]);
  });

  test('that fails asks AWS nothing, and the start is continued', async () => {
    const table = aFailingTable();
    table.fail.before = 2;
    await using rig = await aMirroredRig({ wrap: table.wrap });

    expect((await rig.start()).status).toBe(503);
    expect(rig.jobs()).toEqual([]);
    await rig.aws.clock.advance(minuteMs);

    expect((await rig.start()).status).toBe(201);
    expect(rig.aws.workloads.calls).toEqual({ SubmitJob: 1 });
  });

  test('whose answer is lost counts as a call of unknown outcome', async () => {
    const table = aFailingTable();
    table.fail.after = 2;
    await using rig = await aMirroredRig({ wrap: table.wrap });

    expect((await rig.start()).status).toBe(503);
    expect(rig.jobs()).toEqual([]);
    await rig.aws.clock.advance(minuteMs);
    expect((await rig.start()).status).toBe(202);
    await rig.aws.clock.advance(2 * minuteMs);

    expect((await rig.start()).status).toBe(201);
    expect(rig.jobs()).toHaveLength(1);
  });

  test('is not made by a function whose lease another one has taken over', async () => {
    await using rig = await aMirroredRig();
    const paused = Promise.withResolvers<void>();
    rig.port.setMirror = async (...call) => {
      await paused.promise;
      return rig.shown(...call);
    };
    const slow = rig.start();
    await rig.aws.clock.advance(minuteMs);
    rig.port.setMirror = rig.shown;
    const fast = await rig.start();
    paused.resolve();

    const { status, body } = await slow;

    expect(fast.status).toBe(201);
    expect(status).toBe(503);
    expect(body.message).toContain('the lease of the start has expired');
    expect(rig.jobs()).toHaveLength(1);
    expect(rig.duplicates).toEqual([]);
  });

  test('is not made after the lease has expired, also if no other function has it', async () => {
    await using rig = await aMirroredRig();
    rig.port.setMirror = async (...call) => {
      await rig.aws.clock.advance(minuteMs);
      return rig.shown(...call);
    };

    expect((await rig.start()).status).toBe(503);
    expect(rig.jobs()).toEqual([]);
    rig.port.setMirror = rig.shown;

    expect((await rig.start()).status).toBe(201);
    expect(rig.aws.workloads.calls).toEqual({ SubmitJob: 1 });
  });

  test('is not made after a stop, and the mirror is set to FAILED', async () => {
    await using rig = await aMirroredRig();
    let isStopped = false;
    rig.port.setMirror = async (...call) => {
      if (!isStopped) {
        isStopped = true;
        await rig.stop(name);
      }
      return rig.shown(...call);
    };

    const { status } = await rig.start();
    await rig.check();

    expect(status).toBe(422);
    expect(rig.jobs()).toEqual([]);
    expect(await rig.readLaunch()).toMatchObject({ stage: 'refused', stop: { state: 'proven' } });
    expect(rig.mirrorSettings.at(-1)?.status).toBe('FAILED');
  });

  test('is missing in a row of older software, which counts as asked', async () => {
    await using rig = await aMirroredRig();
    await rig.die();
    const stored = await rig.launches.readByName(name);
    if (!stored?.launch.lease) throw new Error('no lease');
    const { unasked: _, ...lease } = stored.launch.lease;
    await rig.launches.write({ ...stored.launch, lease }, stored.revision);

    expect((await rig.start()).status).toBe(202);
    expect(rig.aws.workloads.calls).toEqual({ ListJobs: 1 });
  });

  test('is made by one of many functions at once', async () => {
    await using rig = await aMirroredRig();
    await rig.die();

    await Promise.all(Array.from({ length: 20 }, () => rig.start()));

    expect(rig.aws.workloads.calls).toEqual({ SubmitJob: 1 });
  });
});

describe('a redrive with a mirror', () => {
  test('whose function died before AWS was asked starts a new run if AWS refuses it', async () => {
    let isDying = false;
    const rig = aLaunchRig({
      targets: [aTarget({ mirror, onRetry: 'redrive' })],
      setMirror: async () => {
        if (isDying) throw died;
        return { kind: 'confirmed', at: new Date(0) };
      },
    });
    await rig.start();
    await rig.report(name, { status: 'FAILED' });
    isDying = true;
    await rig.start({ try: 2, launchId: 'two' });
    isDying = false;
    rig.advance(minuteMs);
    rig.stepFunctions.nextRedrives.push({ kind: 'refused', code: 'ExecutionNotRedrivable' });

    const { status, body } = await rig.start({ try: 2, launchId: 'two' });

    expect(status).toBe(201);
    expect(body.changes.map(({ text }) => text).join('\n')).toContain('a new run is started');
    expect(rig.stepFunctions.calls).toHaveLength(2);
  });
});
