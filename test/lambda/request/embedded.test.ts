import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../autosys/names.ts';
import { embedAutosys } from '../../support/emulator.ts';
import { aContext, aRequestRig } from './rig.ts';

const jil = [
  'insert_job: LOAD_LEDGER  job_type: CMD  machine: host1  command: true',
  'insert_job: LOAD_LATER  job_type: CMD  machine: host1  command: true  condition: v(LEDGER_DAY) = "go"',
].join('\n\n');

const job = parseJobName('LOAD_LEDGER');

/** The request function against an embedded AutoSys, over HTTPS with the real client. */
async function embed() {
  const autosys = await embedAutosys({ jil });
  const client = autosys.clientWith({ now: () => autosys.clock.now() });
  const rig = aRequestRig({
    embedded: {
      port: client,
      jobs: client,
      now: () => autosys.clock.now(),
      sleep: async (ms) => {
        await autosys.clock.advance(ms);
      },
    },
  });
  return { ...rig, autosys, [Symbol.asyncDispose]: () => autosys[Symbol.asyncDispose]() };
}

describe('the request function and an embedded AutoSys', () => {
  test('setGlobal sets the variable, and getGlobal reads it', async () => {
    await using world = await embed();
    const context = aContext();
    const set = { action: 'setGlobal', global: 'LEDGER_DAY', value: '20261130', context };
    expect(await world.invoke(set)).toMatchObject({ confirmed: true, value: '20261130' });
    expect(await world.invoke({ action: 'getGlobal', global: 'LEDGER_DAY' })).toEqual({
      ...{ global: 'LEDGER_DAY', readable: true, value: '20261130' },
    });
  });

  test('runJob starts the job once, and jobStatus and jobRuns show that run', async () => {
    await using world = await embed();
    const run = { action: 'runJob', job: 'LOAD_LEDGER', context: aContext() };
    const started = await world.invoke(run);
    expect(started).toMatchObject({ run: expect.any(Number), try: 1 });
    expect(await world.invoke(run)).toEqual(started);
    await world.autosys.clock.advance(60_000);

    const number = 'run' in started ? started.run : undefined;
    const before = world.autosys.emulator.requests().length;
    const status = await world.invoke({ action: 'jobStatus', job: 'LOAD_LEDGER' });
    expect(world.autosys.emulator.requests()).toHaveLength(before + 1);
    expect(status).toMatchObject({ status: 'SUCCESS', run: number, try: 1, exitCode: 0 });
    expect(status).toMatchObject({
      endedAt: expect.stringMatching(/Z$/),
      timezone: 'Europe/Zurich',
    });
    expect(await world.invoke({ action: 'jobRuns', job: 'LOAD_LEDGER', runs: 5 })).toMatchObject({
      runs: [{ status: 'SUCCESS', run: number, exitCode: 0 }],
    });
  });

  test('sendEvent holds a job, and runJob on ice is Rejected', async () => {
    await using world = await embed();
    const context = aContext();
    const hold = {
      action: 'sendEvent',
      event: { kind: 'JOB_ON_HOLD', job: 'LOAD_LEDGER' },
      context,
    };
    expect(await world.invoke(hold)).toMatchObject({ accepted: true, confirmed: true });
    await world.autosys.send({ kind: 'JOB_OFF_HOLD', job });
    await world.autosys.send({ kind: 'JOB_ON_ICE', job });
    const run = { action: 'runJob', job: 'LOAD_LEDGER', context, token: 'token' };
    expect(await world.invoke(run)).toMatchObject({
      errorType: 'AutoSys.Rejected',
      errorMessage: expect.stringContaining('ON_ICE'),
    });
  });

  test('runJob of a job whose condition is not met waits under its token', async () => {
    await using world = await embed();
    const run = { action: 'runJob', job: 'LOAD_LATER', context: aContext(), token: 'token' };
    expect(await world.invoke(run)).toMatchObject({ waiting: true, job: 'LOAD_LATER' });
    for (let minute = 0; minute < 30; minute += 1) {
      await world.autosys.clock.advance(60_000);
      await world.open().drain();
    }
    expect(await world.invoke(run)).toMatchObject({ waiting: true });
    expect(world.stored()).toMatchObject([{ stage: 'open', wait: { token: 'token' } }]);
    expect(world.stored()[0]?.wait?.run).toBeUndefined();
  });

  test('an unknown job is Rejected', async () => {
    await using world = await embed();
    const run = { action: 'runJob', job: 'LOAD_NOTHING', context: aContext(), token: 'token' };
    expect(await world.invoke(run)).toMatchObject({ errorType: 'AutoSys.Rejected' });
  });
});
