import { describe, expect, test } from 'vitest';
import { RequestDeniedError } from '../../../lambda/login-errors.ts';
import { aRequestRig } from './rig.ts';

const startedAt = new Date('2026-11-30T01:13:00Z');
const endedAt = new Date('2026-11-30T01:20:30Z');
const shown = {
  ...{ status: 'SUCCESS', run: 1620, try: 2, exitCode: 0 },
  ...{ startedAt: '2026-11-30T01:13:00.000Z', startedAtLocal: '11/30/2026 02:13:00' },
  ...{ endedAt: '2026-11-30T01:20:30.000Z', endedAtLocal: '11/30/2026 02:20:30' },
};

test('jobStatus shows the last run in UTC and in the timezone of the scheduler', async () => {
  const rig = aRequestRig();
  const lastRun = { run: 1620, try: 2, exitCode: 0, startedAt, endedAt };
  rig.autosys.setStatus('LOAD_LEDGER', 'SUCCESS', lastRun);
  expect(await rig.invoke({ action: 'jobStatus', job: 'LOAD_LEDGER' })).toEqual({
    ...{ job: 'LOAD_LEDGER', ...shown },
    ...{ onNoExec: false, timezone: 'Europe/Zurich' },
  });
  expect(rig.stored()).toEqual([]);
});

test('jobStatus of a job that never ran shows no run', async () => {
  const rig = aRequestRig();
  rig.autosys.jobs.set('LOAD_NEW', {
    status: 'INACTIVE',
    onNoExec: true,
    lastRun: { run: 0, try: 0 },
  });
  expect(await rig.invoke({ action: 'jobStatus', job: 'LOAD_NEW' })).toEqual({
    ...{ job: 'LOAD_NEW', status: 'INACTIVE', onNoExec: true, timezone: 'Europe/Zurich' },
  });
});

describe('jobStatus of an instance that lists jobs', () => {
  const status = { action: 'jobStatus', job: 'LOAD_LEDGER' };

  test('makes one request', async () => {
    const rig = aRequestRig({ lists: true });
    const lastRun = { run: 1620, try: 2, exitCode: 0, startedAt, endedAt };
    rig.autosys.setStatus('LOAD_LEDGER', 'SUCCESS', lastRun);

    const answer = await rig.invoke(status);

    expect(answer).toMatchObject(shown);
    expect(rig.autosys.reads).toEqual(['list LOAD_LEDGER']);
  });

  test('reads a job that is not in the list alone', async () => {
    const rig = aRequestRig({ lists: true });

    const answer = await rig.invoke({ ...status, job: 'LOAD_NO' });

    expect(answer).toMatchObject({ errorType: 'AutoSys.Rejected' });
    expect(rig.autosys.reads).toEqual(['list LOAD_NO', 'job LOAD_NO']);
  });

  test('requests no list for 15 minutes after the release had none', async () => {
    const rig = aRequestRig({ lists: true });
    rig.autosys.listError = 'unreadable';
    const { invoke } = rig.open();

    await invoke(status);
    const answer = await invoke(status);
    rig.advance(15 * 60_000);
    await invoke(status);

    expect(answer).toMatchObject({ status: 'SUCCESS', run: 7 });
    const [list, alone] = ['list LOAD_LEDGER', 'job LOAD_LEDGER'];
    expect(rig.autosys.reads).toEqual([list, alone, alone, list, alone]);
  });

  test('reads the job alone after AutoSys has refused the list', async () => {
    const rig = aRequestRig({ lists: true });
    const facts = { target: 'read jobs LOAD_LEDGER', at: startedAt, until: endedAt };
    rig.autosys.listError = new RequestDeniedError(facts);
    const { invoke } = rig.open();

    await invoke(status);
    const answer = await invoke(status);

    expect(answer).toMatchObject({ status: 'SUCCESS', run: 7 });
    const [list, alone] = ['list LOAD_LEDGER', 'job LOAD_LEDGER'];
    expect(rig.autosys.reads).toEqual([list, alone, alone]);
  });

  test('is Pending while AutoSys is away', async () => {
    const rig = aRequestRig({ lists: true });
    rig.autosys.isAway = true;

    expect(await rig.invoke(status)).toMatchObject({ errorType: 'AutoSys.Pending' });
    expect(rig.autosys.reads).toEqual(['list LOAD_LEDGER']);
  });
});

test('jobRuns shows the last runs, the newest first', async () => {
  const rig = aRequestRig();
  const run = { status: 'SUCCESS', run: 1620, try: 2, exitCode: 0, startedAt, endedAt } as const;
  rig.autosys.runs = [{ status: 'RUNNING', run: 1633, try: 1 }, run, { ...run, run: 1601 }];
  expect(await rig.invoke({ action: 'jobRuns', job: 'LOAD_LEDGER', runs: 2 })).toEqual({
    ...{ job: 'LOAD_LEDGER', timezone: 'Europe/Zurich' },
    runs: [{ status: 'RUNNING', run: 1633, try: 1 }, shown],
  });
});

test('getGlobal shows the value, and null for a variable that is not set', async () => {
  const rig = aRequestRig();
  rig.autosys.globals.set('LEDGER_DAY', '20261130');
  const get = { action: 'getGlobal', global: 'LEDGER_DAY' };
  expect(await rig.invoke(get)).toEqual({
    ...{ global: 'LEDGER_DAY', readable: true, value: '20261130' },
  });
  expect(await rig.invoke({ ...get, global: 'LEDGER_NO' })).toMatchObject({ value: null });
});

test('an unknown job is Rejected', async () => {
  const rig = aRequestRig();
  expect(await rig.invoke({ action: 'jobStatus', job: 'LOAD_NO' })).toEqual({
    errorType: 'AutoSys.Rejected',
    errorMessage:
      'AutoSys has no job LOAD_NO; names are case-sensitive, compare with autorep -J LOAD_NO',
  });
});

test.for(['jobStatus', 'jobRuns'])('%s is Pending while AutoSys is away', async (action) => {
  const rig = aRequestRig();
  rig.autosys.isAway = true;
  expect(await rig.invoke({ action, job: 'LOAD_LEDGER' })).toEqual({
    errorType: 'AutoSys.Pending',
    errorMessage: expect.stringContaining('was not reached'),
  });
});
