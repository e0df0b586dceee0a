import { describe, expect, test } from 'vitest';
import { agendaLists } from '../../../lambda/ledger/agenda.ts';
import type { RequestResult } from '../../../lambda/request/result.ts';
import type { StoredRequest } from '../../../lambda/request/stored-request.ts';
import {
  type Around,
  aContext,
  aRequestRig,
  execution,
  type RequestRig,
  startMs,
  unknownOutcome,
} from './rig.ts';

const token = 'token-of-the-state';
const run = { action: 'runJob', job: 'LOAD_LEDGER', context: aContext(), token };
const waiting = { waiting: true, job: 'LOAD_LEDGER', until: '2026-12-01T01:00:00.000Z' };
const tokenless = { ...run, token: undefined };

/** Ends the newest request as the wait function does. */
async function end(rig: RequestRig, result: RequestResult): Promise<void> {
  const { entry, key, attempt } = rig.stored().at(-1) ?? { entry: '', key: '', attempt: 0 };
  const known = await rig.requests.read(entry, key, attempt);
  if (known === undefined) throw new Error('no request is stored');
  await rig.requests.change(known, (request) => {
    const { token: _, ...wait } = request.wait ?? { token: '' };
    return { ...request, stage: 'ended', result, wait: wait as typeof request.wait & object };
  });
}

const failed: RequestResult = { kind: 'failure', failure: 'AutoSys.JobFailed', cause: 'FAILURE' };
const succeeded: RequestResult = {
  kind: 'answer',
  answer: { status: 'SUCCESS', exitCode: 0, run: 101, try: 1 },
};

describe('runJob with a task token', () => {
  test('starts the job once, and records the job before, the run and the token', async () => {
    const rig = aRequestRig();
    expect(await rig.invoke(run)).toEqual(waiting);
    expect(rig.autosys.starts()).toBe(1);
    expect(rig.stored()).toMatchObject([
      {
        stage: 'open',
        execution,
        wait: {
          before: { status: 'SUCCESS', run: 7, try: 1 },
          run: { run: 101, try: 1 },
          token,
          onAbort: 'leave',
        },
      },
    ]);
    const { entries } = await rig.table.agenda(agendaLists.wait('ACE'), {
      until: new Date(startMs + 1_000),
      limit: 10,
    });
    expect(entries).toHaveLength(1);
  });

  test('the token is in no log line, and in no row but the one of the request', async () => {
    const rig = aRequestRig();
    await rig.invoke(run);
    expect(JSON.stringify(rig.handled)).not.toContain(token);
    const others = rig.table.written.filter(({ key }) => !key.startsWith('request '));
    expect(JSON.stringify([others, rig.autosys.sent])).not.toContain(token);
    expect(rig.stored()[0]?.history.some(({ text }) => text.includes(token))).toBe(false);
  });

  test.for([
    { when: 'on ice', status: 'ON_ICE', start: 'STARTJOB', says: /is ON_ICE/ },
    {
      when: 'running',
      status: 'RUNNING',
      start: 'STARTJOB',
      says: /is RUNNING already.*start: join/,
    },
    { when: 'in RESTART', status: 'RESTART', start: 'STARTJOB', says: /is RESTART already/ },
    { when: 'on ice', status: 'ON_ICE', start: 'FORCE_STARTJOB', says: /is ON_ICE/ },
    { when: 'on ice', status: 'ON_ICE', start: 'next', says: /is ON_ICE/ },
  ] as const)('a job $when with $start is Rejected at once', async ({ status, start, says }) => {
    const rig = aRequestRig();
    rig.autosys.setStatus('LOAD_LEDGER', status);
    const rejected = { errorType: 'AutoSys.Rejected', errorMessage: expect.stringMatching(says) };
    expect(await rig.invoke({ ...run, start })).toEqual(rejected);
    expect(await rig.invoke({ ...run, start })).toEqual(rejected);
    expect(rig.autosys.sent).toEqual([]);
    expect(JSON.stringify(rig.stored())).not.toContain(token);
  });

  test('an unknown job is Rejected at once', async () => {
    const rig = aRequestRig();
    expect(await rig.invoke({ ...run, job: 'LOAD_NOTHING' })).toEqual({
      errorType: 'AutoSys.Rejected',
      errorMessage: expect.stringContaining('AutoSys has no job LOAD_NOTHING'),
    });
  });

  test.for(['join', 'current'] as const)(
    '%s waits for the active run and sends nothing',
    async (start) => {
      const rig = aRequestRig();
      rig.autosys.begin('LOAD_LEDGER', startMs);
      expect(await rig.invoke({ ...run, start })).toEqual(waiting);
      expect(rig.autosys.sent).toEqual([]);
      expect(rig.stored()).toMatchObject([{ wait: { run: { run: 101, try: 1 } } }]);
    },
  );

  test('join starts a job that is not active', async () => {
    const rig = aRequestRig();
    expect(await rig.invoke({ ...run, start: 'join' })).toEqual(waiting);
    expect(rig.autosys.starts()).toBe(1);
  });

  test.for(['current', 'next'] as const)(
    '%s without an active run waits and sends nothing',
    async (start) => {
      const rig = aRequestRig();
      expect(await rig.invoke({ ...run, start })).toEqual(waiting);
      expect(rig.autosys.sent).toEqual([]);
      expect(rig.stored()).toMatchObject([{ wait: { before: { run: 7 } } }]);
      expect(rig.stored()[0]?.wait?.run).toBeUndefined();
    },
  );

  test('a job on hold is started and awaited', async () => {
    const rig = aRequestRig();
    rig.autosys.setStatus('LOAD_LEDGER', 'ON_HOLD');
    expect(await rig.invoke(run)).toEqual(waiting);
    expect(rig.autosys.starts()).toBe(1);
    expect(rig.stored()[0]?.wait?.run).toBeUndefined();
  });

  test('a start that AutoSys rejects fails the state, and its retry finds that', async () => {
    const rig = aRequestRig();
    const { AutosysRefusedError } = await import('../../../autosys/errors.ts');
    rig.autosys.answers.push(
      new AutosysRefusedError({ doing: 'STARTJOB', httpStatus: 400, said: 'no permission' }),
    );
    const rejected = { errorType: 'AutoSys.Rejected', errorMessage: /no permission/ };
    for (const retry of [0, 1]) {
      expect(await rig.invoke({ ...run, context: aContext({ retry }) })).toMatchObject({
        ...rejected,
        errorMessage: expect.stringMatching(rejected.errorMessage),
      });
    }
    expect(rig.autosys.starts()).toBe(1);
  });

  test('a rejection that only a repeated invocation finds is sent with the token', async () => {
    const rig = aRequestRig();
    const { AutosysRefusedError } = await import('../../../autosys/errors.ts');
    const { unreachable } = await import('./rig.ts');
    rig.autosys.answers.push(unreachable());
    // Step Functions has taken this result, and the state waits for the token.
    expect(await rig.invoke(run)).toEqual(waiting);
    rig.advance(120_000);
    rig.autosys.answers.push(
      new AutosysRefusedError({ doing: 'STARTJOB', httpStatus: 400, said: 'no permission' }),
    );
    expect(await rig.invoke(run)).toMatchObject({ errorType: 'AutoSys.Rejected' });

    expect(rig.failed).toEqual([{ token, error: 'AutoSys.Rejected' }]);
  });

  test('two requests for one job wait for different runs', async () => {
    const rig = aRequestRig();
    const forced = { ...run, start: 'FORCE_STARTJOB' };
    await rig.invoke(forced);
    await rig.invoke({ ...forced, token: 'other', context: aContext({ item: 1 }) });
    const runs = rig.stored().map(({ wait }) => wait?.run?.run);
    expect(runs).toEqual([101, 102]);
    expect(rig.autosys.starts()).toBe(2);
  });

  test('two requests whose starts begin one run do not both wait for it', async () => {
    const rig = aRequestRig();
    // The first start is processed late, when the second has been sent.
    rig.autosys.answers.push('ignored');
    await rig.invoke(run);
    await rig.invoke({ ...run, token: 'other', context: aContext({ item: 1 }) });
    const runs = rig.stored().flatMap(({ wait }) => wait?.run?.run ?? []);
    expect(runs).toEqual([101]);
  });

  test('a caller in an account without the role is Rejected before anything is written', async () => {
    const rig = aRequestRig();
    rig.setTaskFault('the role does not exist');
    expect(await rig.invoke(run)).toEqual({
      errorType: 'AutoSys.Rejected',
      errorMessage: 'the role does not exist',
    });
    expect(rig.stored()).toEqual([]);
    expect(await rig.invoke(tokenless)).toMatchObject({ status: 'RUNNING' });
  });
});

describe('AutoSys away', () => {
  test('before the job is read: Pending, nothing sent, and the retry starts it once', async () => {
    const rig = aRequestRig();
    rig.autosys.isAway = true;
    expect(await rig.invoke(run)).toEqual({
      errorType: 'AutoSys.Pending',
      errorMessage: expect.stringContaining(
        'this attempt sends nothing: AutoSys at ace:9443 was not reached',
      ),
    });
    rig.autosys.isAway = false;
    expect(await rig.invoke({ ...run, context: aContext({ retry: 1 }), token: 'second' })).toEqual(
      waiting,
    );
    expect(rig.autosys.starts()).toBe(1);
    expect(rig.stored()).toMatchObject([{ retry: 1, wait: { token: 'second' } }]);
  });

  test('when the start is sent: the state waits, and the drain sends it once', async () => {
    const rig = aRequestRig();
    const { unreachable } = await import('./rig.ts');
    rig.autosys.answers.push(unreachable());
    expect(await rig.invoke(run)).toEqual(waiting);
    expect(rig.stored()[0]?.wait?.run).toBeUndefined();
    rig.advance(120_000);
    await rig.open().drain();
    expect(rig.autosys.jobs.get('LOAD_LEDGER')).toMatchObject({ status: 'RUNNING' });
    await rig.invoke(run);
    expect(rig.stored()).toMatchObject([{ wait: { run: { run: 101 } } }]);
    expect(rig.autosys.starts()).toBe(2);
  });

  test('an answer to the start that is lost: it is read back and not sent again', async () => {
    const rig = aRequestRig();
    rig.autosys.answers.push('lost');
    expect(await rig.invoke(run)).toEqual(waiting);
    rig.advance(120_000);
    await rig.open().drain();
    await rig.invoke(run);
    expect(rig.autosys.starts()).toBe(1);
    expect(rig.stored()).toMatchObject([{ wait: { run: { run: 101 } } }]);
  });

  test('a start whose outcome stays unknown fails the state, and is never sent again', async () => {
    const rig = aRequestRig();
    rig.autosys.answers.push(unknownOutcome());
    expect(await rig.invoke(run)).toEqual(waiting);
    for (let minute = 0; minute < 30; minute += 1) {
      rig.advance(60_000);
      await rig.open().drain();
    }
    const unknown = { errorType: 'AutoSys.Unknown' };
    expect(await rig.invoke({ ...run, context: aContext({ retry: 1 }) })).toMatchObject(unknown);
    expect(await rig.invoke({ ...run, context: aContext({ retry: 2 }) })).toMatchObject(unknown);
    expect(rig.autosys.starts()).toBe(1);
  });
});

describe('an attempt that is repeated', () => {
  test('with a higher retry count takes over the wait with its token', async () => {
    const rig = aRequestRig();
    await rig.invoke(run);
    expect(await rig.invoke({ ...run, context: aContext({ retry: 1 }), token: 'second' })).toEqual(
      waiting,
    );
    expect(rig.stored()).toMatchObject([{ retry: 1, wait: { token: 'second' } }]);
    // The first invocation, repeated late, has a token that Step Functions no longer accepts.
    await rig.invoke(run);
    expect(rig.stored()).toMatchObject([{ retry: 1, wait: { token: 'second' } }]);
    expect(rig.autosys.starts()).toBe(1);
  });

  test.for(['AutoSys.JobFailed', 'AutoSys.JobTerminated', 'AutoSys.Timeout'] as const)(
    'after %s a higher retry count is a new request, and the same one is not',
    async (failure) => {
      const rig = aRequestRig();
      await rig.invoke(run);
      rig.autosys.setStatus('LOAD_LEDGER', 'FAILURE');
      await end(rig, { ...failed, failure });
      expect(await rig.invoke(run)).toEqual({ errorType: failure, errorMessage: 'FAILURE' });
      expect(rig.autosys.starts()).toBe(1);
      const second = { ...run, context: aContext({ retry: 1 }), token: 'second' };
      expect(await rig.invoke(second)).toEqual(waiting);
      expect(await rig.invoke(second)).toEqual(waiting);
      expect(rig.autosys.starts()).toBe(2);
      expect(rig.stored().map(({ attempt, retry }) => ({ attempt, retry }))).toEqual([
        { attempt: 0, retry: 0 },
        { attempt: 1, retry: 1 },
      ]);
      // The first attempt, repeated late, finds its own result.
      expect(await rig.invoke(run)).toMatchObject({ errorType: failure });
    },
  );

  test.for([
    [
      'that the state was not informed of',
      (request: StoredRequest) => ({ ...request, undelivered: true }),
    ],
    [
      'that is being sent with the token of an earlier attempt',
      (request: StoredRequest) => ({
        ...request,
        wait: { ...request.wait, token, answering: { sinceMs: startMs } },
      }),
    ],
  ] as const)('after a failure %s, the next attempt is informed of it', async ([, change]) => {
    const rig = aRequestRig();
    await rig.invoke(run);
    await end(rig, failed);
    const stored = rig.stored().at(-1);
    const { entry, key, attempt } = stored ?? { entry: '', key: '', attempt: 0 };
    const known = await rig.requests.read(entry, key, attempt);
    if (known) await rig.requests.change(known, (request) => change(request) as StoredRequest);
    const failure = { errorType: 'AutoSys.JobFailed', errorMessage: 'FAILURE' };
    const asked = (retry: number) => ({ ...run, context: aContext({ retry }), token: `t${retry}` });

    expect(await rig.invoke(asked(1))).toEqual(failure);
    expect(await rig.invoke(asked(1))).toEqual(failure);
    expect(rig.autosys.starts()).toBe(1);
    expect(JSON.stringify(rig.stored().at(-1))).not.toContain(token);

    expect(rig.failed.at(-1)).toEqual({ token: 't1', error: 'AutoSys.JobFailed' });

    rig.autosys.setStatus('LOAD_LEDGER', 'FAILURE');
    expect(await rig.invoke(asked(2))).toEqual(waiting);
    expect(rig.autosys.starts()).toBe(2);
  });

  test.for([
    ['did not take it', { kind: 'gone', reason: 'TaskTimedOut' }, 'AutoSys.JobFailed'],
    ['could not be asked', { kind: 'unavailable', reason: 'TimeoutError' }, 'AutoSys.Pending'],
  ] as const)('a failure is not delivered if the state %s', async ([, answer, errorType]) => {
    const rig = aRequestRig();
    await rig.invoke(run);
    await end(rig, failed);
    const { entry, key, attempt } = rig.stored().at(-1) ?? { entry: '', key: '', attempt: 0 };
    const known = await rig.requests.read(entry, key, attempt);
    if (known) await rig.requests.change(known, (request) => ({ ...request, undelivered: true }));
    const asked = (retry: number) => ({ ...run, context: aContext({ retry }), token: `t${retry}` });

    rig.setTaskAnswer(answer);
    expect(await rig.invoke(asked(1))).toMatchObject({ errorType });
    rig.setTaskAnswer({ kind: 'taken' });
    expect(await rig.invoke(asked(2))).toMatchObject({ errorType: 'AutoSys.JobFailed' });
    expect(rig.autosys.starts()).toBe(1);

    rig.autosys.setStatus('LOAD_LEDGER', 'FAILURE');
    expect(await rig.invoke(asked(3))).toEqual(waiting);
    expect(rig.autosys.starts()).toBe(2);
  });

  test('after the failures of several attempts the retry continues with the next number', async () => {
    const rig = aRequestRig();
    for (const retry of [0, 2, 5]) {
      rig.autosys.setStatus('LOAD_LEDGER', 'INACTIVE');
      await rig.invoke({ ...run, context: aContext({ retry }) });
      await end(rig, failed);
    }
    expect(rig.stored().map(({ attempt }) => attempt)).toEqual([0, 1, 2]);
    expect(rig.autosys.starts()).toBe(3);
  });

  test('after success every attempt finds the result, and a token is answered with it', async () => {
    const rig = aRequestRig();
    await rig.invoke(run);
    await end(rig, succeeded);
    const again = { ...run, context: aContext({ retry: 3 }), token: 'third' };
    expect(await rig.invoke(again)).toEqual({ status: 'SUCCESS', exitCode: 0, run: 101, try: 1 });
    expect(rig.succeeded).toEqual([
      { token: 'third', output: '{"status":"SUCCESS","exitCode":0,"run":101,"try":1}' },
    ]);
    expect(rig.autosys.starts()).toBe(1);
  });

  test('a redrive is a new request', async () => {
    const rig = aRequestRig();
    await rig.invoke(run);
    rig.autosys.setStatus('LOAD_LEDGER', 'FAILURE');
    await end(rig, failed);
    await rig.invoke({ ...run, context: aContext({ redrive: 1 }), token: 'redriven' });
    expect(rig.autosys.starts()).toBe(2);
  });

  test('another state with the same own key does not take the token of the one that waits', async () => {
    const rig = aRequestRig();
    await rig.invoke({ ...run, key: 'mine' });
    const other = { ...run, key: 'mine', token: 'other', context: aContext({ state: 'Other' }) };
    expect(await rig.invoke(other)).toEqual({
      errorType: 'AutoSys.KeyConflict',
      errorMessage: expect.stringContaining('waits for a job in another state'),
    });
    expect(rig.stored()).toMatchObject([{ wait: { token } }]);
    await end(rig, succeeded);
    expect(await rig.invoke(other)).toMatchObject({ status: 'SUCCESS' });
  });

  test('inline Map iterations that ask for the same start the job once each', async () => {
    const rig = aRequestRig();
    const forced = { ...run, start: 'FORCE_STARTJOB' };
    await Promise.all(
      [0, 1, 2].map((item) => rig.invoke({ ...forced, context: aContext({ item }) })),
    );
    expect(rig.autosys.starts()).toBe(3);
  });
});

describe('runJob without a task token', () => {
  test('answers with the identified run and its status, and finds it again', async () => {
    const rig = aRequestRig();
    const answer = { status: 'RUNNING', run: 101, try: 1, startedAt: '2026-11-30T01:00:00.000Z' };
    expect(await rig.invoke(tokenless)).toEqual(answer);
    rig.autosys.setStatus('LOAD_LEDGER', 'SUCCESS', { exitCode: 0 });
    expect(await rig.invoke(tokenless)).toEqual(answer);
    expect(rig.autosys.starts()).toBe(1);
  });

  test('is Pending while AutoSys shows no run, and answered when it does', async () => {
    const rig = aRequestRig();
    rig.autosys.answers.push('ignored');
    expect(await rig.invoke(tokenless)).toMatchObject({ errorType: 'AutoSys.Pending' });
    rig.advance(60_000);
    rig.autosys.begin('LOAD_LEDGER', rig.nowMs());
    expect(await rig.invoke(tokenless)).toMatchObject({ status: 'RUNNING', run: 101 });
    expect(rig.autosys.starts()).toBe(1);
  });

  test('current without an active run is Rejected', async () => {
    const rig = aRequestRig();
    expect(await rig.invoke({ ...tokenless, start: 'current' })).toMatchObject({
      errorType: 'AutoSys.Rejected',
      errorMessage: expect.stringContaining('no run of the job LOAD_LEDGER is active (SUCCESS)'),
    });
  });
});

describe('a function that dies after the job was read', () => {
  const dieBeforeStart = (rig: RequestRig) => {
    let isDead = false;
    const around: Around = async (call) => {
      if (isDead) throw new TypeError('the sandbox failed');
      const answer = await call();
      const { wait } = rig.stored().at(-1) ?? {};
      isDead = wait?.before !== undefined;
      return answer;
    };
    return rig.open({ around }).invoke(run);
  };

  test('is followed by an attempt that starts the job', async () => {
    const rig = aRequestRig();
    await dieBeforeStart(rig);
    expect(rig.autosys.starts()).toBe(0);
    expect(await rig.invoke(run)).toEqual(waiting);
    expect(rig.autosys.starts()).toBe(1);
  });

  test('minutes later the job is read anew before the start', async () => {
    const rig = aRequestRig();
    await dieBeforeStart(rig);
    rig.advance(10 * 60_000);
    rig.autosys.begin('LOAD_LEDGER', rig.nowMs());
    expect(await rig.invoke(run)).toMatchObject({ errorType: 'AutoSys.Rejected' });
    expect(rig.autosys.starts()).toBe(0);
  });
});

describe('a function that is frozen after the job was read', () => {
  /** Begins a `runJob` that stands still before it records its start, until it is let go. */
  async function freeze(rig: RequestRig, payload: object) {
    const held = Promise.withResolvers<void>();
    const frozen = Promise.withResolvers<void>();
    let isFrozen = false;
    const around: Around = async (call) => {
      if (isFrozen) await held.promise;
      const answer = await call();
      if (!isFrozen && rig.stored().at(-1)?.wait?.before !== undefined) {
        isFrozen = true;
        frozen.resolve();
      }
      return answer;
    };
    const answer = rig.open({ around }).invoke(payload);
    await frozen.promise;
    return () => {
      held.resolve();
      return answer;
    };
  }

  test.for([
    ['refused', run, 'AutoSys.Rejected'],
    ['answered with the active run', { ...tokenless, start: 'join' }, undefined],
  ] as const)('sends nothing after the request was %s', async ([, payload, errorType]) => {
    const rig = aRequestRig();
    const thaw = await freeze(rig, payload);
    rig.advance(10 * 60_000);
    rig.autosys.begin('LOAD_LEDGER', rig.nowMs());
    const decided = await rig.invoke(payload);

    await thaw();

    expect(decided).toMatchObject(errorType ? { errorType } : { status: 'RUNNING', run: 101 });
    expect(rig.autosys.starts()).toBe(0);
    expect(rig.oneShots()).toMatchObject([{ stage: 'confirmed' }]);
    expect(rig.oneShots()[0]?.history.at(-1)?.text).toMatch(/^discarded: it was decided anew/);
  });

  test('sends the start once if it is decided anew that it is sent', async () => {
    const rig = aRequestRig();
    const thaw = await freeze(rig, run);
    rig.advance(10 * 60_000);
    const decided = await rig.invoke(run);

    expect(await thaw()).toEqual(decided);
    expect(rig.autosys.starts()).toBe(1);
  });
});

describe('a start of a job on hold', () => {
  test('parks nothing while the request waits, and counts as delivered', async () => {
    const rig = aRequestRig();
    rig.autosys.setStatus('LOAD_LEDGER', 'ON_HOLD');
    await rig.invoke(run);

    for (let minutes = 0; minutes < 60; minutes += 1) {
      rig.advance(60_000);
      await rig.open().drain();
    }

    expect(rig.oneShots()).toMatchObject([{ stage: 'confirmed', cause: { awaited: true } }]);
    expect(rig.oneShots()[0]?.history.at(-1)?.text).toBe(
      'accepted, AutoSys shows status ON_HOLD; its request waits for the run',
    );
    expect(rig.stored()).toMatchObject([{ stage: 'open' }]);
  });
});
