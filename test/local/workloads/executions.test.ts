import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { executionArn, startPlannedAws, stateMachineArn } from './planned-aws.ts';

const settlement = stateMachineArn('settlement');
const run = executionArn('settlement', 'run-1');
const day = 24 * 60 * 60_000;

async function startSettlement(declaration: object = {}) {
  const aws = await startPlannedAws();
  aws.workloads.define({ stateMachine: 'settlement', ...declaration });
  return {
    ...aws,
    start: (request: object = {}) =>
      aws.sfn.send(
        new StartExecutionCommand({ stateMachineArn: settlement, name: 'run-1', ...request }),
      ),
    describe: (arn = run) => aws.sfn.send(new DescribeExecutionCommand({ executionArn: arn })),
    stop: (request: object = {}) =>
      aws.sfn.send(new StopExecutionCommand({ executionArn: run, ...request })),
    redrive: (clientToken?: string) =>
      aws.sfn.send(
        new RedriveExecutionCommand({ executionArn: run, ...(clientToken && { clientToken }) }),
      ),
  };
}

const failing = { runs: { end: { status: 'FAILED', error: 'Rates.NoData', cause: 'no rates' } } };

describe('StartExecution', () => {
  test('starts an execution that runs a second and succeeds by default', async () => {
    await using aws = await startSettlement();

    const started = await aws.start({ input: '{"date":"2026-01-15"}' });
    const { status: before } = await aws.describe();
    await aws.clock.advance(1_000);

    expect(started).toMatchObject({
      executionArn: run,
      startDate: new Date('2026-01-15T02:00:00Z'),
    });
    expect(before).toBe('RUNNING');
    expect(await aws.describe()).toMatchObject({
      ...{ executionArn: run, stateMachineArn: settlement, name: 'run-1', status: 'SUCCEEDED' },
      ...{ input: '{"date":"2026-01-15"}', output: '{}', redriveCount: 0 },
      stopDate: new Date('2026-01-15T02:00:01Z'),
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  test('gives the same answer for the same name and input while the execution runs', async () => {
    await using aws = await startSettlement();
    const first = await aws.start({ input: '{"a":1}' });
    await aws.clock.advance(500);

    const second = await aws.start({ input: '{"a":1}' });

    expect(second.startDate).toEqual(first.startDate);
    expect(aws.statuses()).toEqual(['run-1 RUNNING']);
    expect(aws.workloads.calls).toEqual({ StartExecution: 2 });
  });

  test.for([
    { when: 'another input while it runs', after: 0, input: '{"a":2}' },
    { when: 'the same input after its end', after: 2_000, input: '{"a":1}' },
    { when: 'the same input 89 days after its end', after: 89 * day, input: '{"a":1}' },
  ])('refuses the name with $when', async ({ after, input }) => {
    await using aws = await startSettlement();
    await aws.start({ input: '{"a":1}' });
    await aws.clock.advance(after);

    const refused = aws.start({ input });

    await expect(refused).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${run}'`,
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('frees the name 90 days after the end', async () => {
    await using aws = await startSettlement();
    await aws.start();
    await aws.clock.advance(1_000 + 90 * day);

    await aws.start();

    expect(await aws.describe()).toMatchObject({ status: 'RUNNING', redriveCount: 0 });
  });

  test('takes a UUID as name and {} as input by default', async () => {
    await using aws = await startSettlement();

    const { executionArn: arn = '' } = await aws.start({ name: undefined });

    const { name, input } = await aws.describe(arn);
    expect(name).toMatch(/^[0-9a-f-]{36}$/);
    expect(input).toBe('{}');
  });

  test('starts the version of an alias, and tells both', async () => {
    const declaration = { versions: [1, 2], aliases: { PROD: 2 } };
    await using aws = await startSettlement(declaration);

    await aws.start({ stateMachineArn: `${settlement}:PROD` });
    await aws.start({ stateMachineArn: `${settlement}:1`, name: 'run-2' });

    expect(await aws.describe()).toMatchObject({
      stateMachineArn: settlement,
      stateMachineAliasArn: `${settlement}:PROD`,
      stateMachineVersionArn: `${settlement}:2`,
    });
    const version = await aws.describe(executionArn('settlement', 'run-2'));
    expect(version.stateMachineVersionArn).toBe(`${settlement}:1`);
    expect(version).not.toHaveProperty('stateMachineAliasArn');
  });

  test('follows the plan of the name, or what a function makes of the start', async () => {
    await using aws = await startSettlement({
      runs: [
        { name: 'late-*', plan: { end: { status: 'TIMED_OUT' } } },
        { name: '*', plan: { end: { status: 'SUCCEEDED', output: '{"n":1}' } } },
      ],
    });
    aws.workloads.define({
      stateMachine: 'echo',
      runs: ({ input }) => ({ steps: [], end: { status: 'SUCCEEDED', output: input } }),
    });

    await aws.start({ name: 'late-1' });
    await aws.start();
    const { executionArn: echo = '' } = await aws.start({
      ...{ stateMachineArn: stateMachineArn('echo'), input: '[7]' },
    });
    await aws.clock.advance(1_000);

    expect(await aws.describe(executionArn('settlement', 'late-1'))).toMatchObject({
      status: 'TIMED_OUT',
      redriveStatus: 'REDRIVABLE',
    });
    expect(await aws.describe()).toMatchObject({ output: '{"n":1}' });
    expect(await aws.describe(echo)).toMatchObject({ output: '[7]' });
  });

  test('starts an Express execution without name reuse rules and without events', async () => {
    await using aws = await startSettlement({ type: 'EXPRESS' });

    const first = await aws.start();
    const second = await aws.start();
    await aws.clock.advance(1_000);

    expect(first.executionArn).toMatch(/:express:settlement:run-1:[0-9a-f-]{36}$/);
    expect(second.executionArn).not.toBe(first.executionArn);
    expect(aws.events).toEqual([]);
  });
});

describe('the event of a status change', () => {
  test('has the key set of a recording, in epoch milliseconds', async () => {
    await using aws = await startSettlement();

    await aws.start({ input: '{"a":1}' });
    await aws.clock.advance(1_000);

    const [running, succeeded] = aws.events;
    expect(running).toMatchObject({
      ...{ source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change' },
      ...{ account: '111122223333', region: 'eu-west-1', resources: [run] },
      time: '2026-01-15T02:00:00Z',
    });
    const startDate = Date.UTC(2026, 0, 15, 2);
    expect(running?.detail).toEqual({
      ...{ executionArn: run, stateMachineArn: settlement, name: 'run-1', status: 'RUNNING' },
      ...{ startDate, stopDate: null, input: '{"a":1}', inputDetails: { included: true } },
      ...{ output: null, outputDetails: null, error: null, cause: null },
      ...{ stateMachineVersionArn: null, stateMachineAliasArn: null },
      ...{ redriveCount: 0, redriveDate: null, redriveStatus: 'NOT_REDRIVABLE' },
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
    expect(succeeded?.detail).toMatchObject({
      ...{ status: 'SUCCEEDED', stopDate: startDate + 1_000, output: '{}' },
      outputDetails: { included: true },
    });
  });

  // Two characters of JSON text and the two quotes count beside the content.
  const filled = (bytes: number) => JSON.stringify('x'.repeat(bytes));
  test.for([
    { when: 'both fit', input: 100_000, output: 100_000, kept: ['input', 'output'] },
    { when: 'both together are too long', input: 130_000, output: 130_000, kept: ['output'] },
    { when: 'the output alone is too long', input: 10, output: 254_000, kept: [] },
  ])('leaves out data when $when', async ({ input, output, kept }) => {
    await using aws = await startSettlement({
      runs: { end: { status: 'SUCCEEDED', output: filled(output) } },
    });

    await aws.start({ input: filled(input) });
    await aws.clock.advance(1_000);

    const { detail } = aws.events[1] ?? {};
    for (const name of ['input', 'output']) {
      const included = kept.includes(name);
      expect(detail?.[`${name}Details`]).toEqual({ included });
      expect(detail?.[name] === null).toBe(!included);
    }
  });
});

describe('StopExecution', () => {
  test('aborts the execution with error and cause', async () => {
    await using aws = await startSettlement();
    await aws.start();

    await aws.stop({ error: 'Autosys.Killed', cause: 'KILLJOB' });
    await aws.clock.advance(10_000);

    expect(await aws.describe()).toMatchObject({
      ...{ status: 'ABORTED', error: 'Autosys.Killed', cause: 'KILLJOB' },
      redriveStatus: 'REDRIVABLE',
    });
    expect(aws.statuses()).toEqual(['run-1 RUNNING', 'run-1 ABORTED']);
  });

  test('leaves an ended execution as it is, and tells when it ended', async () => {
    await using aws = await startSettlement();
    await aws.start();
    await aws.clock.advance(5_000);

    const { stopDate } = await aws.stop();

    expect(stopDate).toEqual(new Date('2026-01-15T02:00:01Z'));
    expect(await aws.describe()).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('refuses error and cause without the key of the state machine, and stops without them', async () => {
    await using aws = await startSettlement({ encryption: { callerMayUseKey: false } });
    await aws.start();

    const refused = aws.stop({ cause: 'KILLJOB' });

    await expect(refused).rejects.toMatchObject({ name: 'KmsAccessDeniedException' });
    await aws.stop();
    expect(aws.statuses()).toEqual(['run-1 RUNNING', 'run-1 ABORTED']);
    await expect(aws.describe()).rejects.toMatchObject({ name: 'KmsAccessDeniedException' });
    const command = { executionArn: run, includedData: 'METADATA_ONLY' } as const;
    expect(await aws.sfn.send(new DescribeExecutionCommand(command))).toMatchObject({
      status: 'ABORTED',
    });
  });
});

test('a timeout ends the execution, without error in its description', async () => {
  const steps = [{ kind: 'wait', state: 'Rest', for: 'untilStopped' }];
  await using aws = await startSettlement({ runs: { steps, timesOutAfterMs: 3_000 } });
  await aws.start();

  await aws.clock.advance(3_000);

  const found = await aws.describe();
  expect(found).toMatchObject({ status: 'TIMED_OUT', redriveStatus: 'REDRIVABLE' });
  expect(found.stopDate).toEqual(new Date('2026-01-15T02:00:03Z'));
  expect(found).not.toHaveProperty('error');
});

describe('RedriveExecution', () => {
  test('continues under the same ARN, and emits RUNNING with the next count', async () => {
    const failsOnce = ({ redriveCount }: { redriveCount: number }) =>
      redriveCount === 0 ? failing.runs : {};
    await using aws = await startSettlement({ runs: failsOnce });
    const { startDate } = await aws.start();
    await aws.clock.advance(1_000);

    const { redriveDate } = await aws.redrive();
    await aws.clock.advance(1_000);

    expect(redriveDate).toEqual(new Date('2026-01-15T02:00:01Z'));
    expect(await aws.describe()).toMatchObject({
      ...{ status: 'SUCCEEDED', redriveCount: 1, redriveDate, startDate },
    });
    expect(aws.events.map(({ detail }) => [detail['status'], detail['redriveCount']])).toEqual([
      ['RUNNING', 0],
      ['FAILED', 0],
      ['RUNNING', 1],
      ['SUCCEEDED', 1],
    ]);
  });

  test('does not repeat the steps that succeeded', async () => {
    const steps = (fails: boolean) =>
      [
        { kind: 'wait', state: 'First', for: 5_000 },
        {
          ...{ kind: 'lambda', state: 'Second', functionName: 'rates' },
          ...(fails && { fails: { error: 'Rates.NoData' } }),
        },
      ] as const;
    await using aws = await startSettlement({
      runs: ({ redriveCount }: { redriveCount: number }) => ({ steps: steps(redriveCount === 0) }),
    });
    await aws.start();
    await aws.clock.advance(6_000);
    await aws.redrive();

    await aws.clock.advance(1_000);

    expect(await aws.describe()).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('keeps the definition of the first start', async () => {
    await using aws = await startSettlement({ definition: '{"v":1}', ...failing });
    await aws.start();
    await aws.clock.advance(1_000);
    aws.workloads.define({ stateMachine: 'settlement', definition: '{"v":2}', runs: {} });

    await aws.redrive();
    await aws.clock.advance(1_000);

    const used = await aws.sfn.send(
      new DescribeStateMachineForExecutionCommand({ executionArn: run }),
    );
    const newest = await aws.sfn.send(
      new DescribeStateMachineCommand({ stateMachineArn: settlement }),
    );
    expect(await aws.describe()).toMatchObject({ status: 'FAILED', redriveCount: 1 });
    expect(used.definition).toBe('{"v":1}');
    expect(newest.definition).toBe('{"v":2}');
    expect(newest.revisionId).not.toBe(used.revisionId);
  });

  test('gives the same answer for the same token for fifteen minutes', async () => {
    await using aws = await startSettlement(failing);
    await aws.start();
    await aws.clock.advance(1_000);
    const first = await aws.redrive('token');
    await aws.clock.advance(14 * 60_000);

    const repeated = await aws.redrive('token');
    await aws.clock.advance(60_000);
    const later = await aws.redrive('token');

    expect(repeated.redriveDate).toEqual(first.redriveDate);
    expect(later.redriveDate).not.toEqual(first.redriveDate);
    expect(await aws.describe()).toMatchObject({ redriveCount: 2 });
  });

  test.for([
    { when: 'RUNNING', after: 0, runs: {}, reason: 'Execution is RUNNING and cannot be redriven' },
    {
      ...{ when: 'SUCCEEDED', after: 1_000, runs: {} },
      reason: 'Execution is SUCCEEDED and cannot be redriven',
    },
    {
      ...{ when: 'FAILED 14 days ago', after: 1_000 + 14 * day, runs: failing.runs },
      reason: 'Execution redrivable period exceeded',
    },
  ])('refuses an execution that is $when', async ({ after, runs, reason }) => {
    await using aws = await startSettlement({ runs });
    await aws.start();
    await aws.clock.advance(after);

    const refused = aws.redrive();

    await expect(refused).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: reason,
    });
    expect(await aws.describe()).toMatchObject({ redriveStatusReason: reason });
  });
});

describe('ListExecutions', () => {
  test('lists the newest first, by status, in pages', async () => {
    await using aws = await startSettlement();
    for (const name of ['a', 'b', 'c']) {
      await aws.start({ name });
      await aws.clock.advance(400);
    }
    const list = (request: object = {}) =>
      aws.sfn.send(new ListExecutionsCommand({ stateMachineArn: settlement, ...request }));

    const first = await list({ maxResults: 2 });
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const running = await list({ statusFilter: 'RUNNING' });

    expect(first.executions?.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(second.executions?.map(({ name }) => name)).toEqual(['b']);
    expect(second.nextToken).toBeUndefined();
    expect(running.executions?.map(({ name }) => name)).toEqual(['c', 'b']);
    const changed = list({ statusFilter: 'RUNNING', nextToken: first.nextToken });
    await expect(changed).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test('lists the executions of an alias', async () => {
    await using aws = await startSettlement({ versions: [1], aliases: { PROD: 1 } });
    await aws.start();
    await aws.start({ name: 'run-2', stateMachineArn: `${settlement}:PROD` });

    const command = new ListExecutionsCommand({ stateMachineArn: `${settlement}:PROD` });
    const { executions } = await aws.sfn.send(command);

    expect(executions?.map(({ name }) => name)).toEqual(['run-2']);
  });
});

describe('reads that lag behind', () => {
  test('show an execution later, and its end later', async () => {
    await using aws = await startSettlement();
    aws.workloads.configure({ lagMs: { DescribeExecution: 300, ListExecutions: 600 } });
    await aws.start();

    await expect(aws.describe()).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
    await aws.clock.advance(1_100);
    expect(await aws.describe()).toMatchObject({ status: 'RUNNING' });
    await aws.clock.advance(300);
    expect(await aws.describe()).toMatchObject({ status: 'SUCCEEDED' });
    const command = new ListExecutionsCommand({ stateMachineArn: settlement });
    const { executions } = await aws.sfn.send(command);
    expect(executions).toMatchObject([{ status: 'RUNNING' }]);
  });
});
