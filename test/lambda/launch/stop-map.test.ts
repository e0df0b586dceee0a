import { describe, expect, test } from 'vitest';
import type { ExecutionPlan, ExecutionStep } from '../../../local/index.ts';
import { rest, runName, startStopRig } from './stop-aws.ts';

const plain = {
  kind: 'startExecution',
  state: 'Plain',
  stateMachine: 'child',
  sync: false,
} as const;
const submitted = {
  kind: 'submitJob',
  state: 'Risk',
  jobName: 'left-job',
  jobQueue: 'risk',
  jobDefinition: 'risk',
  sync: false,
} as const;

/** A definition with a Distributed Map whose children have one task. */
function toDefinition(resource: string): string {
  const tasks = { Work: { Type: 'Task', Resource: resource, End: true } };
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    ...{ StartAt: 'Work', States: tasks },
  };
  return JSON.stringify({ StartAt: 'Map', States: { Map: { Type: 'Map', ItemProcessor } } });
}

const starts = toDefinition('arn:aws:states:::startExecution');
const invokes = toDefinition('arn:aws:states:::lambda:invoke');

function aMap(items: number, child: (index: number) => ExecutionPlan): ExecutionStep {
  const parts = { state: 'Map', label: 'Legs', toleratedFailureCount: items };
  return { kind: 'distributedMap', ...parts, items, child };
}

/** The rig with a run whose definition and steps are given. */
async function startMapRig(steps: readonly ExecutionStep[], definition: string) {
  const aws = await startStopRig(steps);
  aws.workloads.define({ stateMachine: 'settle', definition, runs: { steps } });
  return aws;
}

const ends: readonly { ending: string; plan: ExecutionPlan; left: number }[] = [
  { ending: 'SUCCEEDED', plan: { steps: [plain] }, left: 1 },
  { ending: 'SUCCEEDED, with a job', plan: { steps: [submitted] }, left: 1 },
  { ending: 'FAILED', plan: { steps: [plain], end: { status: 'FAILED' } }, left: 1 },
  { ending: 'TIMED_OUT', plan: { steps: [plain, rest], timesOutAfterMs: 500 }, left: 1 },
  {
    ending: 'SUCCEEDED, with a child of its own child',
    plan: { steps: [{ ...plain, stateMachine: 'starter', sync: true }] },
    left: 1,
  },
];

describe('a stop ends what a child of a Map Run has started without waiting', () => {
  test.each(ends)('and that ended as $ending', async ({ plan, left }) => {
    const map = aMap(2, (index) => (index === 0 ? plan : { steps: [rest] }));
    await using aws = await startMapRig([map], starts);
    aws.define('starter', { steps: [plain] });
    await aws.begin();
    expect(aws.active()).toHaveLength(2 + left);

    await aws.stop(runName);
    expect(await aws.sweepFor(4)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
  });

  test('also after the whole Map Run has succeeded', async () => {
    await using aws = await startMapRig([aMap(2, () => ({ steps: [plain] })), rest], starts);
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(4)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
  });

  test('also within a Map Run of an ended child', async () => {
    const inner = aMap(2, () => ({ steps: [plain] }));
    const outer = aMap(2, (index) => ({ steps: index === 0 ? [inner] : [rest] }));
    await using aws = await startMapRig([outer], starts);
    await aws.begin();
    expect(aws.active()).toHaveLength(4);
    await aws.stop(runName);

    expect(await aws.sweepFor(6)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
  });

  test('also within a Map Run of a nested execution', async () => {
    await using aws = await startStopRig([{ ...plain, executionName: 'child-1' }, rest]);
    const steps = [aMap(2, () => ({ steps: [{ ...plain, stateMachine: 'grandchild' }] }))];
    aws.workloads.define({ stateMachine: 'child', definition: starts, runs: { steps } });
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(4)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
  });

  test('although lists lag behind while children end', async () => {
    const map = aMap(6, (index) => ({
      steps: [plain, { kind: 'wait', state: 'Work', for: 50_000 + index * 10_000 }],
    }));
    await using aws = await startMapRig([map], starts);
    aws.workloads.configure({ lagMs: { ListExecutions: 14_000 } });
    await aws.begin();
    await aws.stop(runName);
    // So the children end by themselves.
    aws.workloads.injectFault('StopExecution', { kind: 'loseRequest' }, 12);

    expect(await aws.sweepFor(6)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
  });
});

describe('of the ended children of a Map Run', () => {
  const oneRests = (index: number) => ({ steps: index === 0 ? [rest] : [] });

  test('none is listed if the definition starts nothing, however many there are', async () => {
    await using aws = await startMapRig([aMap(300, oneRests)], invokes);
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(2)).toEqual(['stopProven']);

    const { calls } = aws.workloads;
    expect(calls).toMatchObject({ DescribeMapRun: 1, DescribeStateMachineForExecution: 1 });
    const { stop } = (await aws.status(runName)).body;
    expect(stop?.text).toContain('(2 workloads looked at)');
  });

  test('nothing is asked if there are none', async () => {
    await using aws = await startMapRig([aMap(3, () => ({ steps: [rest] }))], starts);
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(2)).toEqual(['stopProven']);

    expect(aws.workloads.calls['DescribeMapRun']).toBe(1);
    expect(aws.workloads.calls['DescribeStateMachineForExecution']).toBeUndefined();
  });

  test('the definition is asked for once', async () => {
    await using aws = await startMapRig([aMap(250, oneRests)], starts);
    await aws.begin();
    await aws.stop(runName);
    await aws.sweepFor(42);

    const { calls } = aws.workloads;
    expect(calls).toMatchObject({ DescribeMapRun: 1, DescribeStateMachineForExecution: 1 });
  });

  test('those beyond two hundred are named, and the stop is parked', async () => {
    await using aws = await startMapRig([aMap(250, oneRests)], starts);
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(12)).toEqual(['stopParked']);

    expect((await aws.status(runName)).body.stop?.remaining).toEqual([
      expect.stringMatching(
        /^children of Map Run .*: not looked at, more than 200 workloads: .*; some of its ended children are not looked at; they may have started others$/,
      ),
    ]);
  });
});

describe('if AWS does not tell whether ended children have started others,', () => {
  const map = aMap(2, (index) => ({ steps: index === 0 ? [plain] : [rest] }));
  const calls = ['DescribeMapRun', 'DescribeStateMachineForExecution'];

  test.each(calls)('because it denies %s, they are looked at', async (call) => {
    await using aws = await startMapRig([map], starts);
    aws.workloads.configure({ authorize: (action) => action !== `states:${call}` });
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(4)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
  });

  test.each(['KmsAccessDeniedException', 'KmsInvalidStateException'])(
    'because of the key (%s), they are looked at',
    async (error) => {
      await using aws = await startMapRig([map], starts);
      await aws.begin();
      aws.workloads.injectFault('DescribeStateMachineForExecution', { kind: 'refuse', error });
      await aws.stop(runName);

      expect(await aws.sweepFor(4)).toEqual(['stopProven']);

      expect(aws.workloads.calls['DescribeStateMachineForExecution']).toBe(1);
      expect(aws.active()).toEqual([]);
    },
  );

  test.each(calls)('because %s is throttled, it is asked again', async (call) => {
    await using aws = await startMapRig([map], starts);
    await aws.begin();
    const throttled = { kind: 'refuse', error: 'ThrottlingException' } as const;
    aws.workloads.injectFault(call, throttled, 40);
    await aws.stop(runName);

    expect(await aws.sweepFor(3)).toEqual([]);
    expect((await aws.status(runName)).body.stop?.remaining).toEqual([
      expect.stringContaining(`${call}: ThrottlingException`),
    ]);
    aws.workloads.clearFaults();
    expect(await aws.sweepFor(3)).toEqual(['stopProven']);
    expect(aws.active()).toEqual([]);
  });
});
