import { describe, expect, test } from 'vitest';
import { recordStopStep } from '../../../lambda/launch/stop/launch-stop.ts';
import type { LaunchStop, StopNode } from '../../../lambda/launch/stop/stop-record.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { aCaller, aLaunchRig, aTarget } from './rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const arn = `arn:aws:states:eu-west-1:111122223333:execution:settle:${name}`;
const secondMs = 1_000;
const minuteMs = 60_000;
const kindsOf = (checks: readonly { readonly kind: string }[]) => checks.map(({ kind }) => kind);

describe('a stop of a run', () => {
  test('is recorded, sent to AWS at once with who and why, and proven by the sweep', async () => {
    const rig = aLaunchRig();
    await rig.start();

    const stopped = await rig.stop(name, { reason: 'SIGINT received', cause: 'kill' });

    expect(stopped.status).toBe(202);
    expect(stopped.body.stop).toEqual({
      state: 'requested',
      requestedAt: '2026-11-30T01:00:00.000Z',
      text: 'agents: SIGINT received; under way; 1 of 1 workload may still be active',
      remaining: [`execution ${arn}: stopped, its end is not known yet`],
    });
    expect(rig.stepFunctions.stopped).toEqual([
      {
        executionArn: arn,
        error: 'AutoSys.Stopped',
        cause: 'stopped for agents (kill): SIGINT received',
      },
    ]);
    expect(await rig.check()).toEqual([]);
    rig.advance(10 * secondMs);
    expect((await rig.check()).map(({ kind }) => kind)).toEqual(['stopProven']);
    const { body } = await rig.status(name);
    expect(body.stop).toMatchObject({ state: 'proven', remaining: [] });
    expect(body.stop?.text).toContain('the run ended as ABORTED; nothing of it is active any more');
    expect(body.changes.map(({ text }) => text)).toContain('stop sent to AWS');
    expect(rig.stepFunctions.stopped).toHaveLength(1);
  });

  test('is one stop, however often it is requested, also at once', async () => {
    const rig = aLaunchRig();
    await rig.start();

    const both = await Promise.all([rig.stop(name), rig.stop(name, { cause: 'kill' })]);
    await rig.stop(name, { reason: 'again' });

    expect(both.map(({ status }) => status)).toEqual([202, 202]);
    const { launch } = (await rig.readLaunch(name)) ?? {};
    const requests = launch?.history.filter(({ text }) => text.startsWith('stop requested'));
    expect(requests).toHaveLength(1);
    expect(launch?.stop?.tree).toHaveLength(1);
  });

  test('of an ended run answers how it ended, and does nothing', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.report(name, { status: 'FAILED', error: 'Rates.NoData' });

    const { status, body } = await rig.stop(name);

    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'ENDED', exit: { code: 1 } });
    expect(body.stop).toBeUndefined();
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('of a run whose end arrives meanwhile reports that end', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.stop(name);
    await rig.report(name, { status: 'SUCCEEDED' });
    rig.advance(10 * secondMs);

    await rig.check();

    const { body } = await rig.status(name);
    expect(body).toMatchObject({ status: 'SUCCEEDED', exit: { code: 0 } });
    expect(body.stop).toMatchObject({ state: 'proven' });
    expect(body.stop?.text).toContain('the run ended as SUCCEEDED');
  });

  test('says when to ask for the status until it is proven, although the run has ended', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.stop(name);
    await rig.report(name, { status: 'ABORTED' });

    expect((await rig.status(name)).body.retryAfter).toBe(3);

    rig.advance(10 * secondMs);
    await rig.check();
    expect((await rig.status(name)).body.retryAfter).toBeUndefined();
  });

  test.each([
    ['kill', 'left', 0],
    ['timeout', 'left', 0],
    ['person', 'requested', 1],
    [undefined, 'requested', 1],
  ])('by %s of a target with onKill: leave is %s', async (cause, state, calls) => {
    const rig = aLaunchRig({ targets: [aTarget({ onKill: 'leave' })] });
    await rig.start();

    const { status, body } = await rig.stop(name, { ...(cause && { cause }), reason: 'SIGTERM' });

    expect(status).toBe(202);
    expect(body.stop?.state).toBe(state);
    expect(rig.stepFunctions.stopped).toHaveLength(calls);
    const texts = body.changes.map(({ text }) => text).join('\n');
    expect(texts).toContain(calls === 0 ? 'not stopped for agents: SIGTERM' : 'stop sent to AWS');
  });

  test('by a person follows a kill that has left the run', async () => {
    const rig = aLaunchRig({ targets: [aTarget({ onKill: 'leave' })] });
    await rig.start();
    await rig.stop(name, { cause: 'kill' });
    await rig.stop(name, { cause: 'timeout' });
    expect(rig.stepFunctions.stopped).toEqual([]);

    const { body } = await rig.stop(name, { reason: 'wrong date' });

    expect(body.stop?.state).toBe('requested');
    expect(rig.stepFunctions.stopped).toHaveLength(1);
  });

  test.each([
    [{ kind: 'throttled', reason: 'ThrottlingException' } as const],
    [{ kind: 'unavailable', reason: 'TimeoutError' } as const],
    [{ kind: 'denied', reason: 'AccessDeniedException' } as const],
    ['lost' as const],
  ])('is repeated by the sweep after %j', async (failure) => {
    const rig = aLaunchRig();
    await rig.start();
    rig.stepFunctions.nextStops.push(failure);

    const { status, body } = await rig.stop(name);
    expect(status).toBe(202);
    expect(body.changes.at(-2)?.text).toMatch(/^stop failed, it is repeated: /);
    rig.advance(minuteMs);
    await rig.check();

    expect((await rig.status(name)).body.stop?.state).toBe('proven');
    expect(rig.stepFunctions.executions.get(arn)?.status).toBe('ABORTED');
    expect(rig.stepFunctions.stopped).toHaveLength(failure === 'lost' ? 1 : 2);
  });

  test('is parked after ten minutes, looked at for a week, and proven if the run ends', async () => {
    const rig = aLaunchRig();
    await rig.start();
    const denied = { kind: 'denied', reason: 'AccessDeniedException' } as const;
    rig.stepFunctions.nextStops.push(...Array.from({ length: 40 }, () => denied));
    await rig.stop(name);
    const kinds: string[] = [];
    for (let minute = 0; minute < 30; minute += 1) {
      rig.advance(minuteMs);
      kinds.push(...(await rig.check()).map(({ kind }) => kind));
    }

    const { body } = await rig.status(name);
    expect(kinds).toEqual(['stopParked']);
    expect(body.stop).toMatchObject({
      state: 'parked',
      remaining: [`execution ${arn}: no permission to stop: StopExecution: AccessDeniedException`],
    });
    expect(body.changes.map(({ text }) => text)).toContain(
      'not proven within ten minutes: 1 of 1 workload may still be active',
    );
    expect(rig.stepFunctions.stopped).toHaveLength(11);
    await rig.report(name, { status: 'SUCCEEDED' });
    rig.advance(30 * minuteMs);
    expect((await rig.check()).map(({ kind }) => kind)).toEqual(['stopProven']);
  });

  test.each([
    ['a workload is found', { depth: 1, id: 'child' }, 10 * secondMs],
    ['a workload was told to end', { stops: 1 }, 10 * secondMs],
    ['a workload was told to end again', { stops: 2 }, 30 * minuteMs],
    ['nothing has changed', {}, 30 * minuteMs],
  ])('that is parked is looked at again after a while if %s', async (what, over, waitMs) => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.stop(name);
    const stored = await rig.readLaunch(name);
    const stop = stored?.launch.stop;
    if (stored === undefined || stop === undefined) throw new Error('no stop');
    const nowMs = rig.nowMs() + 11 * minuteMs;
    const node: StopNode = { kind: 'execution', id: arn, depth: 0, foundMs: nowMs };
    const before = what.endsWith('again') ? { ...node, stops: 1 } : node;
    const known: LaunchStop = { ...stop, state: 'parked', tree: [before] };
    const tree = 'id' in over ? [node, { ...node, ...over }] : [{ ...before, ...over }];

    const stepped = recordStopStep(
      { ...stored.launch, stop: known },
      { from: known.steps, tree },
      nowMs,
    );

    expect(stepped.stop?.state).toBe('parked');
    expect((stepped.stop?.nextMs ?? 0) - nowMs).toBe(waitMs);
  });

  test('that stays parked is not looked at after a week', async () => {
    const rig = aLaunchRig();
    await rig.start();
    const denied = { kind: 'denied', reason: 'AccessDeniedException' } as const;
    rig.stepFunctions.nextStops.push(...Array.from({ length: 400 }, () => denied));
    await rig.stop(name);
    for (let half = 0; half < 350; half += 1) {
      rig.advance(30 * minuteMs);
      await rig.check();
    }

    const { body } = await rig.status(name);
    expect(body.stop?.text).toContain('not looked at any more after a week');
    expect(rig.stepFunctions.stopped).toHaveLength(337);
  });

  test('that is proven is a new one for a run that was redriven afterwards', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.stop(name);
    rig.advance(10 * secondMs);
    await rig.check();
    await rig.report(name, { status: 'ABORTED' });
    expect((await rig.stop(name)).status).toBe(200);
    rig.advance(minuteMs);
    await rig.report(name, { status: 'RUNNING', redriveCount: 1 });

    const { status, body } = await rig.stop(name, { cause: 'kill' });

    expect(status).toBe(202);
    expect(body.stop).toMatchObject({
      state: 'requested',
      requestedAt: '2026-11-30T01:01:10.000Z',
    });
    expect(rig.stepFunctions.stopped).toHaveLength(2);
    rig.stepFunctions.executions.forEach((one) => {
      one.status = 'ABORTED';
    });
    rig.advance(10 * secondMs);
    expect(kindsOf(await rig.check())).toEqual(['stopProven']);
  });

  test('that is proven stays so, although the event of the end has not arrived', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.stop(name);
    rig.advance(10 * secondMs);
    await rig.check();

    const { body } = await rig.stop(name);

    expect(body.stop?.state).toBe('proven');
    expect(rig.stepFunctions.stopped).toHaveLength(1);
  });

  test('that is parked and due is not written again, however often it is requested', async () => {
    const rig = aLaunchRig();
    await rig.start();
    const denied = { kind: 'denied', reason: 'AccessDeniedException' } as const;
    rig.stepFunctions.nextStops.push(...Array.from({ length: 3 }, () => denied));
    await rig.stop(name);
    rig.advance(11 * minuteMs);
    await rig.check();
    await rig.stop(name);
    const before = await rig.readLaunch(name);

    for (let times = 0; times < 20; times += 1) await rig.stop(name);

    expect(before?.launch.stop?.state).toBe('parked');
    expect((await rig.readLaunch(name))?.revision).toBe(before?.revision);
  });

  test('that is parked is looked at as soon as it is requested once more', async () => {
    const rig = aLaunchRig();
    await rig.start();
    const denied = { kind: 'denied', reason: 'AccessDeniedException' } as const;
    rig.stepFunctions.nextStops.push(...Array.from({ length: 3 }, () => denied));
    await rig.stop(name);
    for (const minutes of [9, 2, 5]) {
      rig.advance(minutes * minuteMs);
      await rig.check();
    }
    expect(rig.stepFunctions.stopped).toHaveLength(3);

    const { body } = await rig.stop(name);
    expect(body.stop?.state).toBe('parked');
    expect(kindsOf(await rig.check())).toEqual(['stopProven']);
  });

  test('reduces the reason, which may quote a structure with secrets', async () => {
    const rig = aLaunchRig();
    await rig.start();

    const reason = 'failed:\n{"Environment":[{"Name":"DB_PASSWORD","Value":"hunter2"}]}';
    const { text } = await rig.send('POST', '/v1/runs/{name}/stop', {
      name,
      body: JSON.stringify({ reason }),
    });

    expect(text).not.toContain('hunter2');
    expect(JSON.stringify(rig.stepFunctions.stopped)).not.toContain('hunter2');
    expect(JSON.stringify(await rig.readLaunch(name))).not.toContain('hunter2');
  });

  test('as a form is answered as text', async () => {
    const rig = aLaunchRig();
    await rig.start();

    const { status, text } = await rig.send('POST', '/v1/runs/{name}/stop', {
      name,
      headers: { accept: '*/*', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'reason=by+hand&cause=person',
    });

    expect(status).toBe(202);
    expect(text).toContain('stop requested: agents: by hand; under way');
    expect(text).toContain(`may still be active: execution ${arn}`);
  });

  test.each([
    [{ reason: 'x'.repeat(201) }, 'reason: allowed: text of at most 200 characters'],
    [{ reason: 5 }, 'reason: allowed: text of at most 200 characters'],
    [{ cause: 'anger' }, 'cause: allowed: kill, timeout, person'],
    [{ force: true }, 'force: unknown field; allowed: reason, cause'],
  ])('rejects %j', async (body, message) => {
    const rig = aLaunchRig();
    await rig.start();

    const answer = await rig.stop(name, body);

    expect(answer.status).toBe(400);
    expect(answer.body.message).toBe(message);
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('rejects a caller of other jobs, without saying whether the run exists', async () => {
    const callers = [aCaller(), aCaller({ name: 'others', jobs: ['DAY_*'] })];
    const rig = aLaunchRig({ callers });
    await rig.start();

    const answers = await Promise.all(
      [name, 'NIGHT_OTHER-r1t1-ACE'].map((one) => rig.stop(one, {}, 'others')),
    );

    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(rig.stepFunctions.stopped).toEqual([]);
  });

  test('rejects a name that no run has', async () => {
    const rig = aLaunchRig();

    expect((await rig.stop(name)).status).toBe(404);
  });
});

describe('a stop while the start is under way', () => {
  test('is carried out by the request that starts the run', async () => {
    let rig: ReturnType<typeof aLaunchRig> | undefined;
    const answers: string[] = [];
    const beforeStart = async () => {
      const { body } = (await rig?.stop(name, { cause: 'kill' })) ?? {};
      answers.push(body?.state ?? '', body?.stop?.text ?? '');
    };
    rig = aLaunchRig({ beforeStart });

    const { body } = await rig.start();

    expect(answers[0]).toBe('LOOKING_UP');
    expect(answers[1]).toContain('carried out once AWS has answered');
    expect(body.stop?.state).toBe('requested');
    expect(rig.stepFunctions.stopped).toHaveLength(1);
    rig.advance(minuteMs);
    await rig.check();
    expect((await rig.status(name)).body.stop?.state).toBe('proven');
  });

  test('whose answer was lost is carried out once the sweep has found the run', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push('lost');
    await rig.start();
    const { status, body } = await rig.stop(name, { cause: 'kill' });
    expect(status).toBe(202);
    expect(body.state).toBe('LOOKING_UP');
    expect(rig.stepFunctions.stopped).toEqual([]);

    rig.advance(2 * minuteMs);
    const kinds = (await rig.check()).map(({ kind }) => kind);

    expect(kinds).toEqual(['startFound', 'stopProven']);
    expect(rig.stepFunctions.stopped).toHaveLength(1);
    expect((await rig.status(name)).body.state).toBe('ACTIVE');
  });

  test('that never reached AWS is settled: nothing was started', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push({ kind: 'unknown', reason: 'TimeoutError' });
    await rig.start();
    await rig.stop(name, { cause: 'kill' });
    const kinds: string[] = [];
    for (let minute = 0; minute < 12; minute += 1) {
      rig.advance(minuteMs);
      kinds.push(...(await rig.check()).map(({ kind }) => kind));
    }

    const { body } = await rig.status(name);
    expect(kinds).toEqual(['neverStarted']);
    expect(body.state).toBe('REFUSED');
    expect(body.stop).toMatchObject({ state: 'proven', remaining: [] });
    expect(body.stop?.text).toContain('nothing was started');
    expect(body.exit).toEqual({ code: 69, source: 'never started: AWS does not know it' });
  });

  test('that AWS has throttled is settled at once, and no repeated start starts it', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ThrottlingException' });
    await rig.start();

    const { body } = await rig.stop(name, { cause: 'kill' });
    const again = await rig.start();

    expect(body.state).toBe('REFUSED');
    expect(body.stop?.text).toContain('nothing was started');
    expect(again).toMatchObject({ status: 422, body: { exit: 69 } });
    expect(rig.stepFunctions.calls).toHaveLength(1);
    expect(await rig.start({ launchId: 'two' })).toMatchObject({
      status: 422,
      body: { code: 'NEVER_STARTED', fix: expect.stringContaining('--again') },
    });
    expect(await rig.start({ launchId: 'two', params: { date: '2026-12-01' } })).toMatchObject({
      status: 409,
    });
    expect(rig.stepFunctions.calls).toHaveLength(1);
    expect((await rig.start({ launchId: 'three', again: true })).status).toBe(201);
  });

  test('whose outcome is unknown keeps a repeated start from asking AWS again', async () => {
    const rig = aLaunchRig();
    rig.stepFunctions.next.push('lost');
    await rig.start();
    await rig.stop(name, { cause: 'kill' });

    const again = await rig.start();

    expect(again.status).toBe(202);
    expect(rig.stepFunctions.calls).toHaveLength(1);
  });

  test('that AWS throttles meanwhile answers that nothing was started', async () => {
    let rig: ReturnType<typeof aLaunchRig> | undefined;
    rig = aLaunchRig({ beforeStart: async () => void (await rig?.stop(name)) });
    rig.stepFunctions.next.push({ kind: 'notSent', reason: 'ThrottlingException' });

    expect((await rig.start()).status).toBe(422);
    const { body } = await rig.status(name);
    expect(body).toMatchObject({ state: 'REFUSED', stop: { state: 'proven' } });
  });

  test('that AWS refuses meanwhile is settled', async () => {
    let rig: ReturnType<typeof aLaunchRig> | undefined;
    rig = aLaunchRig({ beforeStart: async () => void (await rig?.stop(name)) });
    rig.stepFunctions.next.push({ kind: 'refused', code: 'StateMachineDoesNotExist' });

    expect((await rig.start()).status).toBe(422);
    const { body } = await rig.status(name);
    expect(body).toMatchObject({ state: 'REFUSED', stop: { state: 'proven' } });
    expect((await rig.stop(name)).status).toBe(200);
  });
});

describe('a crash during a stop', () => {
  test('after the stop is recorded leaves it to the sweep', async () => {
    let fails = false;
    const rig = aLaunchRig({
      wrap: (table) => ({
        ...bind(table),
        ofTarget: table.ofTarget.bind(table),
        inSpan: table.inSpan.bind(table),
        put: async (row, seen) => {
          if (fails && JSON.stringify(row.body).includes('stop sent')) throw new Error('crash');
          return table.put(row, seen);
        },
      }),
    });
    await rig.start();
    fails = true;
    expect((await rig.stop(name)).status).toBe(503);
    fails = false;

    rig.advance(minuteMs);
    await rig.check();

    expect((await rig.status(name)).body.stop?.state).toBe('proven');
  });
});

test('a clock that was set back neither parks a stop early nor forgets it', async () => {
  const rig = aLaunchRig();
  await rig.start();
  rig.stepFunctions.nextStops.push({ kind: 'unavailable', reason: 'TimeoutError' });
  await rig.stop(name);
  const stoppedMs = rig.nowMs();

  rig.setClock(stoppedMs - 30 * minuteMs);
  expect(await rig.check()).toEqual([]);
  rig.setClock(stoppedMs + 11 * secondMs);
  expect((await rig.check()).map(({ kind }) => kind)).toEqual(['stopProven']);
});

function bind(table: Table): Table {
  return {
    get: table.get.bind(table),
    put: table.put.bind(table),
    agenda: table.agenda.bind(table),
  };
}
