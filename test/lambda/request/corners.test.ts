import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError } from '../../../autosys/errors.ts';
import { DefectError } from '../../../lambda/errors.ts';
import { type Around, aContext, anEntry, aRequestRig, startMs } from './rig.ts';

const send = (event: unknown) => ({ action: 'sendEvent', event, key: 'k' });

describe('more payloads with a fault', () => {
  test.for([
    { payload: { action: 'jobStatus' }, says: /job: expected a text/ },
    {
      payload: { action: 'jobStatus', job: 'LOAD_A', instance: 5 },
      says: /instance: expected a text/,
    },
    {
      payload: { action: 'setGlobal', global: 'LEDGER_DAY', value: 'x', context: 5 },
      says: /context: expected an object/,
    },
    { payload: { action: 'runJob', key: 'k', timeout: 4 }, says: /job: expected a text; timeout/ },
    { payload: { action: 5 }, says: /action: no action/ },
    { payload: send({ kind: 5 }), says: /event\.kind: no kind/ },
    { payload: send({ kind: 'JOB_ON_HOLD', job: 5 }), says: /event\.job: expected a text/ },
    {
      payload: send({ kind: 'JOB_ON_HOLD', job: 'J'.repeat(65) }),
      says: /event: job name: found 65/,
    },
    {
      payload: send({ kind: 'COMMENT', job: 'LOAD_A', comment: 'c'.repeat(256) }),
      says: /event: comment: allowed: at most 255/,
    },
  ])('$says', async ({ payload, says }) => {
    expect(await aRequestRig().invoke(payload)).toEqual({
      errorType: 'AutoSys.InvalidRequest',
      errorMessage: expect.stringMatching(says),
    });
  });
});

describe('events without a job', () => {
  const entries = [anEntry({ events: ['MACH_OFFLINE', 'SET_GLOBAL', 'CHANGE_PRIORITY', 'ALARM'] })];

  test('a machine event is accepted under the name of the event', async () => {
    const rig = aRequestRig({ entries });
    const event = { kind: 'MACH_OFFLINE', machine: 'host1' };
    expect(await rig.invoke(send(event))).toMatchObject({ accepted: true });
    expect(rig.stored()).toMatchObject([{ subject: 'MACH_OFFLINE' }]);
  });

  test('SET_GLOBAL obeys the patterns of variables', async () => {
    const rig = aRequestRig({ entries });
    const event = { kind: 'SET_GLOBAL', globalVariable: 'RISK', value: 'x' };
    expect(await rig.invoke(send(event))).toMatchObject({ errorType: 'AutoSys.NotAllowed' });
    const allowed = { ...event, globalVariable: 'LEDGER_DAY' };
    expect(await rig.invoke(send(allowed))).toMatchObject({ confirmed: true, value: 'x' });
  });

  test('a priority may be a number', async () => {
    const rig = aRequestRig({ entries });
    const event = { kind: 'CHANGE_PRIORITY', job: 'LOAD_LEDGER', priority: 5 };
    expect(await rig.invoke(send(event))).toMatchObject({ accepted: true });
  });
});

describe('reads that AutoSys refuses', () => {
  test('a job that the login may not see is Rejected', async () => {
    const rig = aRequestRig();
    const denied = new AutosysUnauthorizedError({ doing: 'x', httpStatus: 403, said: 'no' });
    rig.autosys.readError = denied;
    expect(await rig.invoke({ action: 'jobStatus', job: 'LOAD_LEDGER' })).toMatchObject({
      errorType: 'AutoSys.Rejected',
    });
  });

  test('runs that the release cannot list are Rejected with the reason', async () => {
    const rig = aRequestRig();
    rig.autosys.isBlind = true;
    expect(await rig.invoke({ action: 'jobRuns', job: 'LOAD_LEDGER' })).toEqual({
      errorType: 'AutoSys.Rejected',
      errorMessage: 'the runs of LOAD_LEDGER cannot be read: no commands',
    });
  });

  test('a variable that the release cannot read is answered as not readable', async () => {
    const rig = aRequestRig();
    rig.autosys.isBlind = true;
    expect(await rig.invoke({ action: 'getGlobal', global: 'LEDGER_DAY' })).toEqual({
      ...{ global: 'LEDGER_DAY', readable: false, reason: 'no commands' },
    });
    const set = { action: 'setGlobal', global: 'LEDGER_DAY', value: 'x', key: 'k' };
    expect(await rig.invoke(set)).toEqual({
      ...{ confirmed: false, value: 'x', at: new Date(startMs).toISOString() },
    });
  });
});

describe('faults of the bridge', () => {
  test('an unexpected error is logged as a defect and answered Unknown', async () => {
    const rig = aRequestRig();
    const around: Around = async () => {
      throw new TypeError('hunter2');
    };
    const answer = await rig.open({ around }).invoke({ action: 'jobStatus', job: 'LOAD_LEDGER' });
    expect(answer).toEqual({
      errorType: 'AutoSys.Unknown',
      errorMessage: 'an unexpected TypeError',
    });
    expect(rig.defects).toHaveLength(1);
  });

  test('a defect in a read is Pending', async () => {
    const rig = aRequestRig();
    rig.autosys.readError = new DefectError();
    expect(await rig.invoke({ action: 'jobStatus', job: 'LOAD_LEDGER' })).toMatchObject({
      errorType: 'AutoSys.Pending',
    });
  });
});

describe('runJob without a token that was identified before', () => {
  const run = { action: 'runJob', job: 'LOAD_LEDGER', context: aContext() };

  async function identifyUnderToken(rig: ReturnType<typeof aRequestRig>) {
    await rig.invoke({ ...run, token: 'token' });
    const [stored] = rig.stored();
    const known = await rig.requests.read('ledger-team', stored?.key ?? '', 0);
    if (known === undefined) throw new Error('no request is stored');
    await rig.requests.change(known, (request) => {
      const { token: _, ...wait } = request.wait ?? { token: '' };
      return { ...request, wait: wait as NonNullable<typeof request.wait> };
    });
  }

  test('is answered with that run', async () => {
    const rig = aRequestRig();
    await identifyUnderToken(rig);
    rig.autosys.isAway = true;
    expect(await rig.invoke(run)).toMatchObject({ errorType: 'AutoSys.Pending' });
    rig.autosys.isAway = false;
    expect(await rig.invoke(run)).toMatchObject({ status: 'RUNNING', run: 101 });
  });

  test('is Unknown if AutoSys shows a later run, and never answered with that one', async () => {
    const rig = aRequestRig();
    await identifyUnderToken(rig);
    rig.autosys.begin('LOAD_LEDGER', startMs + 1_000);
    expect(await rig.invoke(run)).toEqual({
      errorType: 'AutoSys.Unknown',
      errorMessage: 'the run 101 was started, and AutoSys shows a later one',
    });
  });

  test('a job that AutoSys refuses to show is Rejected', async () => {
    const rig = aRequestRig();
    rig.autosys.readError = new AutosysUnauthorizedError({
      ...{ doing: 'reading the job', httpStatus: 403, said: 'no permission' },
    });
    expect(await rig.invoke(run)).toMatchObject({
      errorType: 'AutoSys.Rejected',
    });
    expect(rig.autosys.sent).toEqual([]);
  });
});
