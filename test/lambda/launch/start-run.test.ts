import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import { aCaller, aLaunchRig, aTarget } from './rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const arn = `arn:aws:states:eu-west-1:111122223333:execution:settle:${name}`;

describe('a start', () => {
  test('does not call AWS after its lease has expired', async () => {
    let pausedMs = 60_000;
    const rig = aLaunchRig({
      wrap: (table) => ({
        ...table,
        put: async (row, seen) => {
          const revision = await table.put(row, seen);
          if (row.key.startsWith('launch ')) rig.advance(pausedMs);
          pausedMs = 0;
          return revision;
        },
      }),
    });

    const paused = await rig.start();
    const repeated = await rig.start();

    expect(paused.status).toBe(503);
    expect(paused.body.message).toContain('the lease of the start has expired');
    expect(repeated.status).toBe(201);
    expect(rig.stepFunctions.calls).toHaveLength(1);
  });

  test('calls AWS once with the filled input, and answers 201', async () => {
    const rig = aLaunchRig();

    const { status, body, headers } = await rig.start();

    expect(status).toBe(201);
    expect(rig.stepFunctions.calls).toEqual([
      {
        stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settle',
        name,
        input: '{"date":"2026-11-30","job":"NIGHT_EOD/1620"}',
      },
    ]);
    expect(body).toMatchObject({
      version: '1.0',
      name,
      target: 'settlement',
      instance: 'ACE',
      job: 'NIGHT_EOD',
      run: 1620,
      try: 1,
      caller: 'agents',
      state: 'ACTIVE',
      status: 'RUNNING',
      awsId: arn,
      startedAt: '2026-11-30T01:00:00.000Z',
      retryAfter: 3,
    });
    expect(headers).toMatchObject({ 'retry-after': '3', 'autosys-bridge-version': '1.0' });
  });

  test('of an alias names it', async () => {
    const rig = aLaunchRig({ targets: [aTarget({ qualifier: 'live' })] });

    await rig.start();

    expect(rig.stepFunctions.calls[0]?.stateMachineArn).toMatch(/:stateMachine:settle:live$/);
  });

  test('writes the launch before AWS is called, and never the input', async () => {
    const rows: string[] = [];
    const rig = aLaunchRig({
      wrap: (table) => ({
        ...table,
        put: (row, seen) => {
          rows.push(JSON.stringify(row));
          return table.put(row, seen);
        },
      }),
    });
    rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ThrottlingException' });

    const { status, body } = await rig.start();

    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'NOT_AVAILABLE', exit: 69 });
    expect(body.message).toBe('AWS could not start target settlement: ThrottlingException');
    expect(rows[0]).toContain('"stage":"intended"');
    expect(rows.join()).not.toContain('2026-11-30"');
  });

  test('that AWS did not get is carried out when it is repeated', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ECONNREFUSED' });
    await rig.start();

    expect((await rig.start()).status).toBe(201);
    expect(rig.stepFunctions.executions.size).toBe(1);
  });

  test('that AWS did not get may be repeated with other input', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ECONNREFUSED' });
    await rig.start();

    const { status } = await rig.start({ launchId: 'two', params: { date: '2026-12-01' } });

    expect(status).toBe(201);
    expect(rig.stepFunctions.calls.at(-1)?.input).toContain('2026-12-01');
  });

  test('whose answer was lost cannot be repeated with other input', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push('lost');
    await rig.start();

    const { status } = await rig.start({ launchId: 'two', params: { date: '2026-12-01' } });

    expect(status).toBe(409);
  });

  test('whose answer was lost is found when it is repeated', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push('lost');

    const first = await rig.start();
    const second = await rig.start();

    expect(first).toMatchObject({ status: 202, body: { state: 'LOOKING_UP' } });
    expect(second).toMatchObject({ status: 201, body: { state: 'ACTIVE', awsId: arn } });
    expect(rig.stepFunctions.executions.size).toBe(1);
  });

  test('whose answer was lost and that has ended since is found by its input', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push('lost');
    await rig.start();
    for (const one of rig.stepFunctions.executions.values()) one.closed = true;

    const { status, body } = await rig.start();

    expect(status).toBe(200);
    expect(body.awsId).toBe(arn);
    expect(body.changes.map(({ text }) => text)).toContain(`found in AWS: ${arn}`);
  });

  test('is refused if AWS has its name with other input', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.executions.set(arn, {
      stateMachineArn: 'x',
      name,
      arn,
      input: '{"date":"by hand"}',
      beganMs: rig.nowMs(),
    });

    const { status, body } = await rig.start();

    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'REFUSED_BY_AWS', exit: 78 });
    expect(body.message).toContain('with other input');
    expect(body.fix).toContain('or start another run with --again');
  });

  test.each([
    ['25 hours ago is refused', 25, 422],
    ['an hour ago is found', 1, 200],
  ])('whose row has expired, of an execution that ended %s', async (_, hours, expected) => {
    const rig = aLaunchRig();
    const endedMs = rig.nowMs() - hours * 3_600_000;
    rig.stepFunctions.executions.set(arn, {
      ...{ stateMachineArn: 'x', name, arn, closed: true, status: 'SUCCEEDED' },
      ...{ beganMs: endedMs - 60_000, stoppedMs: endedMs },
      input: JSON.stringify({ date: '2026-11-30', job: 'NIGHT_EOD/1620' }),
    });

    const { status, body } = await rig.start();

    expect(status).toBe(expected);
    if (expected !== 422) return;
    expect(body.message).toContain(
      'ended at 2026-11-29T00:00:00.000Z; AutoSys may have begun its run numbers again, so add --again',
    );
    expect((await rig.start({ launchId: 'two', again: true })).status).toBe(201);
  });

  test.each([
    ['StateMachineDoesNotExist', 78],
    ['InvalidExecutionInput', 65],
  ])('that AWS refuses with %s ends with %i, and can be repeated', async (code, exit) => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push({ kind: 'refused', code });

    expect(await rig.start()).toMatchObject({ status: 422, body: { exit } });
    expect((await rig.start()).status).toBe(422);
    expect((await rig.status(name)).body).toMatchObject({ state: 'REFUSED', exit: { code: exit } });
    expect(rig.stepFunctions.calls).toHaveLength(1);
    expect((await rig.start({ launchId: 'two' })).status).toBe(201);
  });

  test('of the same identity finds the run, whichever caller asks', async () => {
    const rig = aLaunchRig({ callers: [aCaller(), aCaller({ name: 'second' })] });
    await rig.start();

    const { status, body } = await rig.start({ launchId: 'two' }, 'second');

    expect(status).toBe(200);
    expect(body).toMatchObject({ name, caller: 'agents' });
    expect(rig.stepFunctions.calls).toHaveLength(1);
  });

  test('of the next try is another run', async () => {
    const rig = aLaunchRig();
    await rig.start();

    expect((await rig.start({ try: 2, launchId: 'two' })).body.name).toBe('NIGHT_EOD-r1620t2-ACE');
  });

  test('with again starts under the next name, once for each launch id', async () => {
    const rig = aLaunchRig();
    await rig.start();

    const again = await rig.start({ again: true, launchId: 'two' });
    const repeated = await rig.start({ again: true, launchId: 'two' });
    const third = await rig.start({ again: true, launchId: 'three' });

    expect(again).toMatchObject({ status: 201, body: { name: `${name}-a2` } });
    expect(repeated).toMatchObject({ status: 200, body: { name: `${name}-a2` } });
    expect(third.body.name).toBe(`${name}-a3`);
  });

  test.each([
    ['other parameters', { params: { date: '2026-12-01' } }, 'with other parameters or input'],
    ['another target', { target: 'other' }, 'for target settlement'],
  ])('with %s is a conflict that says when it was used', async (_, over, says) => {
    const rig = aLaunchRig();
    await rig.start();

    const { status, body } = await rig.start({ launchId: 'two', ...over });

    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'ALREADY_USED', exit: 65 });
    expect(body.message).toContain('was used at 2026-11-30T01:00:00.000Z (launch id one)');
    expect(body.message).toContain(says);
    expect(rig.stepFunctions.calls).toHaveLength(1);
  });

  test('is found for 24 hours after its end, and is a conflict later', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.report(name, { status: 'SUCCEEDED' });
    rig.advance(23 * 3_600_000);
    expect((await rig.start({ launchId: 'two' })).body.exit).toMatchObject({ code: 0 });
    rig.advance(2 * 3_600_000);

    const { status, body } = await rig.start({ launchId: 'three' });

    expect(status).toBe(409);
    expect(body.message).toContain('ended at 2026-11-30T01:00:00.000Z');
    expect((await rig.start()).status).toBe(200);
  });

  test('at the same time as another of the same identity makes one run', async () => {
    const rig = aLaunchRig();

    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => rig.start({ launchId: `id-${at}` })),
    );

    expect(rig.stepFunctions.executions.size).toBe(1);
    expect(rig.stepFunctions.calls).toHaveLength(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(202)].sort());
  });

  test('is resumed when the function that held the lease has died', async () => {
    const dying = aLaunchRig({
      wrap: (table) => {
        let writes = 0;
        return {
          ...table,
          put: (row, seen) => {
            writes += 1;
            if (writes > 1) throw new LedgerError({ doing: 'write', reason: 'throttled' });
            return table.put(row, seen);
          },
        };
      },
    });

    expect((await dying.start()).status).toBe(503);
    expect(await dying.start()).toMatchObject({ status: 202, body: { state: 'LOOKING_UP' } });
    dying.advance(60_000);
    expect((await dying.start()).status).toBe(503);
    expect(dying.stepFunctions.executions.size).toBe(1);
  });

  test('outside AutoSys has a key instead of a job', async () => {
    const rig = aLaunchRig();

    const { body } = await rig.start({ job: undefined, run: undefined, try: undefined, key: 'T1' });

    expect(body).toMatchObject({ name: 'T1-outside', key: 'T1' });
  });
});

describe('a start without run and try', () => {
  const httpJob = { run: undefined, try: undefined };

  test('takes them from the active run of the job', async () => {
    const rig = aLaunchRig();
    rig.jobs.set('ACE NIGHT_EOD', { status: 'RUNNING', lastRun: { run: 1620, try: 1 } });

    expect((await rig.start(httpJob)).body.name).toBe(name);
  });

  test.each([
    ['a job that does not run', { status: 'SUCCESS', lastRun: { run: 1, try: 1 } }, 'is SUCCESS'],
    ['no try', { status: 'RUNNING', lastRun: { run: 1 } }, 'does not show run and try'],
    ['an unknown job', undefined, 'has no job NIGHT_EOD'],
  ] as const)('is refused for %s', async (_, shown, says) => {
    const rig = aLaunchRig();
    if (shown !== undefined) rig.jobs.set('ACE NIGHT_EOD', shown);

    const { status, body } = await rig.start(httpJob);

    expect(status).toBe(409);
    expect(body.message).toContain(says);
    expect(rig.stepFunctions.calls).toEqual([]);
  });
});

describe('a start is refused, and nothing is started', () => {
  test.each([
    ['an unknown target', { target: 'setlement' }, 404, 64, 'did you mean settlement?'],
    ['a target of others', { target: 'secret' }, 403, 77, 'agents may not start target secret'],
    ['a job of others', { job: 'DAY_EOD' }, 403, 77, 'may not act for job DAY_EOD'],
    ['neither job nor key', { job: undefined }, 400, 65, 'either a job or a key'],
    ['run without try', { try: undefined }, 400, 65, 'give run and try'],
    ['run 0', { run: 0 }, 400, 65, 'run: allowed: a whole number'],
    ['a run that is text', { run: '1620' }, 400, 65, 'run: allowed: number'],
    [
      'an unknown instance',
      { instance: 'BEE' },
      400,
      65,
      'not in the route file (AUTOSERV of the job); allowed: ACE',
    ],
    ['an unknown field', { inputs: {} }, 400, 65, 'inputs: unknown field'],
    ['a missing parameter', { params: {} }, 400, 65, 'params.date: is missing'],
    ['an undeclared parameter', { params: { date: '2026-11-30', x: '1' } }, 400, 65, 'params.x'],
    ['a parameter that misses its pattern', { params: { date: 'tomorrow' } }, 400, 65, 'does not'],
    ['a parameter of 2,000 characters', { params: { date: '1'.repeat(2_000) } }, 400, 65, '2000'],
    ['input for a template', { input: {} }, 400, 65, 'has its own input'],
    ['again without a launch id', { again: true, launchId: undefined }, 400, 65, 'launchId'],
    ['a launch id with a blank', { launchId: 'a b' }, 400, 65, 'launchId'],
    ['a job with a slash', { job: 'NIGHT_/X' }, 400, 65, 'job: allowed: 1 to 64'],
  ])('for %s', async (_, over, status, exit, says) => {
    const rig = aLaunchRig({
      targets: [aTarget(), aTarget({ name: 'secret' })],
      callers: [aCaller({ targets: ['settlement'] })],
    });

    const answer = await rig.start(over);

    expect(answer.status).toBe(status);
    expect(answer.body.exit).toBe(exit);
    expect(`${answer.body.message}`).toContain(says);
    expect(JSON.stringify(answer.body)).not.toContain('tomorrow');
    expect(rig.stepFunctions.calls).toEqual([]);
  });

  test('for a disabled target, and the command may wait', async () => {
    const rig = aLaunchRig({ targets: [aTarget({ enabled: false })] });

    const { status, body, headers } = await rig.start();

    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'TARGET_DISABLED' });
    expect(headers['retry-after']).toBe('30');
  });

  test('for a target that was disabled meanwhile finds what it has started', async () => {
    const target = aTarget();
    const rig = aLaunchRig({ targets: [target] });
    rig.stepFunctions.next.push('lost');
    await rig.start();
    await rig.start({ run: 1621 });
    Object.assign(target, { enabled: false });

    expect((await rig.start({ run: 1621 })).status).toBe(200);
    // Its outcome is not known, so "nothing was started" would be wrong.
    expect(await rig.start()).toMatchObject({ status: 202, body: { state: 'LOOKING_UP' } });
    expect((await rig.start({ run: 1622 })).body.code).toBe('TARGET_DISABLED');
    rig.advance(5 * 60_000);
    await rig.check();
    expect(await rig.start()).toMatchObject({ status: 200, body: { state: 'ACTIVE' } });
    expect(rig.stepFunctions.calls).toHaveLength(2);
  });

  test('for a caller that was removed from the route file', async () => {
    expect((await aLaunchRig().start({}, 'gone')).status).toBe(403);
  });

  test('with every fault at once', async () => {
    const { body } = await aLaunchRig().start({ params: { a: '1', b: '2' } });

    expect(body.faults?.map(({ path }) => path)).toEqual(['params.a', 'params.b', 'params.date']);
  });
});
