import { SubmitJobCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import type { EventFault } from '../../../local/index.ts';
import { batchArn, executionArn, startPlannedAws, stateMachineArn } from './planned-aws.ts';

async function startWithBoth() {
  const aws = await startPlannedAws();
  aws.workloads.define({ stateMachine: 'settlement' });
  aws.workloads.define({ jobQueue: 'night' });
  aws.workloads.define({ jobDefinition: 'risk' });
  return {
    ...aws,
    start: (name = 'run-1') =>
      aws.sfn.send(
        new StartExecutionCommand({ stateMachineArn: stateMachineArn('settlement'), name }),
      ),
    submit: (request: object = {}) =>
      aws.batch.send(
        new SubmitJobCommand({
          ...{ jobName: 'risk-eod', jobQueue: 'night', jobDefinition: 'risk', ...request },
        }),
      ),
  };
}

describe('the fault of a call', () => {
  test.for([
    { error: 'ThrottlingException', status: 400, message: 'Rate exceeded' },
    {
      error: 'AccessDeniedException',
      status: 400,
      message: 'AccessDeniedException (injected fault)',
    },
    { error: 'InternalFailure', status: 500, message: 'InternalFailure (injected fault)' },
  ])('refuses a start with $error, once', async ({ error, status, message }) => {
    await using aws = await startWithBoth();
    aws.workloads.injectFault('StartExecution', { kind: 'refuse', error });

    await expect(aws.start()).rejects.toMatchObject({
      ...{ name: error, message, $metadata: { httpStatusCode: status } },
    });
    await aws.start();

    expect(aws.workloads.calls).toEqual({ StartExecution: 2 });
    expect(aws.workloads.runs).toHaveLength(1);
  });

  test.for([
    { error: 'TooManyRequestsException', status: 429 },
    { error: 'AccessDeniedException', status: 403 },
    { error: 'ServerException', status: 500 },
  ])('refuses a submission with $error and $status', async ({ error, status }) => {
    await using aws = await startWithBoth();
    aws.workloads.injectFault('SubmitJob', { kind: 'refuse', error });

    await expect(aws.submit()).rejects.toMatchObject({
      ...{ name: error, $metadata: { httpStatusCode: status } },
    });
  });

  test.for([
    { kind: 'loseRequest', runs: 0 },
    { kind: 'loseAnswer', runs: 1 },
  ] as const)('$kind closes the connection and leaves $runs runs', async ({ kind, runs }) => {
    await using aws = await startWithBoth();
    aws.workloads.injectFault('SubmitJob', { kind });

    await expect(aws.submit()).rejects.toMatchObject({ code: 'ECONNRESET' });

    expect(aws.workloads.runs).toHaveLength(runs);
    expect(aws.workloads.calls).toEqual({ SubmitJob: 1 });
  });

  test('delays a call on the local clock', async () => {
    await using aws = await startWithBoth();
    aws.workloads.injectFault('StartExecution', { kind: 'delay', ms: 5_000 });
    let isAnswered = false;
    const started = aws.start().then(() => {
      isAnswered = true;
    });
    await expect.poll(() => aws.workloads.calls).toEqual({ StartExecution: 1 });
    expect(isAnswered).toBe(false);

    await aws.clock.advance(5_000);
    await started;

    expect(aws.events[0]?.time).toBe('2026-01-15T02:00:05Z');
  });

  test('is chosen by a function of the call, after those that wait', async () => {
    await using aws = await startWithBoth();
    aws.workloads.configure({
      callFault: ({ request }) =>
        request['name'] === 'run-2' ? { kind: 'refuse', error: 'ThrottlingException' } : undefined,
    });

    await aws.start('run-1');

    await expect(aws.start('run-2')).rejects.toMatchObject({ name: 'ThrottlingException' });
    aws.workloads.injectFault('StartExecution', { kind: 'loseRequest' }, 2);
    aws.workloads.clearFaults();
    await expect(aws.start('run-3')).resolves.toBeDefined();
  });
});

describe('the fault of an event', () => {
  const onSucceeded = (fault: EventFault) => ({
    eventFault: ({ detail }: { readonly detail: Readonly<Record<string, unknown>> }) =>
      detail['status'] === 'SUCCEEDED' ? fault : undefined,
  });

  test('loses it', async () => {
    await using aws = await startWithBoth();
    aws.workloads.configure(onSucceeded({ kind: 'lose' }));
    const { executionArn: arn } = await aws.start();

    await aws.clock.advance(1_000);

    expect(aws.statuses()).toEqual(['run-1 RUNNING']);
    const found = await aws.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    expect(found.status).toBe('SUCCEEDED');
  });

  test('repeats it under the same id and time', async () => {
    await using aws = await startWithBoth();
    aws.workloads.configure(onSucceeded({ kind: 'repeat', times: 2, afterMs: 5_000 }));
    await aws.start();

    await aws.clock.advance(20_000);

    const ended = aws.events.slice(1);
    expect(ended).toHaveLength(3);
    expect(new Set(ended.map(({ id, time }) => `${id} ${time}`)).size).toBe(1);
  });

  test('delays it, so that it arrives after a later one', async () => {
    await using aws = await startWithBoth();
    aws.workloads.configure({
      eventFault: ({ detail }) =>
        detail['status'] === 'RUNNING' ? { kind: 'delay', ms: 5_000 } : undefined,
    });
    await aws.start();

    await aws.clock.advance(5_000);

    expect(aws.statuses()).toEqual(['run-1 SUCCEEDED', 'run-1 RUNNING']);
    expect(aws.events[1]?.time).toBe('2026-01-15T02:00:00Z');
  });
});

describe('authorize', () => {
  test('refuses what the role does not allow, in the words of IAM', async () => {
    await using aws = await startWithBoth();
    const resource = stateMachineArn('settlement');
    aws.workloads.configure({
      authorize: (action) => action !== 'states:StartExecution',
      callerArn: 'arn:aws:sts::111122223333:assumed-role/launch/launch',
    });

    await expect(aws.start()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::111122223333:assumed-role/launch/launch is not authorized to perform: states:StartExecution on resource: ${resource} because no identity-based policy allows the states:StartExecution action`,
      $metadata: { httpStatusCode: 400 },
    });
    expect(aws.workloads.runs).toEqual([]);
  });

  test('asks for each resource of SubmitJob, and for its tags', async () => {
    await using aws = await startWithBoth();
    const asked: string[] = [];
    aws.workloads.configure({
      authorize: (action, resource, tags) => {
        asked.push(`${action} ${resource} ${JSON.stringify(tags)}`);
        return true;
      },
    });

    await aws.submit({ tags: { bridge: 'autosys' } });

    const tags = '{"bridge":"autosys"}';
    expect(asked).toEqual([
      `batch:SubmitJob ${batchArn('job-definition/risk')} ${tags}`,
      `batch:SubmitJob ${batchArn('job-queue/night')} ${tags}`,
      `batch:TagResource ${batchArn('job-definition/risk')} ${tags}`,
    ]);
  });

  test('decides on TerminateJob by the tags of the job', async () => {
    await using aws = await startWithBoth();
    aws.workloads.configure({
      authorize: (action, _, tags) =>
        action !== 'batch:TerminateJob' || tags['bridge'] === 'autosys',
    });
    const terminate = (jobId: string | undefined) =>
      aws.batch.send(new TerminateJobCommand({ jobId, reason: 'killed' }));
    const { jobId: ours } = await aws.submit({ tags: { bridge: 'autosys' } });
    const { jobId: other } = await aws.submit();

    await terminate(ours);

    await expect(terminate(other)).rejects.toMatchObject({
      ...{ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } },
    });
    expect(aws.workloads.runs.map(({ status }) => status)).toEqual(['FAILED', 'SUBMITTED']);
  });
});

test('a planned run keeps its status when another event of it is put', async () => {
  await using aws = await startWithBoth();
  await aws.start();
  const arn = executionArn('settlement', 'run-1');

  aws.workloads.put({ source: 'aws.states', detail: { executionArn: arn, status: 'FAILED' } });

  const found = await aws.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  expect(found.status).toBe('RUNNING');
});

test('a run that is forgotten is unknown and emits nothing more', async () => {
  await using aws = await startWithBoth();
  const { executionArn: arn = '' } = await aws.start();
  const { jobId = '' } = await aws.submit();
  await aws.clock.advance(500);
  const before = aws.events.length;

  aws.workloads.forget(arn);
  aws.workloads.forget(jobId);
  await aws.clock.advance(5_000);

  expect(aws.events).toHaveLength(before);
  expect(aws.workloads.runs).toEqual([]);
});
