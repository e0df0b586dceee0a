import { describe, expect, test } from 'vitest';
import type { JobStatus } from '../../../autosys/status.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { aLaunchRig, aTarget } from './rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const minuteMs = 60_000;
const settle = aTarget({ mirror: { kind: 'global', name: 'AWS_SETTLEMENT' } });
const settleJob = aTarget({ mirror: { kind: 'job', name: 'SETTLE_IN_AWS' } });
const notShown = {
  kind: 'waiting',
  code: 'BRIDGE_NOT_VISIBLE',
  reason: 'accepted, not visible yet: SUCCEEDED',
} as const;

const statusesOf = (rig: ReturnType<typeof aLaunchRig>) =>
  rig.mirrorSettings.map(({ status }) => status);

describe('a target with a mirror', () => {
  test('shows RUNNING before AWS is asked to start the run', async () => {
    const order: string[] = [];
    const rig = aLaunchRig({
      targets: [settle],
      setMirror: async (_launch, status) => {
        order.push(status);
        return { kind: 'confirmed', at: new Date() };
      },
      beforeStart: async () => {
        order.push('StartExecution');
      },
    });

    const { status, body } = await rig.start();

    expect(status).toBe(201);
    expect(order).toEqual(['RUNNING', 'StartExecution']);
    expect(body.changes[0]?.text).toBe(
      'requested by agents (target settlement, shown in variable AWS_SETTLEMENT)',
    );
  });

  test('waits until AutoSys shows RUNNING', async () => {
    let reads = 0;
    const rig = aLaunchRig({
      targets: [settle],
      setMirror: async () => {
        reads += 1;
        return reads < 10 ? notShown : { kind: 'confirmed', at: new Date() };
      },
    });

    expect((await rig.start()).status).toBe(201);
    expect(reads).toBe(10);
  });

  test('starts nothing if AutoSys does not show RUNNING within 15 s, and is set to FAILED', async () => {
    let isSlow = true;
    const rig = aLaunchRig({
      targets: [settle],
      setMirror: async () => (isSlow ? notShown : { kind: 'confirmed', at: new Date() }),
    });
    const beganMs = rig.nowMs();

    const { status, body } = await rig.start();

    expect(status).toBe(503);
    expect(body.message).toContain(
      'AutoSys does not show RUNNING in variable AWS_SETTLEMENT: accepted, not visible yet',
    );
    expect(rig.nowMs() - beganMs).toBe(15_000);
    expect(rig.stepFunctions.calls).toEqual([]);
    expect(statusesOf(rig).at(-1)).toBe('FAILED');
    // The command repeats its request with the same launch id.
    isSlow = false;
    expect((await rig.start()).status).toBe(201);
    expect(statusesOf(rig).at(-1)).toBe('RUNNING');
  });

  test('does not press an AutoSys that is not reached', async () => {
    let calls = 0;
    const rig = aLaunchRig({
      targets: [settle],
      setMirror: async (_launch, status) => {
        if (status === 'RUNNING') calls += 1;
        return { kind: 'waiting', code: 'BRIDGE_UNREACHED', reason: 'connection refused' };
      },
    });

    const { status, body } = await rig.start();

    expect(status).toBe(503);
    expect(body.message).toContain('connection refused');
    expect(calls).toBe(4);
  });

  test('stays at RUNNING while a request for it is in doubt, and the launch goes on', async () => {
    let isInDoubt = true;
    const rig = aLaunchRig({
      targets: [settle],
      setMirror: async () =>
        isInDoubt ? { ...notShown, isInDoubt: true } : { kind: 'confirmed', at: new Date() },
    });

    const { status, body } = await rig.start();
    rig.advance(minuteMs);
    expect((await rig.start()).status).toBe(503);

    expect(status).toBe(503);
    expect(body.message).toContain('AutoSys does not show RUNNING in variable');
    expect(new Set(statusesOf(rig))).toEqual(new Set(['RUNNING']));
    isInDoubt = false;
    expect((await rig.start()).status).toBe(201);
  });

  test('in doubt is set to FAILED by the sweep if no request follows', async () => {
    const rig = aLaunchRig({
      targets: [settle],
      setMirror: async () => ({ ...notShown, isInDoubt: true }),
    });
    await rig.start();
    rig.advance(11 * minuteMs);

    expect((await rig.check()).map(({ kind }) => kind)).toEqual(['neverStarted']);
    expect(statusesOf(rig).at(-1)).toBe('FAILED');
  });

  test('that AutoSys rejects refuses the start for good, with words', async () => {
    const rig = aLaunchRig({
      targets: [settleJob],
      setMirror: async () => ({ kind: 'parked', code: 'CAUAJM_E_10', reason: 'no such job' }),
    });

    const first = await rig.start();
    const second = await rig.start();

    for (const { status, body } of [first, second]) {
      expect(status).toBe(422);
      expect(body).toMatchObject({ code: 'MIRROR_REJECTED', exit: 78 });
      expect(body.message).toContain('AutoSys has rejected RUNNING for job SETTLE_IN_AWS');
    }
    expect(rig.stepFunctions.calls).toEqual([]);
  });

  test('is set to FAILED if AWS refuses the start', async () => {
    const rig = aLaunchRig({ targets: [settle] });
    rig.stepFunctions.next.push({
      kind: 'refused',
      code: 'StateMachineDoesNotExist',
      message: 'no such state machine',
    });

    expect((await rig.start()).status).toBe(422);
    expect(statusesOf(rig)).toEqual(['RUNNING', 'FAILED']);
    expect(await rig.check()).toEqual([]);
    expect(statusesOf(rig)).toHaveLength(2);
  });

  test('is set to FAILED by the sweep if the function could not', async () => {
    let isThrottled = false;
    const rig = aLaunchRig({
      targets: [settle],
      setMirror: async (_launch, status) => {
        if (status === 'FAILED' && isThrottled) {
          throw new LedgerError({ doing: 'write', reason: 'throttled' });
        }
        return { kind: 'confirmed', at: new Date() };
      },
    });
    rig.stepFunctions.next.push({ kind: 'refused', code: 'X', message: 'no' });
    isThrottled = true;
    expect((await rig.start()).status).toBe(503);
    isThrottled = false;
    rig.advance(minuteMs);

    await rig.check();
    await rig.check();

    expect(statusesOf(rig)).toEqual(['RUNNING', 'FAILED', 'FAILED']);
    expect((await rig.start()).status).toBe(422);
  });

  test('is set to FAILED if the start never reached AWS', async () => {
    const rig = aLaunchRig({
      targets: [settle],
      beforeStart: async () => {
        throw new Error('the function has died');
      },
    });
    await rig.start();
    rig.advance(11 * minuteMs);

    const checks = await rig.check();

    expect(checks.map(({ kind }) => kind)).toEqual(['neverStarted']);
    expect(statusesOf(rig)).toEqual(['RUNNING', 'FAILED']);
  });

  test('is set to FAILED if the start was stopped before it reached AWS', async () => {
    const rig = aLaunchRig({ targets: [settle] });
    rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ThrottlingException' });
    await rig.start();
    await rig.stop(name);
    rig.advance(minuteMs);

    await rig.check();

    expect(statusesOf(rig)).toEqual(['RUNNING', 'FAILED']);
  });

  test('is not set to FAILED after an unknown outcome of the start', async () => {
    let isSlow = false;
    const rig = aLaunchRig({
      targets: [settle],
      setMirror: async () => (isSlow ? notShown : { kind: 'confirmed', at: new Date() }),
    });
    rig.stepFunctions.next.push('lost');
    await rig.start();
    isSlow = true;

    const { status } = await rig.start();

    expect(status).toBe(503);
    expect(statusesOf(rig)).not.toContain('FAILED');
    rig.advance(2 * minuteMs);
    expect((await rig.check()).map(({ kind }) => kind)).toEqual(['startFound']);
  });

  test('shows RUNNING before a repeated request is answered with 202', async () => {
    let isAway = false;
    const rig = aLaunchRig({
      targets: [settle],
      setMirror: async () => {
        if (isAway) return notShown;
        return { kind: 'confirmed', at: new Date() };
      },
      beforeStart: async () => {
        throw new Error('the function has died');
      },
    });
    await rig.start();
    const settings = rig.mirrorSettings.length;
    isAway = true;

    const { status, body } = await rig.start();

    expect(status).toBe(503);
    expect(body.message).toContain('AutoSys does not show RUNNING in variable AWS_SETTLEMENT');
    expect(statusesOf(rig).slice(settings)).not.toContain('FAILED');
    isAway = false;
    expect((await rig.start()).status).toBe(202);
  });

  test('that is rejected after the lease of the start is not the answer of the next function', async () => {
    const next = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let other: ReturnType<typeof rig.start> | undefined;
    let calls = 0;
    const rig: ReturnType<typeof aLaunchRig> = aLaunchRig({
      targets: [settle],
      setMirror: async () => {
        calls += 1;
        if (calls === 1) {
          rig.advance(minuteMs);
          other = rig.start();
          await reached.promise;
          return { kind: 'parked', code: 'CAUAJM_E_10', reason: 'no' };
        }
        if (calls > 2) return notShown;
        reached.resolve();
        await next.promise;
        return { kind: 'confirmed', at: new Date() };
      },
    });

    const { status } = await rig.start();

    expect(status).toBe(503);
    next.resolve();
    expect(await other).toMatchObject({ status: 201 });
  });

  test('shows RUNNING again before a restart, and before a redrive', async () => {
    for (const how of ['again', 'redrive']) {
      const rig = aLaunchRig({ targets: [settle] });
      await rig.start();
      await rig.report(name, { status: 'FAILED' });
      rig.advance(minuteMs);

      const { status } = await rig.restart(name, { how });

      expect(status).toBe(201);
      expect(rig.mirrorSettings.map((one) => one.name)).toEqual([name, `${name}-a2`]);
      expect(statusesOf(rig)).toEqual(['RUNNING', 'RUNNING']);
    }
  });

  test('cannot be the job that starts the run', async () => {
    const rig = aLaunchRig({
      targets: [aTarget({ mirror: { kind: 'job', name: 'NIGHT_EOD' } })],
    });

    const { status, body } = await rig.start();

    expect(status).toBe(400);
    expect(body.message).toContain('job: found NIGHT_EOD, the mirror job of target settlement');
    expect(rig.mirrorSettings).toEqual([]);
  });

  test('is not set for a start with a key', async () => {
    const rig = aLaunchRig({ targets: [settle] });

    const { status } = await rig.start({
      key: 'by-hand',
      job: undefined,
      run: undefined,
      try: undefined,
    });

    expect(status).toBe(201);
    expect(rig.mirrorSettings).toEqual([]);
  });
});

/** AutoSys shows no run of a job without a process: Run/Ntry stays 0/0 (facts of the embedded one). */
function showMirror(rig: ReturnType<typeof aLaunchRig>, status: JobStatus) {
  rig.jobs.set('ACE SETTLE_IN_AWS', { status, lastRun: {} });
}

function showLaunchJob(rig: ReturnType<typeof aLaunchRig>, status: JobStatus) {
  rig.jobs.set('ACE NIGHT_EOD', { status, lastRun: { run: 1620, try: 1 } });
}

describe('a mirror job', () => {
  async function aRunning() {
    const rig = aLaunchRig({ targets: [settleJob] });
    await rig.start();
    showLaunchJob(rig, 'TERMINATED');
    return rig;
  }

  test('that an operator kills ends the run', async () => {
    const rig = await aRunning();
    showMirror(rig, 'TERMINATED');
    rig.advance(2 * minuteMs);

    expect((await rig.check()).map(({ kind }) => kind)).toEqual(['waiterGone', 'stopProven']);
    expect(rig.stepFunctions.stopped).toHaveLength(1);
  });

  test.each(['RUNNING', 'SUCCESS', 'FAILURE', 'ON_HOLD', 'ON_ICE', 'INACTIVE'] as const)(
    'that shows %s ends nothing, and is looked at again',
    async (status) => {
      const rig = await aRunning();
      showMirror(rig, status);
      rig.advance(2 * minuteMs);
      expect(await rig.check()).toEqual([]);
      showMirror(rig, 'TERMINATED');
      rig.advance(2 * minuteMs);

      expect((await rig.check()).map(({ kind }) => kind)).toEqual(['waiterGone', 'stopProven']);
    },
  );

  test('that was deleted ends nothing, and is looked at again once it is defined anew', async () => {
    const rig = await aRunning();
    rig.advance(2 * minuteMs);
    expect(await rig.check()).toEqual([]);
    expect(rig.stepFunctions.stopped).toEqual([]);
    showMirror(rig, 'TERMINATED');
    rig.advance(2 * minuteMs);

    expect((await rig.check()).map(({ kind }) => kind)).toEqual(['waiterGone', 'stopProven']);
  });

  test('is not looked at after the end of the run', async () => {
    const rig = await aRunning();
    await rig.report(name, { status: 'SUCCEEDED' });
    showMirror(rig, 'TERMINATED');
    rig.advance(2 * minuteMs);

    expect(await rig.check()).toEqual([]);
    expect(rig.stepFunctions.stopped).toEqual([]);
  });
});

describe('a command that waits for a run with a mirror job', () => {
  async function aWaiting() {
    const read: string[] = [];
    const rig = aLaunchRig({
      targets: [settleJob],
      readAutosysRun: async ({ instance, job }) => {
        read.push(job);
        const { status = 'RUNNING', lastRun = {} } = rig.jobs.get(`${instance} ${job}`) ?? {};
        return { kind: 'shown', status, ...lastRun };
      },
    });
    showLaunchJob(rig, 'RUNNING');
    showMirror(rig, 'RUNNING');
    const { body } = await rig.start({ wait: true });
    const checkFor = async (minutes: number, { polls }: { polls: boolean }) => {
      const kinds: string[] = [];
      for (let minute = 0; minute < minutes; minute += 1) {
        rig.advance(minuteMs);
        if (polls) await rig.status(name, { after: body.rev });
        kinds.push(...(await rig.check()).map(({ kind }) => kind));
      }
      return kinds;
    };
    return { rig, read, checkFor };
  }

  test('and vanishes has its run stopped if AutoSys shows its job as TERMINATED', async () => {
    const { rig, checkFor } = await aWaiting();
    showLaunchJob(rig, 'TERMINATED');

    expect(await checkFor(3, { polls: false })).toEqual(['waiterGone', 'stopProven']);

    expect(rig.stepFunctions.stopped).toHaveLength(1);
    expect((await rig.status(name)).body.stop?.text).toContain('the waiting command is gone');
  });

  test('and vanishes is looked at every two minutes while its job is RUNNING', async () => {
    const { rig, read, checkFor } = await aWaiting();
    expect(await checkFor(9, { polls: false })).toEqual([]);
    expect(read.filter((job) => job === 'NIGHT_EOD')).toHaveLength(4);
    expect(read.filter((job) => job === 'SETTLE_IN_AWS')).toHaveLength(4);
    showLaunchJob(rig, 'TERMINATED');

    expect(await checkFor(2, { polls: false })).toEqual(['waiterGone', 'stopProven']);
  });

  test('and vanishes leaves the run to the mirror job once its own job has ended', async () => {
    const { rig, read, checkFor } = await aWaiting();
    showLaunchJob(rig, 'FAILURE');
    expect(await checkFor(9, { polls: false })).toEqual([]);
    expect(read.filter((job) => job === 'NIGHT_EOD')).toHaveLength(1);
    showMirror(rig, 'TERMINATED');

    expect(await checkFor(2, { polls: false })).toEqual(['waiterGone', 'stopProven']);
  });

  test('and leaves marks has only its mirror job read', async () => {
    const { rig, read, checkFor } = await aWaiting();
    showLaunchJob(rig, 'TERMINATED');
    expect(await checkFor(9, { polls: true })).toEqual([]);
    expect(read).toEqual(Array.from({ length: 4 }, () => 'SETTLE_IN_AWS'));
    showMirror(rig, 'TERMINATED');

    expect(await checkFor(2, { polls: true })).toEqual(['waiterGone', 'stopProven']);
    expect(rig.stepFunctions.stopped).toHaveLength(1);
  });

  test('is not looked at after the end of the run', async () => {
    const { rig, read, checkFor } = await aWaiting();
    await rig.report(name, { status: 'FAILED' });
    showLaunchJob(rig, 'TERMINATED');

    expect(await checkFor(9, { polls: false })).toEqual([]);
    expect(read).toEqual([]);
  });
});
