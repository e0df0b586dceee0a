import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJobName } from '../../autosys/names.ts';
import type { SynthesizedAssembly } from '../../local/index.ts';
import { execute, loadOf, until } from './requests-executions.ts';
import {
  documentedStep,
  roleArn,
  startRequestsSystem,
  synthesizeRequests,
} from './requests-system.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  assembly = await synthesizeRequests();
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = `
insert_job: LOAD_LEDGER  job_type: CMD  machine: host1  command: sleep 1; true
insert_job: LOAD_LONG  job_type: CMD  machine: host1  command: sleep 3600
insert_job: LOAD_BAD  job_type: CMD  machine: host1  command: exit 3
`;
const start = () => startRequestsSystem(assembly.directory, jil);

const setDay = { action: 'setGlobal', global: 'LEDGER_DAY', value: '20261130' };
const ledger = 'ledger-lambda';
const waitForNext = {
  ...{ action: 'runJob', start: 'next', token: 'AQCE' },
  context: {
    execution: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-1',
    state: 'Load',
    entered: '2026-11-30T02:00:00.000Z',
  },
};

describe('a caller of the entry', () => {
  test('sets a variable once for each key, and reads it', async () => {
    await using system = await start();

    const set = await system.ask(ledger, { ...setDay, key: 'day' });
    const repeated = await system.ask(ledger, { ...setDay, key: 'day' });
    const other = await system.ask(ledger, { ...setDay, value: 'other', key: 'day' });
    const get = await system.ask(ledger, { action: 'getGlobal', global: 'LEDGER_DAY' });

    expect(set.answer).toEqual({
      ...{ confirmed: true, value: '20261130' },
      at: expect.stringMatching(/^20.*Z$/),
    });
    expect(repeated).toEqual(set);
    expect(other).toMatchObject({ error: 'AutoSys.KeyConflict' });
    expect(get.answer).toMatchObject({ readable: true, value: '20261130' });
    expect(system.sent('SET_GLOBAL')).toBe(1);
    expect(system.autosys.unsupported()).toBe(0);
  });

  test('reads a job with its runs in UTC and in the timezone of the scheduler', async () => {
    await using system = await start();
    const { instance } = system.autosys;
    instance.queue({ kind: 'STARTJOB', job: parseJobName('LOAD_LEDGER') });
    await until('LOAD_LEDGER succeeds', () => instance.job('LOAD_LEDGER')?.status === 'SUCCESS');

    const status = await system.ask(ledger, { action: 'jobStatus', job: 'LOAD_LEDGER' });
    const runs = await system.ask(ledger, { action: 'jobRuns', job: 'LOAD_LEDGER', runs: 3 });
    const reader = await system.ask('reader', { action: 'jobStatus', job: 'LOAD_BAD' }, 'readers');

    const run = { status: 'SUCCESS', run: 1, try: 1, exitCode: 0 };
    expect(status.answer).toMatchObject({
      ...{ job: 'LOAD_LEDGER', ...run, timezone: 'Europe/Zurich' },
      endedAt: expect.stringMatching(/^20.*Z$/),
      endedAtLocal: expect.stringMatching(/^\d\d\/\d\d\/\d{4} /),
    });
    expect(runs.answer).toMatchObject({ runs: [run] });
    expect(reader.answer).toMatchObject({ status: 'INACTIVE' });
  });

  test('sends an event that the entry allows', async () => {
    await using system = await start();
    const event = { kind: 'JOB_ON_HOLD', job: 'LOAD_LEDGER' };

    const asked = await system.ask(ledger, { action: 'sendEvent', event, key: 'hold' });

    expect(asked.answer).toMatchObject({ accepted: true, confirmed: true });
    expect(system.autosys.instance.job('LOAD_LEDGER')?.status).toBe('ON_HOLD');
  });

  test.for([
    ['an event', { action: 'sendEvent', event: { kind: 'KILLJOB', job: 'LOAD_LEDGER' }, key: 'a' }],
    ['a job', { action: 'jobStatus', job: 'NIGHT_EOD' }],
    ['a variable', { action: 'setGlobal', global: 'RATES_DAY', value: '1', key: 'a' }],
    ['a way to start', { ...waitForNext, job: 'LOAD_LEDGER' }],
  ] as const)('is refused %s that the entry does not allow', async ([, request]) => {
    await using system = await start();

    const asked = await system.ask(ledger, request);

    expect(asked).toMatchObject({ error: 'AutoSys.NotAllowed' });
    expect(system.autosys.requests()).toEqual([]);
  });

  test('is refused what the API does not have', async () => {
    await using system = await start();

    const asked = await system.ask(ledger, { action: 'deleteJob', job: 'LOAD_LEDGER' });

    expect(asked).toMatchObject({ error: 'AutoSys.InvalidRequest' });
    expect(system.autosys.requests()).toEqual([]);
  });

  test('asks again after AutoSys was away, and the request is sent once', async () => {
    await using system = await start();
    await system.autosys.goDown();

    const away = await system.ask(ledger, { ...setDay, key: 'day' });
    await system.autosys.comeBack();
    let back = await system.ask(ledger, { ...setDay, key: 'day' });
    for (let tries = 0; back.error === 'AutoSys.Pending' && tries < 60; tries += 1) {
      await sleep(500);
      back = await system.ask(ledger, { ...setDay, key: 'day' });
    }

    expect(away).toMatchObject({ error: 'AutoSys.Pending' });
    expect(back.answer).toMatchObject({ confirmed: true, value: '20261130' });
    expect(system.sent('SET_GLOBAL')).toBe(1);
  });
});

describe('Lambda refuses', () => {
  const status = { action: 'jobStatus', job: 'LOAD_LEDGER' };

  test.for([
    ['a role of another entry', 'reader', 'ledger-team', 'AccessDeniedException'],
    ['a role of no entry', 'administrator', 'ledger-team', 'AccessDeniedException'],
    ['the function without an alias', ledger, '', 'AccessDeniedException'],
    ['the version of the aliases', ledger, '1', 'AccessDeniedException'],
    ['an alias without an entry', ledger, 'unknown-team', 'ResourceNotFoundException'],
  ] as const)('%s', async ([, role, entry, error]) => {
    await using system = await start();

    expect(await system.ask(role, status, entry)).toMatchObject({ error });
    expect(system.lines()).toEqual([]);
  });
});

test('the request function itself refuses an invocation without an alias', async () => {
  await using system = await start();
  const name = system.functionArn.split(':')[6] ?? '';

  const result = await system.aws.functions.get(name)?.invoke(JSON.stringify(setDay));

  expect(result).toMatchObject({
    kind: 'failed',
    functionError: { errorType: 'AutoSys.NotAllowed' },
  });
});

describe('a state machine', () => {
  test('runs the documented states: sets a variable, runs a job and goes on with its exit code', async () => {
    await using system = await start();
    const { functionArn } = system;
    const steps = [documentedStep('SetDay', functionArn), documentedStep('Load', functionArn)];

    const execution = await execute(system, steps);
    await execution.untilWaiting();
    const { instance } = system.autosys;
    await until('the job ends', () => instance.job('LOAD_LEDGER')?.status === 'SUCCESS');
    void system.aws.tick('Wait');
    const { status, output = '' } = await execution.untilEnded();

    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output)).toMatchObject({ status: 'SUCCESS', exitCode: 0, run: 1 });
    expect(instance.globalVariable('LEDGER_DAY')?.value).toBe('20261130');
    expect(system.sent('STARTJOB')).toBe(1);
    expect(system.aws.workloads.calls).toMatchObject({ SendTaskSuccess: 1 });
    const types = (await execution.history()).map(({ type }) => type);
    expect(types.slice(-6)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    const logged = JSON.stringify(system.lines());
    for (const { token } of system.aws.workloads.waitingTasks) expect(logged).not.toContain(token);
    expect(system.aws.workloads.unknownRequests).toEqual([]);
  });

  test('fails with AutoSys.JobFailed and the exit code after the second reading of the failure', async () => {
    await using system = await start();

    const execution = await execute(system, [loadOf(system, 'LOAD_BAD')]);
    await execution.untilWaiting();
    void system.aws.tick('Wait');
    const { status, error, cause } = await execution.untilEnded();

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'AutoSys.JobFailed' });
    expect(cause).toContain('LOAD_BAD');
    expect(system.aws.workloads.calls).toMatchObject({ SendTaskFailure: 1 });
    expect(system.aws.workloads.calls['SendTaskHeartbeat']).toBeGreaterThan(0);
  });

  test('fails with AutoSys.JobTerminated if an operator kills the job', async () => {
    await using system = await start();
    const { instance } = system.autosys;

    const execution = await execute(system, [loadOf(system, 'LOAD_LONG')]);
    await execution.untilWaiting();
    await until('the job runs', () => instance.job('LOAD_LONG')?.status === 'RUNNING');
    instance.queue({ kind: 'KILLJOB', job: parseJobName('LOAD_LONG') });
    await until('the job is killed', () => instance.job('LOAD_LONG')?.status === 'TERMINATED');
    void system.aws.tick('Wait');

    expect(await execution.untilEnded()).toMatchObject({
      ...{ status: 'FAILED', error: 'AutoSys.JobTerminated' },
    });
  });

  test('whose Retrier names the failure starts the job again, once for each attempt', async () => {
    await using system = await start();
    const { instance } = system.autosys;
    const retry = [{ ErrorEquals: ['AutoSys.JobTerminated'], MaxAttempts: 1 }];
    const execution = await execute(system, [{ ...loadOf(system, 'LOAD_LONG'), retry }]);

    for (const run of [1, 2]) {
      const runs = () => instance.job('LOAD_LONG')?.run.run === run;
      await until(
        `run ${run} begins`,
        () => runs() && instance.job('LOAD_LONG')?.status === 'RUNNING',
      );
      await until(
        'the task waits',
        () => system.aws.workloads.waitingTasks.at(-1)?.isOpen === true,
      );
      instance.queue({ kind: 'KILLJOB', job: parseJobName('LOAD_LONG') });
      await until('it is killed', () => instance.job('LOAD_LONG')?.status === 'TERMINATED');
      void system.aws.tick('Wait');
    }

    expect(await execution.untilEnded()).toMatchObject({
      ...{ status: 'FAILED', error: 'AutoSys.JobTerminated' },
    });
    expect(system.sent('STARTJOB')).toBe(2);
    expect(system.aws.workloads.waitingTasks).toHaveLength(2);
  });

  test('is refused at once if AutoSys does not know the job', async () => {
    await using system = await start();

    const execution = await execute(system, [loadOf(system, 'LOAD_NONE')]);

    expect(await execution.untilEnded()).toMatchObject({
      ...{ status: 'FAILED', error: 'AutoSys.Rejected' },
    });
    expect(system.sent('STARTJOB')).toBe(0);
  });

  test('in another role is refused by Lambda', async () => {
    await using system = await start();
    const { aws, sfn } = system;
    const stateMachineArn = aws.workloads.define({
      ...{ stateMachine: 'other', roleArn: roleArn('other') },
      // The documented retry of errors of Lambda takes two minutes.
      runs: { steps: [{ ...loadOf(system, 'LOAD_LEDGER'), retry: [] }] },
    });
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const describeIt = () => sfn.send(new DescribeExecutionCommand({ executionArn }));

    const hasFailed = async () => (await describeIt()).error === 'Lambda.AWSLambdaException';
    await until('the execution fails', hasFailed);

    expect(system.lines()).toEqual([]);
  });
});
