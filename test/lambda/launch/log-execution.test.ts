import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import type { ExecutionStep } from '../../../local/index.ts';
import { startLogRig } from './log-rig.ts';

const load = {
  kind: 'lambda',
  state: 'Load',
  functionName: 'load-rates',
  logs: ['START', 'no rates'],
} as const;
const fails = {
  error: 'Rates.NoData',
  cause: '{"errorMessage":"no rates for 2026-11-30","errorType":"Rates.NoData","trace":[]}',
};

test.for(['invoke', 'arn'] as const)(
  'has the lines of the failing function, called by %s, after the diagnosis',
  async (integration) => {
    await using rig = await startLogRig();
    await rig.execute([
      { kind: 'wait', state: 'Wait', for: 10_000 },
      { ...load, fails, integration },
    ]);
    await rig.clock.advance(5_000);
    rig.workloads.writeLog('/aws/lambda/load-rates', 'other', ['before the state']);
    await rig.clock.advance(60_000);

    const { text } = await rig.readAll();

    const [diagnosis, heading, ...lines] = text.split('\n').slice(0, -1);
    expect(diagnosis).toMatch(
      /^The execution failed in state Load \(Lambda function load-rates\)\. Error: Rates\.NoData: no rates for 2026-11-30\. Console: https:/,
    );
    expect(heading).toMatch(
      /^=== state Load, log group \/aws\/lambda\/load-rates, every line from .*Z to .*Z, other invocations included ===$/,
    );
    expect(lines).toEqual(['START', 'no rates']);
  },
);

test('has the attempts of a failing .sync job, and nothing of its environment', async () => {
  await using rig = await startLogRig();
  rig.workloads.define({ jobQueue: 'night' });
  rig.workloads.define({
    jobDefinition: 'risk',
    container: { image: 'risk:1', environment: [{ name: 'DB_PASSWORD', value: 'hunter2' }] },
    runs: { attempts: [{ exitCode: 137, reason: 'OutOfMemoryError: killed', logs: ['mem'] }] },
  });
  const step = { jobName: 'risk', jobQueue: 'night', jobDefinition: 'risk' };
  await rig.execute([{ kind: 'submitJob', state: 'Risk', ...step }]);
  await rig.clock.advance(60_000);

  const { text } = await rig.readAll();

  expect(text).toMatch(/^The execution failed in state Risk\. Error: States\.TaskFailed: /);
  expect(text).toContain('OutOfMemoryError: killed');
  expect(text).toMatch(/=== state Risk, attempt 1 of 1, stream .*exit code 137.* ===\nmem\n$/);
  expect(text).not.toContain('hunter2');
});

test('follows a nested execution to its failing state', async () => {
  await using rig = await startLogRig();
  rig.workloads.define({ stateMachine: 'child', runs: { steps: [{ ...load, fails }] } });
  await rig.execute([{ kind: 'startExecution', state: 'Nested', stateMachine: 'child' }]);
  await rig.clock.advance(60_000);

  const { text } = await rig.readAll();

  expect(text).toContain('failed in state Load (Lambda function load-rates)');
  expect(text).toMatch(/=== state Nested waited for arn:aws:states:\S+:execution:child:\S+ ===\n/);
  expect(text).toMatch(/\nSTART\nno rates\n$/);
});

test('names the state in which the execution timed out', async () => {
  await using rig = await startLogRig();
  await rig.execute([{ ...load, for: 60_000 }], 5_000);
  await rig.clock.advance(60_000);

  const { text } = await rig.readAll();

  expect(text).toMatch(/^The execution timed out in state Load \(Lambda function load-rates\)/);
});

test('ignores a failure that a later state has caught', async () => {
  await using rig = await startLogRig();
  const caught = {
    ...load,
    state: 'Try',
    functionName: 'try-it',
    onFailure: 'continue',
    fails,
  } as const;
  await rig.execute([caught, { ...load, fails: { error: 'Other', cause: 'later' } }]);
  await rig.clock.advance(60_000);

  expect((await rig.readAll()).text).toMatch(
    /^The execution failed in state Load .*Error: Other: later/,
  );
});

test('begins again after a redrive', async () => {
  await using rig = await startLogRig();
  const executionArn = await rig.execute([{ ...load, fails }]);
  await rig.clock.advance(60_000);
  const first = await rig.readAll();
  await rig.aws.sfn.send(new RedriveExecutionCommand({ executionArn }));
  await rig.clock.advance(60_000);

  const { text } = await rig.readAll(first.next);

  expect(text).toMatch(
    /^=== the log streams of the run have changed; the log begins again ===\n=== state Load, .*\nSTART\nno rates\n$/,
  );
});

const pass: ExecutionStep = {
  ...{ kind: 'startExecution', state: 'Call', stateMachine: 'unknown', sync: false },
};

test.for([
  {
    when: 'it runs',
    steps: [{ ...load, for: 600_000 }],
    note: /has not ended; the log of a failing/,
  },
  {
    when: 'it succeeded',
    steps: [load],
    note: /the execution succeeded; no log of its states is read/,
  },
  {
    when: 'the state has no log',
    steps: [pass],
    note: /failed in state Call[\s\S]*=== state Call has no log that the bridge reads ===/,
  },
] as const)('has one line if $when', async ({ steps, note }) => {
  await using rig = await startLogRig();
  await rig.execute(steps);
  await rig.clock.advance(60_000);

  const { text, next } = await rig.readAll();

  expect(text).toMatch(note);
  expect((await rig.readAll(next)).text).toBe('');
});

test('says that the history is denied', async () => {
  await using rig = await startLogRig();
  await rig.execute([{ ...load, fails }]);
  await rig.clock.advance(60_000);
  rig.workloads.configure({ authorize: (action) => action !== 'states:GetExecutionHistory' });

  expect((await rig.readAll()).text).toContain(
    'the history of the execution cannot be read: the role of the launch function lacks states:GetExecutionHistory',
  );
});

test('has the diagnosis in the answer of the status, from the run row alone', async () => {
  await using rig = await startLogRig();
  await rig.execute([{ ...load, fails }]);
  await rig.clock.advance(60_000);

  const { diagnosis } = await rig.status();

  expect(diagnosis).toMatch(
    /^The execution failed\. Error: Rates\.NoData: no rates for 2026-11-30\. Console: https:\/\//,
  );
  expect(rig.workloads.calls['GetExecutionHistory']).toBeUndefined();
});

test('groups the failed children of a Map Run by cause', async () => {
  await using rig = await startLogRig();
  const end = (error: string) => ({ end: { status: 'FAILED', error, cause: 'no rates' } }) as const;
  await rig.execute([
    {
      ...{ kind: 'distributedMap', state: 'Each', label: 'each', items: 8 },
      toleratedFailureCount: 7,
      child: (index) => end(index < 3 ? 'Rates.Old' : 'Rates.NoData'),
    },
  ]);
  await rig.clock.advance(60_000);

  const { text } = await rig.readAll();

  expect(text).toMatch(/^The execution failed in state Each\. Error: States\.Exceed/);
  expect(text).toMatch(/More than 5 children failed: \d × Rates\.(?:NoData|Old): no rates/);
  expect(text).toMatch(
    /=== state Each has no log; the console shows its children: arn:\S+:mapRun:/,
  );
});

test('says that the children of a Map Run are denied', async () => {
  await using rig = await startLogRig();
  const child = () => ({ end: { status: 'FAILED' } }) as const;
  await rig.execute([{ kind: 'distributedMap', state: 'Each', label: 'each', items: 1, child }]);
  await rig.clock.advance(60_000);
  rig.workloads.configure({ authorize: (action) => action !== 'states:ListExecutions' });

  expect((await rig.readAll()).text).toContain(
    'the failed children of the Map Run cannot be read: the role of the launch function lacks states:ListExecutions',
  );
});
