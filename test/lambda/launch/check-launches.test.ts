import { describe, expect, test } from 'vitest';
import { AutosysUnreachableError, JobNotFoundError } from '../../../autosys/errors.ts';
import { parseJobName } from '../../../autosys/names.ts';
import type { JobStatus } from '../../../autosys/status.ts';
import { createCircuitBreakers } from '../../../lambda/circuit-breaker/circuit-breakers.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { createReadAutosysRun } from '../../../lambda/launch/check/read-autosys-run.ts';
import type { ShownJob } from '../../../lambda/launch/find-active-try.ts';
import { createLaunchCheckTelemetry } from '../../../lambda/launch/launch-telemetry.ts';
import { agendaLists } from '../../../lambda/ledger/agenda.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import { circuitPolicy } from '../../../lambda/policies.ts';
import { aLaunchRig, aTarget } from './rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const secondMs = 1_000;
const minuteMs = 60_000;
type Rig = ReturnType<typeof aLaunchRig>;

/** A run for which a command has waited and now leaves no mark any more. */
async function aVanishedWaiter(over: Parameters<typeof aLaunchRig>[0] = {}): Promise<Rig> {
  const rig = aLaunchRig(over);
  show(rig, 'RUNNING');
  const { body } = await rig.start({ wait: true });
  await rig.status(name, { after: body.rev });
  rig.advance(3 * minuteMs);
  return rig;
}

function show(rig: Rig, status: JobStatus, lastRun: ShownJob['lastRun'] = { run: 1620, try: 1 }) {
  rig.jobs.set('ACE NIGHT_EOD', { status, lastRun });
}

const kindsOf = (checks: readonly { readonly kind: string }[]) => checks.map(({ kind }) => kind);

/** Number of launches that the sweep must check some time. */
async function countListed(rig: Rig): Promise<number> {
  const until = new Date(rig.nowMs() + 1_000 * minuteMs);
  return (await rig.table.agenda(agendaLists.launch, { until, limit: 10 })).entries.length;
}

describe('a waiting command that leaves no mark for three minutes', () => {
  test.each<[string, JobStatus, ShownJob['lastRun']]>([
    ['is TERMINATED', 'TERMINATED', { run: 1620, try: 1 }],
    ['is TERMINATED, without run and try', 'TERMINATED', {}],
    ['has another try', 'RUNNING', { run: 1620, try: 2 }],
    ['has another run', 'SUCCESS', { run: 1621, try: 1 }],
  ])('has its run stopped if the AutoSys job %s', async (_, status, lastRun) => {
    const rig = await aVanishedWaiter();
    show(rig, status, lastRun);

    expect(kindsOf(await rig.check())).toEqual(['waiterGone', 'stopProven']);

    const { body } = await rig.status(name);
    expect(body.stop).toMatchObject({ state: 'proven' });
    expect(body.stop?.text).toMatch(/^the bridge: the waiting command is gone, and AutoSys shows /);
    expect(rig.stepFunctions.stopped).toHaveLength(1);
    expect(rig.stepFunctions.stopped[0]?.cause).toMatch(/^stopped for the bridge \(kill\): /);
    expect(await countListed(rig)).toBe(0);
  });

  test('has its run stopped if the AutoSys job no longer exists', async () => {
    const rig = await aVanishedWaiter();
    rig.jobs.clear();

    expect(kindsOf(await rig.check())).toEqual(['waiterGone', 'stopProven']);
  });

  test('is noticed even if it has sent nothing but the start', async () => {
    const rig = aLaunchRig();
    await rig.start({ wait: true });
    show(rig, 'TERMINATED');
    rig.advance(3 * minuteMs);

    expect(kindsOf(await rig.check())).toEqual(['waiterGone', 'stopProven']);
  });

  test('is noticed for a run that another request of the job has started', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.start({ wait: true, launchId: 'two' });
    show(rig, 'TERMINATED');
    rig.advance(3 * minuteMs);

    expect(kindsOf(await rig.check())).toEqual(['waiterGone', 'stopProven']);
  });

  test('is noticed for a start of another request that is still under way', async () => {
    const statuses: number[] = [];
    const rig = aLaunchRig({
      beforeStart: async () => {
        const { status } = await rig.start({ wait: true, launchId: 'two' });
        statuses.push(status);
      },
    });
    await rig.start();
    show(rig, 'TERMINATED');
    rig.advance(3 * minuteMs);

    expect(statuses).toEqual([202]);
    expect(kindsOf(await rig.check())).toEqual(['waiterGone', 'stopProven']);
  });

  test('is noticed if its request carries out a start that another request could not send', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ECONNREFUSED' });
    await rig.start();
    await rig.start({ wait: true, launchId: 'two' });
    show(rig, 'TERMINATED');
    rig.advance(3 * minuteMs);

    expect(kindsOf(await rig.check())).toEqual(['waiterGone', 'stopProven']);
  });

  test('is not missing while it repeats its request', async () => {
    const rig = aLaunchRig();
    for (let minute = 0; minute < 9; minute += 1) {
      rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ECONNREFUSED' });
      expect((await rig.start({ wait: true })).status).toBe(503);
      rig.advance(minuteMs);
    }
    expect((await rig.start({ wait: true })).status).toBe(201);
    rig.jobs.clear();

    expect(await rig.check()).toEqual([]);
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('that only looks at a run of another process is not watched', async () => {
    const rig = aLaunchRig();
    const { body } = await rig.start();
    await rig.status(name, { after: body.rev });
    show(rig, 'RUNNING', { run: 1621, try: 1 });
    rig.advance(3 * minuteMs);

    expect(await rig.check()).toEqual([]);
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('has its run left if the target says so', async () => {
    const rig = await aVanishedWaiter({ targets: [aTarget({ onKill: 'leave' })] });
    show(rig, 'TERMINATED');

    expect(kindsOf(await rig.check())).toEqual(['waiterGone']);

    expect((await rig.status(name)).body.stop?.state).toBe('left');
    expect(rig.stepFunctions.stopped).toEqual([]);
    expect(await countListed(rig)).toBe(0);
  });

  test.each<[JobStatus]>([
    ['RUNNING'],
    ['STARTING'],
    ['WAIT_REPLY'],
    ['SUSPENDED'],
    ['RESTART'],
    ['ON_HOLD'],
    ['INACTIVE'],
  ])('is looked at again every two minutes while the job is %s', async (status) => {
    const rig = await aVanishedWaiter();
    show(rig, status);

    for (let look = 0; look < 5; look += 1) {
      expect(await rig.check()).toEqual([]);
      rig.advance(2 * minuteMs - secondMs);
      expect(await rig.check()).toEqual([]);
      rig.advance(secondMs);
    }
    expect(rig.stepFunctions.stopped).toEqual([]);
    const { body } = await rig.status(name);
    const lines = body.changes.filter(({ text }) => text.includes('the waiting command is gone'));
    expect(lines).toHaveLength(1);

    show(rig, 'TERMINATED');
    expect(kindsOf(await rig.check())).toEqual(['waiterGone', 'stopProven']);
  });

  test.each<[JobStatus]>([['SUCCESS'], ['FAILURE']])('is not watched after %s', async (status) => {
    const rig = await aVanishedWaiter();
    show(rig, status);

    expect(await rig.check()).toEqual([]);

    expect(await countListed(rig)).toBe(0);
    expect((await rig.readLaunch(name))?.launch.watch).toBeUndefined();
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('is not watched once the run has ended', async () => {
    const rig = await aVanishedWaiter();
    await rig.report(name, { status: 'SUCCEEDED' });
    show(rig, 'TERMINATED');

    expect(await rig.check()).toEqual([]);

    expect(await countListed(rig)).toBe(0);
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('is not watched after it was told the end, also if the run is then redriven', async () => {
    const rig = aLaunchRig();
    const { body } = await rig.start({ wait: true });
    await rig.report(name, { status: 'FAILED' });
    expect((await rig.status(name, { after: body.rev })).body.state).toBe('ENDED');
    await rig.report(name, { status: 'RUNNING', redriveCount: 1 });
    show(rig, 'RUNNING', { run: 1620, try: 2 });
    rig.advance(3 * minuteMs);

    expect(await rig.check()).toEqual([]);
    expect(rig.stepFunctions.stopped).toEqual([]);
    expect(await countListed(rig)).toBe(0);
  });

  test('is not watched if no AutoSys job waits', async () => {
    const rig = aLaunchRig();
    const { body } = await rig.start({
      key: 'by-hand',
      job: undefined,
      run: undefined,
      try: undefined,
    });
    await rig.status(body.name, { after: body.rev });
    rig.advance(3 * minuteMs);

    expect(await rig.check()).toEqual([]);

    expect(await countListed(rig)).toBe(0);
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('is looked at later if AutoSys cannot be asked', async () => {
    let answers = false;
    const rig = await aVanishedWaiter({
      readAutosysRun: async () =>
        answers ? { kind: 'noJob' } : { kind: 'notNow', reason: 'the circuit breaker is open' },
    });

    expect(await rig.check()).toEqual([]);
    expect(rig.stepFunctions.stopped).toEqual([]);

    answers = true;
    rig.advance(2 * minuteMs);
    expect(kindsOf(await rig.check())).toEqual(['waiterGone', 'stopProven']);
  });

  test('and comes back while AutoSys is read keeps its run', async () => {
    let rig: Rig | undefined;
    rig = await aVanishedWaiter({
      readAutosysRun: async () => {
        await rig?.status(name, { after: 'x' });
        return { kind: 'noJob' };
      },
    });

    expect(await rig.check()).toEqual([]);

    expect(rig.stepFunctions.stopped).toEqual([]);
    expect((await rig.readLaunch(name))?.launch.stop).toBeUndefined();
  });

  test('is not noticed early by a clock that was set back', async () => {
    const rig = await aVanishedWaiter();
    show(rig, 'TERMINATED');
    const vanishedMs = rig.nowMs();

    rig.setClock(vanishedMs - 60 * minuteMs);
    expect(await rig.check()).toEqual([]);
    rig.setClock(vanishedMs);
    expect(kindsOf(await rig.check())).toEqual(['waiterGone', 'stopProven']);
  });
});

describe('a waiting command that leaves marks', () => {
  test('is never looked at in AutoSys', async () => {
    let reads = 0;
    const rig = aLaunchRig({
      readAutosysRun: async () => {
        reads += 1;
        return { kind: 'noJob' };
      },
    });
    const { body } = await rig.start();
    for (let poll = 0; poll < 60; poll += 1) {
      rig.advance(15 * secondMs);
      await rig.status(name, { after: body.rev });
      await rig.check();
    }

    expect(reads).toBe(0);
  });

  test('that no command ever gave is not watched', async () => {
    const rig = aLaunchRig();
    await rig.start();

    expect(await countListed(rig)).toBe(0);
  });
});

describe('an intended launch', () => {
  test('is looked up two minutes after the call, and bound if AWS has the run', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push('lost');
    await rig.start();
    rig.advance(2 * minuteMs - secondMs);
    expect(await rig.check()).toEqual([]);
    rig.advance(secondMs);

    expect(kindsOf(await rig.check())).toEqual(['startFound']);

    expect((await rig.status(name)).body).toMatchObject({ state: 'ACTIVE', status: 'RUNNING' });
    expect(await countListed(rig)).toBe(0);
  });

  test.each(['start', 'look-up'])(
    'is looked up again if the run cannot be recorded at its %s',
    async (which) => {
      let isThrottled = which === 'start';
      const rig = aLaunchRig({
        wrap: (table) => ({
          ...table,
          put: (row, seen) => {
            if (!isThrottled || !row.key.startsWith('run ')) return table.put(row, seen);
            throw new LedgerError({ doing: 'write', reason: 'throttled' });
          },
        }),
      });
      if (which === 'look-up') rig.stepFunctions.next.push('lost');
      await rig.start();
      isThrottled = which === 'look-up';
      rig.advance(2 * minuteMs);
      const first = await rig.check();
      isThrottled = false;
      rig.advance(2 * minuteMs);
      const second = await rig.check();

      expect(kindsOf([...first, ...second]).filter((kind) => kind !== 'failed')).toEqual([
        'startFound',
      ]);
      // The sweep asks AWS about a run that has a row.
      const { launch } = (await rig.readLaunch(name)) ?? {};
      expect(launch && (await rig.runs.read(launch))).toBeDefined();
    },
  );

  test('is refused ten minutes after the last call, and may be started anew', async () => {
    const rig = aLaunchRig();
    const unknown = { kind: 'unknown', reason: 'TimeoutError' } as const;
    rig.stepFunctions.next.push(unknown, unknown);
    await rig.start();
    rig.advance(5 * minuteMs);
    await rig.start();
    const kinds: string[] = [];
    for (let minute = 0; minute < 9; minute += 1) {
      rig.advance(minuteMs);
      kinds.push(...kindsOf(await rig.check()));
    }
    expect(kinds).toEqual([]);
    rig.advance(minuteMs);
    expect(kindsOf(await rig.check())).toEqual(['neverStarted']);

    const { body } = await rig.status(name);
    expect(body.exit).toEqual({ code: 69, source: 'never started: AWS does not know it' });
    expect((await rig.start({ launchId: 'two' })).status).toBe(201);
  });

  test('of a function that crashed in the call is looked up after its lease', async () => {
    const rig = aLaunchRig({
      beforeStart: async () => {
        throw new Error('crash');
      },
    });
    expect((await rig.start()).status).toBe(503);
    rig.advance(2 * minuteMs);
    expect(await rig.check()).toEqual([]);
    rig.advance(11 * minuteMs);

    expect(kindsOf(await rig.check())).toEqual(['neverStarted']);
  });

  test('stays intended while AWS does not answer', async () => {
    const rig = aLaunchRig({
      aws: {
        startExecution: async () => ({ kind: 'unknown', reason: 'TimeoutError' }),
        describeExecution: async () => ({ kind: 'throttled', reason: 'ThrottlingException' }),
        stopCalls: aLaunchRig().stepFunctions.stopCalls,
      },
    });
    await rig.start();
    rig.advance(60 * minuteMs);

    expect(await rig.check()).toEqual([]);

    expect((await rig.status(name)).body.state).toBe('LOOKING_UP');
    expect(await countListed(rig)).toBe(1);
  });

  test('is not bound to an older run of the same name', async () => {
    const startDate = new Date('2026-09-01T01:00:00Z');
    const rig = aLaunchRig({
      aws: {
        startExecution: async () => ({ kind: 'unknown', reason: 'TimeoutError' }),
        describeExecution: async (executionArn) => ({
          kind: 'found',
          execution: { executionArn, stateMachineArn: 'x', status: 'SUCCEEDED', startDate },
        }),
        stopCalls: aLaunchRig().stepFunctions.stopCalls,
      },
    });
    await rig.start();
    rig.advance(3 * minuteMs);

    expect(kindsOf(await rig.check())).toEqual(['neverStarted']);

    expect((await rig.status(name)).body.exit).toEqual({
      code: 78,
      source: `AWS has a run named ${name} already, begun at 2026-09-01T01:00:00.000Z`,
    });
  });
});

describe('a check that fails', () => {
  test('does not stop the others, and is repeated', async () => {
    const rig = await aVanishedWaiter({
      readAutosysRun: async ({ run }) => {
        if (run === 1620) throw new Error('the ledger is throttled');
        return { kind: 'noJob' };
      },
    });
    const { body } = await rig.start({ run: 1621, launchId: 'b', wait: true });
    await rig.status(body.name, { after: body.rev });
    rig.advance(3 * minuteMs);

    const checks = await rig.check();

    expect(kindsOf(checks).toSorted()).toEqual(['failed', 'stopProven', 'waiterGone']);
    expect(kindsOf(await rig.check())).toEqual(['failed']);
  });

  test('starts nothing after the time of the sweep run', async () => {
    const rig = await aVanishedWaiter();
    show(rig, 'TERMINATED');

    expect(await rig.check(rig.nowMs())).toEqual([]);

    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('ignores a row that is no longer due', async () => {
    const rig = await aVanishedWaiter();
    show(rig, 'TERMINATED');

    const checks = await Promise.all([rig.check(), rig.check()]);

    expect(kindsOf(checks.flat()).filter((kind) => kind === 'waiterGone').length).toBeGreaterThan(
      0,
    );
    expect((await rig.status(name)).body.stop?.state).toBe('proven');
  });
});

describe('reading the AutoSys job', () => {
  const job = { kind: 'jobTry', instance: 'ACE', job: 'NIGHT_EOD', run: 1620, try: 1 } as const;
  const { signal } = new AbortController();

  function aReader(readJob: Parameters<typeof createReadAutosysRun>[0]['readJob']) {
    const now = () => new Date('2026-11-30T01:00:00Z');
    const circuitBreakers = createCircuitBreakers({
      ...{ table: createMemoryTable({ now }), now, jitter: () => 1 },
      ...{ policy: circuitPolicy, believedMs: 0 },
    });
    return createReadAutosysRun({
      ...{ circuitBreakers, readJob, instances: ['ACE'], newLeaseId: () => 'sweep' },
    });
  }

  test('returns status, run and try', async () => {
    const read = aReader(async () => ({ status: 'RUNNING', lastRun: { run: 1620, try: 1 } }));

    expect(await read(job, signal)).toEqual({
      kind: 'shown',
      status: 'RUNNING',
      run: 1620,
      try: 1,
    });
  });

  test('says that there is no job', async () => {
    const read = aReader(async () => {
      throw new JobNotFoundError({ job: parseJobName('NIGHT_EOD') });
    });

    expect(await read(job, signal)).toEqual({ kind: 'noJob' });
  });

  test('asks nothing of an instance that is not in the route file', async () => {
    const read = aReader(async () => {
      throw new Error('asked');
    });

    expect(await read({ ...job, instance: 'OLD' }, signal)).toEqual({
      kind: 'notNow',
      reason: 'instance OLD is not in the route file',
    });
  });

  test('opens the circuit breaker after failures, and then asks no more', async () => {
    let calls = 0;
    const read = aReader(async () => {
      calls += 1;
      throw new AutosysUnreachableError({ endpoint: 'ace:9443', reason: 'ECONNREFUSED' });
    });
    const views = [];
    for (let look = 0; look < 5; look += 1) views.push(await read(job, signal));

    expect(views.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'notNow'));
    expect(calls).toBe(3);
  });
});

describe('the telemetry of checks', () => {
  test('logs each change once, and counts a parked stop', async () => {
    const lines: string[] = [];
    const counted: string[] = [];
    const write = (message: string) => lines.push(message);
    const record = createLaunchCheckTelemetry({
      log: { info: write, warn: write, error: write },
      metrics: {
        count: (metric) => counted.push(metric),
        milliseconds: () => undefined,
        gauge: () => undefined,
      },
    });
    const rig = aLaunchRig();
    await rig.start();
    await rig.stop(name);
    const { launch } = (await rig.readLaunch(name)) ?? {};
    if (launch === undefined) throw new Error('no launch');

    record({ kind: 'stopProven', launch });
    record({ kind: 'stopParked', launch });
    record({ kind: 'startFound', launch });
    record({ kind: 'neverStarted', launch });
    record({ kind: 'waiterGone', launch });
    record({ kind: 'failed', key: 'launch x', error: { name: 'E', code: 'E', message: 'x' } });

    expect(lines).toEqual([
      'stop proven',
      'stop parked',
      'start found in AWS',
      'start never took place',
      'waiting command gone',
      'launch check failed',
    ]);
    expect(counted).toEqual(['StopsParked']);
  });
});
