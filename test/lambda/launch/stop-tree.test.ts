import { describe, expect, test } from 'vitest';
import type { ExecutionStep } from '../../../local/index.ts';
import { executionArn } from '../../local/workloads/planned-aws.ts';
import { rest, rootArn, runName, startStopRig } from './stop-aws.ts';

const nested = {
  kind: 'startExecution',
  state: 'Nested',
  stateMachine: 'child',
  executionName: 'child-1',
} as const;
const job = {
  kind: 'submitJob',
  state: 'Risk',
  jobName: 'risk-eod',
  jobQueue: 'risk',
  jobDefinition: 'risk',
} as const;

const unnamed = {
  kind: 'startExecution',
  state: 'Plain',
  stateMachine: 'child',
  sync: false,
} as const;
const encryption = { callerMayUseKey: false } as const;

const trees: readonly { of: string; steps: readonly ExecutionStep[]; active: string[] }[] = [
  { of: 'a run alone', steps: [rest], active: [] },
  { of: 'a .sync execution', steps: [nested], active: ['child-1'] },
  { of: 'a plain startExecution', steps: [{ ...nested, sync: false }, rest], active: ['child-1'] },
  { of: 'a .sync Batch job', steps: [job], active: ['risk-eod'] },
  { of: 'a plain submitJob', steps: [{ ...job, sync: false }, rest], active: ['risk-eod'] },
  {
    of: 'an array job',
    steps: [{ ...job, arraySize: 3 }],
    active: ['risk-eod', 'risk-eod', 'risk-eod', 'risk-eod'],
  },
  {
    of: 'a Parallel state with both',
    steps: [{ kind: 'parallel', state: 'Both', branches: [[nested], [job]] }],
    active: ['child-1', 'risk-eod'],
  },
  {
    of: 'a Distributed Map',
    steps: [
      {
        kind: 'distributedMap',
        state: 'Map',
        label: 'Legs',
        items: 3,
        child: () => ({ steps: [unnamed, rest] }),
      },
    ],
    active: ['?', '?', '?', '?', '?', '?'],
  },
];

describe('a stop, while Step Functions ends no child by itself,', () => {
  test.each(trees)('ends $of', async ({ steps, active }) => {
    await using aws = await startStopRig(steps);
    await aws.begin();
    await aws.startStranger();
    const before = aws.active();
    expect(before).toHaveLength(active.length + 3);
    if (!active.includes('?')) {
      expect(before).toEqual([runName, ...active, 'stranger', 'stranger-job'].toSorted());
    }

    await aws.stop(runName, { cause: 'kill' });
    expect(await aws.sweepFor(4)).toEqual(['stopProven']);

    expect(aws.active()).toEqual(['stranger', 'stranger-job']);
    expect((await aws.status(runName)).body.stop).toMatchObject({ state: 'proven', remaining: [] });
    expect(aws.workloads.unknownRequests).toEqual([]);
  });

  test('ends grandchildren', async () => {
    await using aws = await startStopRig([nested]);
    const grandchild = { ...nested, stateMachine: 'grandchild', executionName: 'grandchild-1' };
    aws.define('child', { steps: [{ ...grandchild, sync: false }, job] });
    await aws.begin();
    expect(aws.active()).toEqual([runName, 'child-1', 'grandchild-1', 'risk-eod'].toSorted());

    await aws.stop(runName);
    expect(await aws.sweepFor(1)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
  });

  test('ends children of a run that ends by itself before the stop reaches it', async () => {
    await using aws = await startStopRig([
      { ...nested, sync: false },
      { kind: 'wait', state: 'Short', for: 30_000 },
    ]);
    await aws.begin();
    aws.workloads.injectFault('StopExecution', { kind: 'loseRequest' });
    await aws.stop(runName);

    expect(await aws.sweepFor(2)).toEqual(['stopProven']);

    const { body } = await aws.status(runName);
    expect(body.stop?.text).toContain('the run ended as SUCCEEDED');
    expect(aws.active()).toEqual([]);
  });

  test('leaves a child that has ended alone', async () => {
    await using aws = await startStopRig([{ ...nested, sync: false }, rest]);
    aws.define('child', { steps: [{ kind: 'wait', state: 'Short', for: 100 }] });
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(1)).toEqual(['stopProven']);

    expect(aws.workloads.calls['StopExecution']).toBe(1);
  });
});

describe('a stop never reaches', () => {
  test('workloads that an output of another task quotes', async () => {
    const stranger = executionArn('stranger', 'stranger');
    const quoted = { ExecutionArn: stranger, JobId: '6f1c9e9e-1111-4222-8333-944445555666' };
    await using aws = await startStopRig([
      {
        kind: 'lambda',
        state: 'Quote',
        functionName: 'quote',
        for: 10,
        output: JSON.stringify(quoted),
      },
      rest,
    ]);
    await aws.startStranger();
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(1)).toEqual(['stopProven']);

    expect(aws.active()).toEqual(['stranger', 'stranger-job']);
    expect(aws.workloads.calls).toMatchObject({ StopExecution: 1 });
    expect(aws.workloads.calls['TerminateJob']).toBeUndefined();
  });

  test('workloads that the output of its child quotes', async () => {
    await using aws = await startStopRig([nested, rest]);
    const output = JSON.stringify({ ExecutionArn: executionArn('stranger', 'stranger') });
    aws.workloads.define({
      stateMachine: 'child',
      runs: {
        steps: [{ kind: 'wait', state: 'Short', for: 10 }],
        end: { status: 'SUCCEEDED', output },
      },
    });
    await aws.startStranger();
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(1)).toEqual(['stopProven']);

    expect(aws.active()).toEqual(['stranger', 'stranger-job']);
  });
});

describe('what a stop may not end', () => {
  const children = { stateMachines: ['other-*'], jobQueues: [], jobDefinitions: [] };

  test('is listed, and parked after ten minutes; its end is noticed', async () => {
    await using aws = await startStopRig(
      [{ kind: 'parallel', state: 'Both', branches: [[nested], [job]] }],
      {
        children,
      },
    );
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(11)).toEqual(['stopParked']);
    const { stop } = (await aws.status(runName)).body;
    expect(stop?.state).toBe('parked');
    expect(stop?.remaining).toEqual([
      `execution ${executionArn('child', 'child-1')}: no permission to stop: the target does not name it in children`,
      expect.stringMatching(/^Batch job [0-9a-f-]{36}: no permission to stop: the target/),
    ]);
    expect(aws.workloads.calls['StopExecution']).toBe(1);
    expect(aws.workloads.calls['TerminateJob']).toBeUndefined();

    for (const { run, kind, status } of aws.workloads.runs) {
      if (status === 'RUNNING' && kind === 'execution') {
        await aws.call('AWSStepFunctions.StopExecution', { executionArn: run });
      }
      if (kind === 'batchJob') {
        await aws.call('/v1/terminatejob', { jobId: run, reason: 'by hand' });
      }
    }
    expect(await aws.sweepFor(31)).toEqual(['stopProven']);
  });

  test('is listed if AWS denies it', async () => {
    await using aws = await startStopRig([nested]);
    aws.workloads.configure({
      authorize: (action, resource) =>
        action !== 'states:StopExecution' || !resource.includes(':child:'),
    });
    await aws.begin();
    await aws.stop(runName);
    await aws.sweepFor(1);

    expect((await aws.status(runName)).body.stop?.remaining).toEqual([
      `execution ${executionArn('child', 'child-1')}: no permission to stop: StopExecution: AccessDeniedException`,
    ]);
  });

  test('is listed as not named if the role may not even look at it', async () => {
    await using aws = await startStopRig([nested], { children });
    aws.workloads.configure({ authorize: (_, resource) => !resource.includes(':child:') });
    await aws.begin();
    await aws.stop(runName);
    await aws.sweepFor(1);

    expect((await aws.status(runName)).body.stop?.remaining).toEqual([
      `execution ${executionArn('child', 'child-1')}: no permission to stop: the target does not name it in children`,
    ]);
  });

  test('is its own state machine never', async () => {
    const own = { ...nested, stateMachine: 'settle', executionName: 'inner' };
    const none = { stateMachines: [], jobQueues: [], jobDefinitions: [] };
    await using aws = await startStopRig([rest], { children: none });
    aws.workloads.define({
      stateMachine: 'settle',
      runs: ({ executionName }) => ({
        steps: executionName === runName ? [{ ...own, sync: false }, rest] : [rest],
      }),
    });
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(1)).toEqual(['stopProven']);
    expect(aws.active()).toEqual([]);
  });
});

describe('a fault during a stop', () => {
  const operations = [
    'StopExecution',
    'DescribeExecution',
    'GetExecutionHistory',
    'ListMapRuns',
    'ListExecutions',
    'DescribeJobs',
    'TerminateJob',
    'ListJobs',
  ];
  const faults = [
    { kind: 'loseAnswer' },
    { kind: 'loseRequest' },
    { kind: 'refuse', error: 'ThrottlingException' },
    { kind: 'refuse', error: 'InternalServerException', status: 500 },
  ] as const;
  const cases = operations.flatMap((operation) => faults.map((fault) => ({ operation, fault })));

  test.each(cases)('of $operation ($fault.kind $fault.error) is made up for', async (row) => {
    await using aws = await startStopRig([
      {
        kind: 'parallel',
        state: 'All',
        branches: [
          [nested],
          [{ ...job, arraySize: 2 }],
          [
            {
              ...{ kind: 'distributedMap', state: 'Map', label: 'Legs', items: 2 },
              child: () => ({ steps: [rest] }),
            },
          ],
        ],
      },
    ]);
    await aws.begin();
    aws.workloads.injectFault(row.operation, row.fault, 3);
    await aws.stop(runName);

    expect(await aws.sweepFor(9)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
  });

  test('that lasts parks it with the reason', async () => {
    await using aws = await startStopRig([nested]);
    await aws.begin();
    const denied = { kind: 'refuse', error: 'AccessDeniedException' } as const;
    aws.workloads.injectFault('GetExecutionHistory', denied, 1_000);
    await aws.stop(runName);

    expect(await aws.sweepFor(11)).toEqual(['stopParked']);

    expect((await aws.status(runName)).body.stop?.remaining).toEqual([
      `execution ${rootArn}: its history cannot be read: GetExecutionHistory: AccessDeniedException`,
    ]);
  });
});

test('a Batch job that takes its time to end is told once a minute, and awaited', async () => {
  await using aws = await startStopRig([job]);
  aws.workloads.define({
    jobDefinition: 'risk',
    runs: { attempts: [{ runningFor: 86_400_000 }], onTerminate: { afterMs: 29_000 } },
  });
  await aws.begin();
  await aws.stop(runName);

  expect(await aws.sweepFor(1)).toEqual([]);
  expect((await aws.status(runName)).body.stop?.remaining).toEqual([
    expect.stringMatching(/^Batch job .*: stopped, its end is not known yet$/),
  ]);
  expect(await aws.sweepFor(1)).toEqual(['stopProven']);
});

test('an execution whose key forbids error and cause is stopped without both', async () => {
  await using aws = await startStopRig([rest]);
  aws.workloads.define({ stateMachine: 'settle', runs: { steps: [rest] }, encryption });
  await aws.begin();
  await aws.stop(runName);

  expect(aws.active()).toEqual([]);
  expect(aws.workloads.calls['StopExecution']).toBe(2);
  expect(await aws.sweepFor(1)).toEqual(['stopProven']);
});

test('a child of an execution whose key forbids its history is listed as unknown', async () => {
  await using aws = await startStopRig([nested]);
  aws.workloads.define({ stateMachine: 'settle', runs: { steps: [nested] }, encryption });
  await aws.begin();
  await aws.stop(runName);
  await aws.sweepFor(1);

  expect((await aws.status(runName)).body.stop?.remaining).toEqual([
    `execution ${rootArn}: not looked at, unknown or not in this account and Region: an execution whose ARN cannot be read`,
  ]);
});

test('lookups that lag behind delay the proof and never fake it', async () => {
  await using aws = await startStopRig([
    {
      kind: 'distributedMap',
      state: 'Map',
      label: 'Legs',
      items: 2,
      child: () => ({ steps: [rest] }),
    },
    rest,
  ]);
  aws.workloads.configure({
    lagMs: {
      DescribeExecution: 5_000,
      ListExecutions: 10_000,
      DescribeJobs: 5_000,
      ListJobs: 10_000,
    },
  });
  await aws.begin();
  await aws.stop(runName);
  const kinds: string[] = [];
  while (!kinds.includes('stopProven') && kinds.length < 10) {
    kinds.push(...(await aws.sweepFor(1)), '');
  }

  expect(kinds).toContain('stopProven');
  expect(aws.active()).toEqual([]);
});

test('a sweep run that ends early continues in the next one', async () => {
  await using aws = await startStopRig([nested]);
  await aws.begin();
  await aws.stop(runName);
  await aws.clock.advance(60_000);

  expect(await aws.check(aws.nowMs() + 1)).toEqual([]);
  expect(aws.active()).toEqual(['child-1']);
  expect(await aws.sweepFor(1)).toEqual(['stopProven']);
  expect(aws.active()).toEqual([]);
});

test('two sweep runs at once prove a stop once, and lose nothing of the tree', async () => {
  await using aws = await startStopRig([nested]);
  aws.define('child', { steps: [job] });
  await aws.begin();
  await aws.stop(runName);
  await aws.clock.advance(60_000);

  const checks = await Promise.all([aws.check(), aws.check()]);
  const kinds = [...checks.flat().map(({ kind }) => kind), ...(await aws.sweepFor(1))];

  expect(kinds).toContain('stopProven');
  expect(aws.active()).toEqual([]);
});
