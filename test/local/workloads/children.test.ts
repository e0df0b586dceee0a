import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import type { ExecutionPlan, ExecutionStep } from '../../../local/index.ts';
import { batchArn, executionArn, startPlannedAws, stateMachineArn } from './planned-aws.ts';

const night = executionArn('night', 'run-1');
const environment = [{ name: 'DB_PASSWORD', value: 'hunter2-in-clear' }];

async function startNight(steps: readonly ExecutionStep[], end?: ExecutionPlan['end']) {
  const aws = await startPlannedAws();
  const { workloads, sfn } = aws;
  workloads.define({ stateMachine: 'night', runs: { steps, ...(end && { end }) } });
  workloads.define({
    stateMachine: 'child',
    runs: { steps: [{ kind: 'wait', state: 'Work', for: 60_000 }] },
  });
  workloads.define({ jobQueue: 'risk' });
  workloads.define({
    ...{ jobDefinition: 'risk', container: { image: 'risk:1', environment } },
    runs: { attempts: [{ runningFor: 60_000, exitCode: 3 }] },
  });
  await sfn.send(
    new StartExecutionCommand({ stateMachineArn: stateMachineArn('night'), name: 'run-1' }),
  );
  const history = async (request: object = {}) => {
    const command = new GetExecutionHistoryCommand({ executionArn: night, ...request });
    return sfn.send(command);
  };
  return {
    ...aws,
    history,
    eventsOf: async (...types: string[]): Promise<readonly HistoryEvent[]> => {
      const { events = [] } = await history({ maxResults: 1_000 });
      return events.filter(({ type = '' }) => types.includes(type));
    },
    stop: () => sfn.send(new StopExecutionCommand({ executionArn: night })),
    describe: (arn: string) => sfn.send(new DescribeExecutionCommand({ executionArn: arn })),
    running: () => workloads.runs.filter(({ status }) => !ended.includes(status)),
  };
}

const ended = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
const parse = (text: string | undefined) => JSON.parse(text ?? '{}');

describe('a child started by plain startExecution', () => {
  const step = { kind: 'startExecution', state: 'Start', stateMachine: 'child' } as const;

  test('is named in the output of TaskSucceeded, and survives the stop of its parent', async () => {
    await using aws = await startNight([
      { ...step, sync: false, executionName: 'child-1' },
      { kind: 'wait', state: 'Rest', for: 60_000 },
    ]);
    await aws.clock.advance(1_000);

    const [succeeded] = await aws.eventsOf('TaskSucceeded');
    await aws.stop();
    await aws.clock.advance(1_000);

    const child = executionArn('child', 'child-1');
    const details = succeeded?.taskSucceededEventDetails;
    expect(details).toMatchObject({ resourceType: 'states', resource: 'startExecution' });
    expect(parse(details?.output).ExecutionArn).toBe(child);
    expect(await aws.eventsOf('TaskSubmitted')).toEqual([]);
    expect(await aws.describe(child)).toMatchObject({ status: 'RUNNING' });
    expect(aws.running()).toMatchObject([{ run: child, startedBy: night }]);
  });

  test('fails the task when its state machine does not exist', async () => {
    await using aws = await startNight([{ ...step, stateMachine: 'none' }]);

    const [failed] = await aws.eventsOf('TaskFailed');

    expect(failed?.taskFailedEventDetails).toMatchObject({
      error: 'StepFunctions.StateMachineDoesNotExistException',
      cause: expect.stringContaining(`State Machine Does Not Exist: '${stateMachineArn('none')}'`),
    });
    expect(await aws.describe(night)).toMatchObject({ status: 'FAILED' });
  });
});

describe('a child started by a .sync task', () => {
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

  test('is named in the output of TaskSubmitted while it runs', async () => {
    await using aws = await startNight([
      { kind: 'parallel', state: 'Both', branches: [[nested], [job]] },
    ]);
    await aws.clock.advance(1_000);

    const submitted = await aws.eventsOf('TaskSubmitted');

    const outputs = submitted.map(({ taskSubmittedEventDetails: details }) => ({
      resource: details?.resource,
      output: parse(details?.output),
    }));
    expect(outputs).toEqual([
      {
        resource: 'startExecution.sync',
        output: expect.objectContaining({ ExecutionArn: executionArn('child', 'child-1') }),
      },
      {
        resource: 'submitJob.sync',
        output: {
          JobArn: batchArn(`job/${outputs[1]?.output.JobId}`),
          JobId: expect.any(String),
          JobName: 'risk-eod',
        },
      },
    ]);
  });

  test('is stopped with its parent', async () => {
    await using aws = await startNight([
      { kind: 'parallel', state: 'Both', branches: [[nested], [job]] },
    ]);
    await aws.clock.advance(1_000);

    await aws.stop();

    expect(aws.running()).toEqual([]);
    expect(aws.workloads.runs.map(({ runName, status }) => [runName, status])).toEqual([
      ['run-1', 'ABORTED'],
      ['child-1', 'ABORTED'],
      ['risk-eod', 'FAILED'],
    ]);
  });

  test('goes on when the setting or the step says so', async () => {
    await using aws = await startNight([
      {
        kind: 'parallel',
        state: 'Both',
        branches: [[{ ...nested, stopsWithParent: true }], [job]],
      },
    ]);
    aws.workloads.configure({ syncChildrenStop: false });
    await aws.clock.advance(1_000);

    await aws.stop();
    await aws.clock.advance(1_000);

    expect(aws.running()).toMatchObject([{ kind: 'batchJob', startedBy: night }]);
  });

  test('fails its parent, with the whole job as cause', async () => {
    await using aws = await startNight([job]);

    await aws.clock.advance(60_000);

    const { status, error, cause } = await aws.describe(night);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(parse(cause)).toMatchObject({
      ...{ JobName: 'risk-eod', Status: 'FAILED' },
      Container: {
        ExitCode: 3,
        Environment: [{ Name: 'DB_PASSWORD', Value: 'hunter2-in-clear' }],
      },
    });
  });

  test('lets its parent go on when the failure is caught', async () => {
    await using aws = await startNight([{ ...job, onFailure: 'continue' }]);

    await aws.clock.advance(60_000);

    expect(await aws.describe(night)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await aws.eventsOf('TaskFailed')).toHaveLength(1);
  });

  test('stops the other branches when it fails', async () => {
    await using aws = await startNight([
      {
        kind: 'parallel',
        state: 'Both',
        branches: [[job], [{ kind: 'wait', state: 'Rest', for: 'untilStopped' }]],
      },
    ]);

    await aws.clock.advance(60_000);

    expect(await aws.describe(night)).toMatchObject({ status: 'FAILED' });
    expect(await aws.eventsOf('ParallelStateFailed')).toHaveLength(1);
  });
});

describe('a Lambda task', () => {
  test.for([
    { integration: 'invoke', type: 'TaskFailed', key: 'taskFailedEventDetails' },
    { integration: 'arn', type: 'LambdaFunctionFailed', key: 'lambdaFunctionFailedEventDetails' },
  ] as const)('by $integration fails with $type', async ({ integration, type, key }) => {
    const fails = { error: 'Rates.NoData', cause: '{"errorMessage":"no rates"}' };
    await using aws = await startNight([
      { kind: 'lambda', state: 'Load', functionName: 'load', integration, fails },
    ]);

    await aws.clock.advance(1_000);

    const [failed] = await aws.eventsOf(type);
    expect(failed?.[key]).toMatchObject(fails);
    expect(await aws.describe(night)).toMatchObject({ status: 'FAILED', ...fails });
  });
});

describe('a Distributed Map', () => {
  const map = (over: Partial<Extract<ExecutionStep, { kind: 'distributedMap' }>> = {}) =>
    ({ kind: 'distributedMap', state: 'Each', label: 'Each', items: 4, ...over }) as const;

  async function mapRunOf({ sfn }: Awaited<ReturnType<typeof startNight>>) {
    const { mapRuns } = await sfn.send(new ListMapRunsCommand({ executionArn: night }));
    const mapRunArn = mapRuns?.[0]?.mapRunArn;
    return sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  }

  test('runs its children with the ARNs of a Map Run, as many at a time as it says', async () => {
    await using aws = await startNight([map({ maxConcurrency: 3 })]);
    await aws.clock.advance(0);

    const { mapRunArn, ...running } = await mapRunOf(aws);
    const listed = await aws.sfn.send(new ListExecutionsCommand({ mapRunArn }));
    await aws.clock.advance(2_000);

    expect(mapRunArn).toMatch(/:mapRun:night\/Each:[0-9a-f-]{36}$/);
    expect(running).toMatchObject({
      ...{ status: 'RUNNING', executionArn: night, maxConcurrency: 3 },
      executionCounts: { pending: 1, running: 3, succeeded: 0, total: 4 },
    });
    expect(listed.executions?.[0]).toMatchObject({
      executionArn: expect.stringMatching(/:execution:night\/Each:[0-9a-f-]{36}$/),
      ...{ stateMachineArn: `${stateMachineArn('night')}/Each`, mapRunArn, itemCount: 1 },
    });
    expect(await mapRunOf(aws)).toMatchObject({
      ...{ status: 'SUCCEEDED', executionCounts: { succeeded: 4, resultsWritten: 4 } },
    });
    expect(await aws.describe(night)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('shows the definition of the parent for its children, with Map Run and label', async () => {
    await using aws = await startNight([map({ items: 1 })]);
    await aws.clock.advance(2_000);
    const { mapRunArn } = await mapRunOf(aws);
    const { executions } = await aws.sfn.send(new ListExecutionsCommand({ mapRunArn }));
    const describe = (executionArn: string | undefined) =>
      aws.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));

    const ofParent = await describe(night);
    const ofChild = await describe(executions?.[0]?.executionArn);

    expect(ofChild).toMatchObject({ mapRunArn, label: 'Each', definition: ofParent.definition });
    expect(ofChild.stateMachineArn).toBe(`${stateMachineArn('night')}/Each`);
    expect(ofParent.mapRunArn).toBeUndefined();
  });

  test('shows a definition once the lag is over', async () => {
    await using aws = await startNight([map()]);
    aws.workloads.configure({ lagMs: { DescribeStateMachineForExecution: 2_000 } });
    const command = new DescribeStateMachineForExecutionCommand({ executionArn: night });
    await aws.clock.advance(1_000);

    await expect(aws.sfn.send(command)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
    await aws.clock.advance(1_000);

    expect(await aws.sfn.send(command)).toMatchObject({ name: 'night' });
  });

  test('aborts its children with the parent', async () => {
    await using aws = await startNight([map()]);
    await aws.clock.advance(500);

    await aws.stop();
    await aws.clock.advance(0);

    expect(aws.running()).toEqual([]);
    expect(await mapRunOf(aws)).toMatchObject({
      ...{ status: 'ABORTED', executionCounts: { aborted: 4 } },
    });
  });

  test('fails when more children fail than it tolerates, and goes on in a redrive', async () => {
    const child = (index: number, { redriveCount }: { redriveCount: number }): ExecutionPlan =>
      index > 0 && redriveCount === 0 ? { end: { status: 'FAILED', error: 'Bad' } } : {};
    await using aws = await startNight([map({ child, toleratedFailureCount: 1 })]);
    await aws.clock.advance(1_000);
    const failed = await mapRunOf(aws);
    const parent = await aws.describe(night);

    await aws.sfn.send(new RedriveExecutionCommand({ executionArn: night }));
    await aws.clock.advance(2_000);

    expect(failed).toMatchObject({ status: 'FAILED', redriveCount: 0 });
    expect(parent).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    expect(await mapRunOf(aws)).toMatchObject({
      ...{ status: 'SUCCEEDED', redriveCount: 1, executionCounts: { succeeded: 4, total: 4 } },
    });
    expect(await aws.describe(night)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(aws.workloads.runs).toHaveLength(5);
  });

  test('emits the events of its children only if the setting says so', async () => {
    await using aws = await startPlannedAws();
    aws.workloads.configure({ mapChildrenEmit: false });
    aws.workloads.define({ stateMachine: 'night', runs: { steps: [map()] } });
    const start = { stateMachineArn: stateMachineArn('night'), name: 'run-1' };
    await aws.sfn.send(new StartExecutionCommand(start));

    await aws.clock.advance(1_000);

    expect(aws.statuses()).toEqual(['run-1 RUNNING', 'run-1 SUCCEEDED']);
  });
});

describe('GetExecutionHistory', () => {
  const steps: readonly ExecutionStep[] = [{ kind: 'wait', state: 'Rest', for: 1_000 }];

  test('tells the events in order, in pages', async () => {
    await using aws = await startNight(steps, { status: 'FAILED', error: 'Rates.NoData' });
    await aws.clock.advance(1_000);

    const first = await aws.history({ maxResults: 3 });
    const second = await aws.history({ maxResults: 3, nextToken: first.nextToken });

    const events = [...(first.events ?? []), ...(second.events ?? [])];
    expect(events.map(({ id, type }) => `${id} ${type}`)).toEqual([
      '1 ExecutionStarted',
      '2 WaitStateEntered',
      '3 WaitStateExited',
      '4 FailStateEntered',
      '5 ExecutionFailed',
    ]);
    expect(first.nextToken).toMatch(/./);
    expect(second.nextToken).toBeUndefined();
    expect(events[1]).toMatchObject({
      timestamp: new Date('2026-01-15T02:00:00Z'),
      stateEnteredEventDetails: { name: 'Rest', input: '{}', inputDetails: { truncated: false } },
    });
  });

  test('gives the failing event first in reverse order, without data on request', async () => {
    await using aws = await startNight(steps, { status: 'FAILED', error: 'Rates.NoData' });
    await aws.clock.advance(1_000);

    const { events } = await aws.history({ reverseOrder: true, includeExecutionData: false });

    expect(events?.[0]).toMatchObject({ executionFailedEventDetails: { error: 'Rates.NoData' } });
    expect(events?.at(-1)?.executionStartedEventDetails).toEqual({
      roleArn: 'arn:aws:iam::111122223333:role/night-role',
    });
  });
});
