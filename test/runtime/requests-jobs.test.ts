import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AutosysEvent } from '../../autosys/event.ts';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import { goneAfterMs } from '../../lambda/request/wait/record-wait.ts';
import type { InvokeStep, SynthesizedAssembly } from '../../local/index.ts';
import { JumpingTime } from '../support/jumping-time.ts';
import { execute, loadOf, requestsFor, until } from './requests-executions.ts';
import {
  type RequestsSystemSettings,
  startRequestsSystem,
  synthesizeRequests,
} from './requests-system.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  assembly = await synthesizeRequests();
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = `
insert_job: LOAD_LEDGER  job_type: CMD  machine: host1  command: true
insert_job: LOAD_RETRY  job_type: CMD  machine: host1  command: true  n_retrys: 1
insert_job: LOAD_MINUTE  job_type: CMD  machine: host1  command: sleep 50
insert_job: LOAD_LONG  job_type: CMD  machine: host1  command: sleep 36000
insert_job: LOAD_HELD  job_type: CMD  machine: host1  command: true
condition: value(LEDGER_READY) = 1
`;

const minuteMs = 60_000;
const fails = { exitCode: 3 } as const;
const succeeds = { exitCode: 0 } as const;
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const startJob = (job: string) => ({ kind: 'STARTJOB', job: parseJobName(job) }) as const;
const forceStart = (job: string) => ({ kind: 'FORCE_STARTJOB', job: parseJobName(job) }) as const;

/** Both worlds on one clock, which only jumps where a test says so. */
async function start(settings: RequestsSystemSettings = {}) {
  await using stack = new AsyncDisposableStack();
  const time = stack.use(new JumpingTime());
  const system = stack.use(
    await startRequestsSystem(assembly.directory, jil, { time, ...settings }),
  );
  const { autosys, aws } = system;
  const { instance } = autosys;
  const calls = (name: string) => aws.workloads.calls[name] ?? 0;
  const held = stack.move();
  return {
    ...{ ...system, time, calls },
    queue: (event: AutosysEvent) => instance.queue(event),
    statusOf: (job: string) => instance.job(job)?.status,
    untilStatus: (job: string, status: string, run?: number) =>
      until(`${job} is ${status}`, () => {
        const shown = instance.job(job);
        return shown?.status === status && (run === undefined || shown.run.run === run);
      }),
    /** Invokes the wait function. Its first pass comes at once. */
    wait: () => void aws.tick('Wait'),
    /**
     * A minute passes, and the wait function is invoked again. Its process sleeps in real time before
     * the second pass of an invocation, so Lambda ends that invocation after its 60 s.
     */
    minute: async (ms = minuteMs) => {
      await time.jump(ms);
      void aws.tick('Wait');
    },
    untilHeartbeats: (count: number) =>
      until(`${count} heartbeats`, () => calls('SendTaskHeartbeat') >= count),
    /** Waits until the first of the two readings of a failure is recorded. */
    untilFailureIsRead: (job: string) =>
      until('the failure is read', async () =>
        (await requestsFor(system, job)).some(({ wait }) => wait?.failure !== undefined),
      ),
    /** Waits until it is recorded that Step Functions refuses the token. */
    untilGone: (job: string) =>
      until('Step Functions refuses the heartbeat', async () =>
        (await requestsFor(system, job)).some(({ wait }) => wait?.goneMs !== undefined),
      ),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

describe('a job with n_retrys', () => {
  // Longer than the first pass takes, and shorter than a minute.
  const retryDelayMs = 45_000;

  test('that fails and is retried with success continues the execution with the last try', async () => {
    const runs = { LOAD_RETRY: [fails, succeeds] };
    await using system = await start({ runs, retryDelayMs });

    const execution = await execute(system, [loadOf(system, 'LOAD_RETRY')]);
    await execution.untilWaiting();
    await system.untilStatus('LOAD_RETRY', 'RESTART');
    system.wait();
    await system.untilHeartbeats(1);
    await system.minute();
    const { status, output = '' } = await execution.untilEnded();

    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output)).toMatchObject({ status: 'SUCCESS', exitCode: 0, run: 1, try: 2 });
    expect(system.sent('STARTJOB')).toBe(1);
    expect(system.calls('SendTaskFailure')).toBe(0);
  });

  test('that fails in its last try too fails the execution', async () => {
    await using system = await start({ runs: { LOAD_RETRY: fails }, retryDelayMs });

    const execution = await execute(system, [loadOf(system, 'LOAD_RETRY')]);
    await execution.untilWaiting();
    await system.untilStatus('LOAD_RETRY', 'RESTART');
    system.wait();
    await system.untilHeartbeats(1);
    const [first] = await requestsFor(system, 'LOAD_RETRY');
    await system.minute();
    await system.untilFailureIsRead('LOAD_RETRY');
    await system.minute();

    expect(first?.wait).not.toHaveProperty('failure');
    expect(await execution.untilEnded()).toMatchObject({
      ...{ status: 'FAILED', error: 'AutoSys.JobFailed' },
      cause: expect.stringMatching(/^run 1, try 2 of job LOAD_RETRY .*exit code 3$/),
    });
    expect(system.sent('STARTJOB')).toBe(1);
    expect(system.calls('SendTaskFailure')).toBe(1);
  });
});

describe('a job that runs again', () => {
  test('because an operator restarts it after its failure: the first end stands', async () => {
    await using system = await start({ runs: { LOAD_LEDGER: [fails, succeeds] } });

    const execution = await execute(system, [loadOf(system, 'LOAD_LEDGER')]);
    await execution.untilWaiting();
    await system.untilStatus('LOAD_LEDGER', 'FAILURE');
    system.wait();
    await system.untilFailureIsRead('LOAD_LEDGER');
    system.queue(forceStart('LOAD_LEDGER'));
    await system.untilStatus('LOAD_LEDGER', 'SUCCESS', 2);
    await system.minute();

    expect(await execution.untilEnded()).toMatchObject({
      ...{ status: 'FAILED', error: 'AutoSys.JobFailed' },
      cause: expect.stringContaining('exit code 3'),
    });
    expect(system.calls('SendTaskSuccess')).toBe(0);
  });

  test('after the answer: nothing more is sent to the execution', async () => {
    await using system = await start({ runs: { LOAD_LEDGER: [succeeds, fails] } });

    const execution = await execute(system, [loadOf(system, 'LOAD_LEDGER')]);
    await execution.untilWaiting();
    await system.untilStatus('LOAD_LEDGER', 'SUCCESS');
    system.wait();
    const { output = '' } = await execution.untilEnded();
    system.queue(forceStart('LOAD_LEDGER'));
    await system.untilStatus('LOAD_LEDGER', 'FAILURE', 2);
    await system.time.jump(minuteMs);
    const [tick] = await system.aws.tick('Wait');

    expect(JSON.parse(output)).toMatchObject({ run: 1, exitCode: 0 });
    expect(tick?.result).toMatchObject({ kind: 'answered' });
    expect([system.calls('SendTaskSuccess'), system.calls('SendTaskFailure')]).toEqual([1, 0]);
    expect(await requestsFor(system, 'LOAD_LEDGER')).toMatchObject([
      { stage: 'ended', result: { kind: 'answer', answer: { run: 1 } } },
    ]);
  });

  test.for([
    [
      'success',
      [succeeds, fails],
      { status: 'SUCCEEDED', output: matching(/"exitCode":0,"run":1/) },
    ],
    ['failure', [fails, succeeds], { status: 'FAILED', cause: matching(/^run 1, .*exit code 3$/) }],
  ] as const)(
    'before the wait function reads it: the %s of its own run is the answer',
    async ([, runs, { status, ...texts }]) => {
      await using system = await start({ runs: { LOAD_LEDGER: runs } });
      const [first = '', second = ''] = runs.map(({ exitCode }) =>
        exitCode === 0 ? 'SUCCESS' : 'FAILURE',
      );

      const execution = await execute(system, [loadOf(system, 'LOAD_LEDGER')]);
      await execution.untilWaiting();
      await system.untilStatus('LOAD_LEDGER', first, 1);
      system.queue(forceStart('LOAD_LEDGER'));
      await system.untilStatus('LOAD_LEDGER', second, 2);
      system.wait();

      expect(await execution.untilEnded()).toMatchObject({ status, ...texts });
      expect(system.sent('STARTJOB')).toBe(1);
    },
  );
});

describe('a job that cannot run now', () => {
  test('on hold: the execution waits until the job is released and has ended', async () => {
    await using system = await start();
    const job = parseJobName('LOAD_HELD');
    system.queue({ kind: 'JOB_ON_HOLD', job });
    await system.untilStatus(job, 'ON_HOLD');
    const ready = { globalVariable: parseGlobalName('LEDGER_READY'), value: parseGlobalValue('1') };
    system.queue({ kind: 'SET_GLOBAL', ...ready });

    const execution = await execute(system, [loadOf(system, job)]);
    await execution.untilWaiting();
    system.wait();
    await system.untilHeartbeats(1);
    const held = system.statusOf(job);
    system.queue({ kind: 'JOB_OFF_HOLD', job });
    await system.untilStatus(job, 'SUCCESS');
    await system.minute();
    const { status, output = '' } = await execution.untilEnded();

    expect([held, status]).toEqual(['ON_HOLD', 'SUCCEEDED']);
    expect(JSON.parse(output)).toMatchObject({ status: 'SUCCESS', exitCode: 0, run: 1 });
    expect(system.sent('STARTJOB')).toBe(1);
  });

  test('on ice: the execution fails at once, and nothing is sent', async () => {
    await using system = await start();
    system.queue({ kind: 'JOB_ON_ICE', job: parseJobName('LOAD_LEDGER') });
    await system.untilStatus('LOAD_LEDGER', 'ON_ICE');

    const execution = await execute(system, [loadOf(system, 'LOAD_LEDGER')]);

    expect(await execution.untilEnded()).toMatchObject({
      ...{ status: 'FAILED', error: 'AutoSys.Rejected' },
      cause: expect.stringContaining('ON_ICE'),
    });
    expect(system.sent('STARTJOB')).toBe(0);
  });
});

test('of two further requests for an active job, STARTJOB is Rejected and join gets its end', async () => {
  await using system = await start();

  const first = await execute(system, [loadOf(system, 'LOAD_MINUTE')]);
  await first.untilWaiting();
  await system.untilStatus('LOAD_MINUTE', 'RUNNING');
  const second = await execute(system, [loadOf(system, 'LOAD_MINUTE')]);
  const rejected = await second.untilEnded();
  const third = await execute(system, [loadOf(system, 'LOAD_MINUTE', { start: 'join' })]);
  await third.untilWaiting();
  system.wait();
  await system.untilHeartbeats(2);
  await system.minute();
  const ends = [await first.untilEnded(), await third.untilEnded()];

  expect(rejected).toMatchObject({
    ...{ status: 'FAILED', error: 'AutoSys.Rejected' },
    cause: expect.stringContaining('RUNNING already'),
  });
  for (const { status, output = '' } of ends) {
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output)).toMatchObject({ status: 'SUCCESS', run: 1, try: 1 });
  }
  expect(system.sent('STARTJOB')).toBe(1);
});

test('a state without heartbeats times out; its token ends the wait, which is recorded', async () => {
  await using system = await start();
  const execution = await execute(system, [loadOf(system, 'LOAD_LONG')]);
  await execution.untilWaiting();
  const [task] = system.aws.workloads.waitingTasks;

  // The wait function is not invoked for the documented HeartbeatSeconds.
  await system.time.jump(300_000);
  const { status, error } = await execution.untilEnded();
  system.wait();
  await system.untilGone('LOAD_LONG');
  await system.minute(goneAfterMs);
  await until('the wait ends', () =>
    system.lines().some(({ message }) => message === 'state no longer waits'),
  );

  expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
  const [request] = await requestsFor(system, 'LOAD_LONG');
  expect(request).toMatchObject({
    stage: 'ended',
    result: { failure: 'AutoSys.Timeout', cause: expect.stringContaining('TaskTimedOut') },
  });
  expect(request?.wait).not.toHaveProperty('token');
  expect(task?.token).toMatch(/^AQCE/);
  expect(await system.ledger.text()).not.toContain(task?.token);
  expect(JSON.stringify(system.lines())).not.toContain(task?.token);
  expect([system.statusOf('LOAD_LONG'), system.sent('KILLJOB')]).toEqual(['RUNNING', 0]);
  expect([system.calls('SendTaskSuccess'), system.calls('SendTaskFailure')]).toEqual([0, 0]);
});

test('an execution that is stopped ends the wait, and the job is killed where the request asks for it', async () => {
  await using system = await start();
  const execution = await execute(system, [loadOf(system, 'LOAD_LONG', { onAbort: 'kill' })]);
  await execution.untilWaiting();
  await system.untilStatus('LOAD_LONG', 'RUNNING');

  await execution.stop();
  system.wait();
  await system.untilGone('LOAD_LONG');
  const before = system.sent('KILLJOB');
  // Until then, a Retrier may ask again with a new token.
  await system.minute(goneAfterMs);
  await until(
    'the wait ends',
    async () => (await requestsFor(system, 'LOAD_LONG'))[0]?.stage === 'ended',
  );
  await system.minute();
  await system.untilStatus('LOAD_LONG', 'TERMINATED');

  expect(await execution.untilEnded()).toMatchObject({ status: 'ABORTED' });
  expect([before, system.sent('KILLJOB')]).toEqual([0, 1]);
  expect(system.calls('SendTaskFailure')).toBe(0);
});

test('iterations of an inline Map are one request each, and each is answered', async () => {
  await using system = await start();
  system.queue(startJob('LOAD_MINUTE'));
  await system.untilStatus('LOAD_MINUTE', 'RUNNING');
  const { payload, ...load } = loadOf(system, 'LOAD_MINUTE', { start: 'join' });
  const context = { ...(payload['context'] as object), 'item.$': '$$.Map.Item.Index' };
  const iteration: readonly InvokeStep[] = [{ ...load, payload: { ...payload, context } }];

  const execution = await execute(system, [{ kind: 'map', state: 'Each', items: 3, iteration }], {
    status: 'SUCCEEDED',
  });
  await execution.untilWaiting(3);
  const requests = await requestsFor(system, 'LOAD_MINUTE');
  system.wait();
  await system.untilHeartbeats(3);
  await system.minute();
  const { status } = await execution.untilEnded();

  expect(status).toBe('SUCCEEDED');
  expect(requests.map(({ state }) => state).toSorted()).toEqual(
    [0, 1, 2].map((item) => `Load, item ${item}`),
  );
  expect(new Set(requests.map(({ key }) => key)).size).toBe(3);
  expect(new Set(requests.map(({ digest }) => digest)).size).toBe(1);
  const answers = (await execution.history()).flatMap(({ taskSucceededEventDetails: details }) =>
    details?.output === undefined ? [] : [JSON.parse(details.output)],
  );
  expect(answers).toMatchObject([{ run: 1 }, { run: 1 }, { run: 1 }]);
  expect(system.calls('SendTaskSuccess')).toBe(3);
  expect(system.sent('STARTJOB')).toBe(1);
});

test('a redrive after AutoSys.JobFailed is a new request, which starts the job again', async () => {
  await using system = await start({ runs: { LOAD_LEDGER: [fails, succeeds] } });
  const execution = await execute(system, [loadOf(system, 'LOAD_LEDGER')]);
  await execution.untilWaiting();
  await system.untilStatus('LOAD_LEDGER', 'FAILURE');
  system.wait();
  await system.untilFailureIsRead('LOAD_LEDGER');
  await system.minute();
  const failed = await execution.untilEnded();

  await execution.redrive();
  await execution.untilWaiting(2);
  await system.untilStatus('LOAD_LEDGER', 'SUCCESS', 2);
  await system.minute();
  const { status, output = '', redriveCount } = await execution.untilEnded();

  expect(failed).toMatchObject({ status: 'FAILED', error: 'AutoSys.JobFailed', redriveCount: 0 });
  expect({ status, redriveCount }).toEqual({ status: 'SUCCEEDED', redriveCount: 1 });
  expect(JSON.parse(output)).toMatchObject({ status: 'SUCCESS', exitCode: 0, run: 2 });
  expect(system.sent('STARTJOB')).toBe(2);
  expect(await requestsFor(system, 'LOAD_LEDGER')).toMatchObject([
    { key: expect.stringContaining('redrive 0'), attempt: 0, result: { kind: 'failure' } },
    { key: expect.stringContaining('redrive 1'), attempt: 0, result: { kind: 'answer' } },
  ]);
});

test('the wait function leaves the login to others between its passes', async () => {
  await using system = await start({ settings: { requestsUnderWay: 1 } });
  const execution = await execute(system, [loadOf(system, 'LOAD_LONG')]);
  await execution.untilWaiting();
  system.wait();
  await system.untilHeartbeats(1);

  const asked = await system.ask('ledger-lambda', { action: 'jobStatus', job: 'LOAD_LONG' });

  expect(asked).toMatchObject({ answer: { status: 'RUNNING' } });
});
