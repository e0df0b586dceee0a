import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import {
  aBatchJobEvent,
  anExecutionEvent,
  startedAtMs,
  stoppedAtMs,
} from '../../support/builders.ts';
import { aRoute, fromBatchJob, setGlobalOn } from '../../support/routes.ts';
import { aDescribedBatchJob, aDescribedExecution } from './lookup.ts';
import { aSweepRig } from './rig.ts';

const running = {
  status: 'RUNNING',
  stopDate: undefined,
  output: undefined,
  outputDetails: undefined,
};
const arnOf = (name: string, region = 'eu-west-1', account = '111122223333') =>
  `arn:aws:states:${region}:${account}:execution:settlement:${name}`;
const aRunning = (name: string, detail: object = {}) =>
  anExecutionEvent({ status: 'RUNNING', name, executionArn: arnOf(name), ...detail });
const executionArn = arnOf('run-1');

describe('an execution whose end was not reported by an event', () => {
  test('is reported to AutoSys like an event, and is not looked up again', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution();

    const results = await rig.sweep();
    rig.advance(86_400_000);
    const later = await rig.sweep();

    expect(results).toMatchObject([
      { kind: 'recovered', event: { status: 'SUCCEEDED', recovered: true } },
    ]);
    expect(later).toEqual([]);
    expect(rig.autosys.values).toEqual(['SUCCEEDED']);
  });

  test('is a duplicate if its event arrives later', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution();
    await rig.sweep();

    const late = await rig.open().take(anExecutionEvent());

    expect(late).toMatchObject({
      settled: [{ outcome: { kind: 'dropped', reason: expect.stringMatching(/^duplicate/) } }],
    });
    expect(rig.autosys.values).toEqual(['SUCCEEDED']);
  });

  test('is reported once by two concurrent sweep runs', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution();

    await Promise.all([rig.sweep(), rig.sweep()]);

    expect(rig.autosys.values).toEqual(['SUCCEEDED']);
    expect(await rig.run(executionArn)).not.toHaveProperty('askMs');
  });

  test('is reported in its present state only: a redrive that runs', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));
    const redriveDate = new Date(rig.now().getTime() - 60_000);
    rig.executions[executionArn] = aDescribedExecution({
      ...running,
      redriveCount: 1,
      redriveDate,
    });

    const results = await rig.sweep();

    expect(results).toMatchObject([{ kind: 'recovered', event: { redriveCount: 1 } }]);
    expect((await rig.run(executionArn))?.askMs).toBeGreaterThan(rig.now().getTime());
  });

  test('that ended with a status that no route matches is closed, and AutoSys gets no event', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution({ status: 'ABORTED' });

    const results = await rig.sweep();

    expect(results).toMatchObject([{ kind: 'ended', event: { status: 'ABORTED' } }]);
    expect(await rig.run(executionArn)).not.toHaveProperty('askMs');
    expect(rig.autosys.sent).toEqual([]);
  });

  test('is looked up again until the ledger has all its effects', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution();
    let fails = true;
    const table = {
      ...rig.table,
      get: async (key: string) => {
        if (fails && key.startsWith('state '))
          throw new LedgerError({ doing: 'read', reason: 'x' });
        return rig.table.get(key);
      },
    };

    const failed = await rig.sweep({ sandbox: { table } });
    fails = false;
    rig.advance(3_600_000);
    const again = await rig.sweep();
    rig.advance(86_400_000);

    expect(failed).toMatchObject([{ kind: 'failed', error: { code: 'BRIDGE_LEDGER' } }]);
    expect(again).toMatchObject([{ kind: 'recovered' }]);
    expect(rig.autosys.values).toEqual(['SUCCEEDED']);
    expect(await rig.sweep()).toEqual([]);
  });

  test('that no route matches any more is closed, with the reason', async () => {
    const rig = aSweepRig({ routes: [] });
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution();

    const results = await rig.sweep();

    expect(results).toMatchObject([{ kind: 'ended', reason: expect.stringContaining('no route') }]);
    expect(await rig.run(executionArn)).not.toHaveProperty('askMs');
  });

  test('that AWS no longer knows is closed and logged as lost', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));

    const results = await rig.sweep();

    const reason = 'AWS no longer knows settlement execution run-1; how it ended is not known';
    expect(results).toMatchObject([{ kind: 'lost', reason }]);
    const run = await rig.run(executionArn);
    expect(run).not.toHaveProperty('askMs');
    expect(run?.history.at(-1)?.text).toBe(`closed: ${reason}`);
  });
});

describe('an execution that still runs', () => {
  test('is looked up at growing intervals, up to an hour', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution(running);

    const minutes: number[] = [];
    for (let asks = 0; asks < 6; asks += 1) {
      expect(await rig.sweep()).toMatchObject([{ kind: 'still', status: 'RUNNING' }]);
      const againMs = ((await rig.run(executionArn))?.askMs ?? 0) - rig.now().getTime();
      minutes.push(againMs / 60_000);
      rig.advance(againMs);
    }

    expect(minutes).toEqual([5, 10, 20, 40, 60, 60]);
    expect(rig.autosys.sent).toEqual([]);
  });

  test('is not looked up before it is due', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution(running);
    await rig.sweep();
    rig.advance(4 * 60_000);

    expect(await rig.sweep()).toEqual([]);
    expect(rig.calls).toHaveLength(1);
  });

  test.for(['throttled', 'denied', 'unavailable'] as const)(
    'is looked up later if AWS answers %s, with the reason in its history',
    async (why) => {
      const rig = aSweepRig({ routes: [aRoute()] });
      await rig.recordEvent(aRunning('run-1'));
      rig.executions[executionArn] = why;

      const results = await rig.sweep();

      expect(results).toMatchObject([{ kind: 'unanswered', why, reason: 'Scripted' }]);
      const run = await rig.run(executionArn);
      expect(run?.askMs).toBe(rig.now().getTime() + 5 * 60_000);
      expect(run?.history.at(-1)?.text).toBe(`AWS could not be asked (${why}): Scripted`);
    },
  );

  test('is looked up later if the answer cannot be parsed', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution({ status: 'SLEEPING' });

    expect(await rig.sweep()).toMatchObject([
      { kind: 'unanswered', why: 'unreadable', reason: expect.stringContaining('detail.status') },
    ]);
  });
});

describe('a run in another account', () => {
  const other = '444455556666';
  const otherArn = (name: string, region = 'eu-west-1') => arnOf(name, region, other);
  const recordThere = (rig: ReturnType<typeof aSweepRig>, name: string) =>
    rig.recordEvent(
      anExecutionEvent(
        { status: 'RUNNING', name, executionArn: otherArn(name) },
        { account: other },
      ),
    );

  test('is looked up there, and reported like an event', async () => {
    const rig = aSweepRig({ routes: [aRoute()], accounts: [other] });
    await recordThere(rig, 'run-1');
    rig.executions[otherArn('run-1')] = aDescribedExecution({ executionArn: otherArn('run-1') });

    const results = await rig.sweep();

    expect(rig.calls).toEqual([otherArn('run-1')]);
    expect(results).toMatchObject([
      { kind: 'recovered', event: { account: other, status: 'SUCCEEDED' } },
    ]);
    expect(rig.autosys.values).toEqual(['SUCCEEDED']);
  });

  test('that the route file no longer names is closed, and AutoSys gets no event', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await recordThere(rig, 'run-1');
    rig.executions[otherArn('run-1')] = aDescribedExecution({ executionArn: otherArn('run-1') });

    const results = await rig.sweep();

    expect(results).toMatchObject([
      { kind: 'ended', reason: expect.stringContaining('does not allow account') },
    ]);
    expect(rig.autosys.sent).toEqual([]);
    expect(await rig.run(otherArn('run-1'))).not.toHaveProperty('askMs');
  });

  test('without a role for the sweep stays open, with growing intervals and the reason in its history', async () => {
    const rig = aSweepRig({ routes: [aRoute()], accounts: [other] });
    await recordThere(rig, 'run-1');
    rig.withoutRole.add(other);

    const minutes: number[] = [];
    for (let asks = 0; asks < 6; asks += 1) {
      expect(await rig.sweep()).toMatchObject([
        { kind: 'unanswered', why: 'noRole', reason: 'Scripted' },
      ]);
      const againMs = ((await rig.run(otherArn('run-1')))?.askMs ?? 0) - rig.now().getTime();
      minutes.push(againMs / 60_000);
      rig.advance(againMs);
    }

    expect(minutes).toEqual([5, 10, 20, 40, 60, 60]);
    const { history = [] } = (await rig.run(otherArn('run-1'))) ?? {};
    expect(history.map(({ text }) => text)).toEqual(['AWS could not be asked (noRole): Scripted']);
  });

  test('is reported as soon as the account allows the sweep', async () => {
    const rig = aSweepRig({ routes: [aRoute()], accounts: [other] });
    await recordThere(rig, 'run-1');
    rig.executions[otherArn('run-1')] = aDescribedExecution({ executionArn: otherArn('run-1') });
    rig.withoutRole.add(other);
    await rig.sweep();
    rig.withoutRole.clear();
    rig.advance(5 * 60_000);

    expect(await rig.sweep()).toMatchObject([{ kind: 'recovered' }]);
  });

  test('without a role is called once per sweep run, and each run there is postponed', async () => {
    const rig = aSweepRig({ routes: [aRoute()], accounts: [other] });
    for (let at = 0; at < 100; at += 1) await recordThere(rig, `run-${at}`);
    rig.withoutRole.add(other);
    const beganMs = rig.now().getTime();

    const results = await rig.sweep();

    expect(results).toHaveLength(100);
    expect(rig.calls).toHaveLength(1);
    expect(rig.now().getTime()).toBe(beganMs);
    expect(await rig.sweep()).toEqual([]);
  });

  test('does not delay lookups in the own account', async () => {
    const rig = aSweepRig({ routes: [aRoute()], accounts: [other] });
    await recordThere(rig, 'run-1');
    await rig.recordEvent(aRunning('run-1'));
    rig.executions[executionArn] = aDescribedExecution();
    const asks = Promise.withResolvers<void>();

    const results = await rig.sweep({
      deps: {
        describeExecution: async (arn) => {
          if (arn !== executionArn) {
            await asks.promise;
            return { kind: 'unavailable', reason: 'TimeoutError' };
          }
          asks.resolve();
          return { kind: 'found', execution: aDescribedExecution() };
        },
      },
    });

    expect(results.map(({ kind }) => kind).sort()).toEqual(['recovered', 'unanswered']);
  });

  test.for(['noRole', 'denied', 'unavailable'] as const)(
    'without an answer for fourteen days (%s) is closed and logged as lost',
    async (kind) => {
      const rig = aSweepRig({ routes: [aRoute()], accounts: [other] });
      await recordThere(rig, 'run-1');
      const deps = { describeExecution: async () => ({ kind, reason: 'Scripted' }) };
      await rig.sweep({ deps });
      rig.advance(14 * 86_400_000 - 1);
      const before = await rig.sweep({ deps });
      rig.advance(3_600_000);

      const results = await rig.sweep({ deps });

      expect(before).toMatchObject([{ kind: 'unanswered' }]);
      const reason = `AWS could not be asked about settlement execution run-1 for 14 days (${kind}), so how it ended is not known: Scripted`;
      expect(results).toMatchObject([{ kind: 'lost', reason }]);
      const run = await rig.run(otherArn('run-1'));
      expect(run).not.toHaveProperty('askMs');
      expect(run?.history.at(-1)?.text).toBe(`closed: ${reason}`);
    },
  );

  test('starts the fourteen days again with each answer', async () => {
    const rig = aSweepRig({ routes: [aRoute()], accounts: [other] });
    await recordThere(rig, 'run-1');
    const arn = otherArn('run-1');
    rig.executions[arn] = 'unavailable';
    await rig.sweep();
    rig.advance(13 * 86_400_000);
    rig.executions[arn] = aDescribedExecution({ ...running, executionArn: arn });
    await rig.sweep();
    rig.executions[arn] = 'unavailable';
    rig.advance(2 * 86_400_000);

    expect(await rig.sweep()).toMatchObject([{ kind: 'unanswered' }]);
  });
});

describe('many runs', () => {
  const recordMany = async (rig: ReturnType<typeof aSweepRig>, count: number) => {
    for (let at = 0; at < count; at += 1) {
      const name = `run-${String(at).padStart(4, '0')}`;
      await rig.recordEvent(aRunning(name, { startDate: startedAtMs + at }));
      rig.executions[arnOf(name)] = aDescribedExecution({
        ...running,
        name,
        executionArn: arnOf(name),
      });
    }
  };

  test('are looked up at two a second, and no longer when the time is over', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await recordMany(rig, 30);
    const beganMs = rig.now().getTime();

    const results = await rig.sweep({ forMs: 10_000 });

    expect(results).toHaveLength(20);
    expect(rig.now().getTime() - beganMs).toBeLessThanOrEqual(10_000);
  });

  test('are all looked up once before one is looked up again', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await recordMany(rig, 50);

    for (let sweeps = 0; sweeps < 3; sweeps += 1) {
      await rig.sweep({ forMs: 10_000 });
      rig.advance(50_000);
    }

    expect(rig.calls).toHaveLength(50);
    expect(new Set(rig.calls).size).toBe(50);
  });

  test('are looked up at half the rate after each throttled call', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await recordMany(rig, 30);
    for (const arn of Object.keys(rig.executions).slice(0, 2)) rig.executions[arn] = 'throttled';

    const results = await rig.sweep({ forMs: 10_000 });

    // At 0, 1 and 3 seconds, and then every other second.
    expect(results).toHaveLength(6);
  });

  test('of one Region do not wait for those of another', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await recordMany(rig, 30);
    const far = arnOf('far', 'us-east-1');
    await rig.recordEvent(
      anExecutionEvent({ status: 'RUNNING', executionArn: far }, { region: 'us-east-1' }),
    );

    await rig.sweep({ forMs: 2_000 });

    expect(rig.calls).toContain(far);
  });

  test('continue after an invalid row', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await recordMany(rig, 2);
    const table = {
      ...rig.table,
      get: async (key: string) => {
        if (key.includes('run-0000@')) throw new LedgerError({ doing: 'read', reason: 'damaged' });
        return rig.table.get(key);
      },
    };

    const results = await rig.sweep({ deps: { table } });

    expect(results.map(({ kind }) => kind).sort()).toEqual(['failed', 'still']);
  });

  test('stay unchanged when the invocation ends', async () => {
    const rig = aSweepRig({ routes: [aRoute()] });
    await recordMany(rig, 3);
    const end = new AbortController();

    const results = await rig.sweep({
      signal: end.signal,
      deps: {
        describeExecution: async () => {
          end.abort();
          return { kind: 'unavailable', reason: 'AbortError' };
        },
      },
    });

    expect(results).toEqual([]);
    expect((await rig.run(arnOf('run-0000')))?.asks).toBe(0);
  });
});

describe('Batch jobs', () => {
  const route = aRoute({
    name: 'risk',
    from: fromBatchJob('risk-eod'),
    actions: setGlobalOn('AWS_RISK', ['RUNNING', 'SUCCEEDED', 'FAILED']),
  });
  const jobIdOf = (at: number) => `4c7599ae-0a82-49aa-ba5a-${String(at).padStart(12, '0')}`;
  const recordMany = async (rig: ReturnType<typeof aSweepRig>, count: number) => {
    for (let at = 0; at < count; at += 1) {
      await rig.recordEvent(aBatchJobEvent({ status: 'RUNNING', jobId: jobIdOf(at) }));
    }
  };
  const stillRunning = {
    status: 'RUNNING',
    attempts: [],
    stoppedAt: undefined,
    container: undefined,
  };

  test('are looked up a hundred per call', async () => {
    const rig = aSweepRig({ routes: [route] });
    await recordMany(rig, 150);
    for (let at = 0; at < 150; at += 1) {
      rig.batchJobs[jobIdOf(at)] = aDescribedBatchJob({ ...stillRunning, jobId: jobIdOf(at) });
    }

    const results = await rig.sweep();

    expect(rig.calls).toEqual(['eu-west-1 100', 'eu-west-1 50']);
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['still']));
  });

  test('that ended are reported, and those that AWS does not know are lost', async () => {
    const rig = aSweepRig({ routes: [route] });
    await recordMany(rig, 2);
    rig.batchJobs[jobIdOf(1)] = aDescribedBatchJob({
      jobId: jobIdOf(1),
      status: 'FAILED',
      stoppedAt: stoppedAtMs,
    });

    const results = await rig.sweep();

    expect(results.map(({ kind }) => kind).sort()).toEqual(['lost', 'recovered']);
    expect(rig.autosys.values).toEqual(['FAILED']);
  });

  test('that are retried are reported as running, in their next attempt', async () => {
    const rig = aSweepRig({ routes: [route] });
    await recordMany(rig, 1);
    rig.batchJobs[jobIdOf(0)] = aDescribedBatchJob({
      jobId: jobIdOf(0),
      status: 'RUNNING',
      startedAt: stoppedAtMs,
      stoppedAt: undefined,
    });

    const results = await rig.sweep();

    expect(results).toMatchObject([
      { kind: 'recovered', event: { attempt: 2, status: 'RUNNING' } },
    ]);
  });

  test('of different accounts are looked up separately, and one without a role delays no other', async () => {
    const rig = aSweepRig({ routes: [route] });
    const other = '444455556666';
    await recordMany(rig, 2);
    await rig.recordEvent(
      aBatchJobEvent({ status: 'RUNNING', jobId: jobIdOf(7) }, { account: other }),
    );
    for (const at of [0, 1]) rig.batchJobs[jobIdOf(at)] = aDescribedBatchJob(stillRunning);
    rig.withoutRole.add(other);

    const results = await rig.sweep();

    expect(rig.calls.toSorted()).toEqual([`${other} eu-west-1 1`, 'eu-west-1 2']);
    expect(results.filter(({ kind }) => kind === 'unanswered')).toMatchObject([
      { why: 'noRole', run: { account: other } },
    ]);
  });

  test('of an account without a role cause one call per sweep run, for any number of jobs', async () => {
    const other = '444455556666';
    const rig = aSweepRig({ routes: [route], accounts: [other] });
    for (let at = 0; at < 150; at += 1) {
      const event = { status: 'RUNNING', jobId: jobIdOf(at) };
      await rig.recordEvent(aBatchJobEvent(event, { account: other }));
    }
    rig.withoutRole.add(other);

    const results = await rig.sweep();

    expect(rig.calls).toEqual([`${other} eu-west-1 100`]);
    expect(results).toHaveLength(150);
  });

  test('of a slow account do not delay those of another', async () => {
    const other = '444455556666';
    const rig = aSweepRig({ routes: [route], accounts: [other] });
    // Before all others on the list.
    const jobId = '0c7599ae-0a82-49aa-ba5a-000000000000';
    await rig.recordEvent(aBatchJobEvent({ status: 'RUNNING', jobId }, { account: other }));
    await recordMany(rig, 150);
    const own = Promise.withResolvers<void>();
    let asks = 0;

    const results = await rig.sweep({
      deps: {
        describeBatchJobs: async ({ account, batchJobIds }) => {
          if (account === other) {
            await own.promise;
            return { kind: 'unavailable', reason: 'TimeoutError' };
          }
          asks += batchJobIds.length;
          if (asks === 150) own.resolve();
          return { kind: 'found', jobs: [] };
        },
      },
    });

    expect(results.filter(({ kind }) => kind === 'unanswered')).toHaveLength(1);
  });
});
