import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { batchJobStatuses } from '../../../../lambda/contract.ts';
import { readWorkloadEvent } from '../../../../lambda/workload/read/index.ts';
import type { BatchJobEvent } from '../../../../lambda/workload/workload.ts';
import {
  aBatchJobEvent,
  anAttempt,
  batchSecret,
  readAt,
  startedAtMs,
  stoppedAtMs,
} from '../../../support/builders.ts';
import { toWorkloadEvent } from '../../../support/read-event.ts';

function read(...given: Parameters<typeof aBatchJobEvent>): BatchJobEvent {
  const event = toWorkloadEvent(aBatchJobEvent(...given));
  if (event.kind !== 'batchJob') throw new Error(`not a Batch job: ${event.kind}`);
  return event;
}

const jobId = '4c7599ae-0a82-49aa-ba5a-4727fcce14a8';

describe('a Batch job event', () => {
  test.for(batchJobStatuses)('is read with status %s', (status) => {
    expect(read({ status }).status).toBe(status);
  });

  test('is read with job, queue, definition and times, without the container', () => {
    const event = read();

    expect(event).toEqual({
      kind: 'batchJob',
      eventId: 'c8f9c4b5-76e5-d76a-f980-7011e206042b',
      account: '111122223333',
      region: 'eu-west-1',
      emittedAt: new Date('2026-11-20T02:01:00Z'),
      changedAt: new Date(stoppedAtMs),
      beganAt: new Date(startedAtMs - 5_000),
      startedAt: new Date(startedAtMs),
      stoppedAt: new Date(stoppedAtMs),
      status: 'SUCCEEDED',
      batchJobId: jobId,
      batchJobArn: `arn:aws:batch:eu-west-1:111122223333:job/${jobId}`,
      batchJobName: 'risk-eod',
      jobQueueArn: 'arn:aws:batch:eu-west-1:111122223333:job-queue/night',
      jobQueueName: 'night',
      jobDefinitionArn: 'arn:aws:batch:eu-west-1:111122223333:job-definition/risk:7',
      jobDefinitionName: 'risk',
      jobDefinitionRevision: 7,
      role: 'job',
      attempt: 1,
      exitCode: 0,
      reason: 'Essential container in task exited',
      logStreams: ['risk/default/0f3a'],
    });
    expect(inspect(event, { depth: 20 })).not.toContain(batchSecret);
  });

  test('is FAILED by its status, although its exit code is 0', () => {
    expect(read({ status: 'FAILED' })).toMatchObject({ status: 'FAILED', exitCode: 0 });
  });

  test('has the log streams of its attempts, oldest first, and of the one that runs', () => {
    const ended = { container: { logStreamName: 'risk/default/1' } };
    const sidecar = { containers: [{ logStreamName: 'risk/sidecar/2' }] };

    const { logStreams } = read({
      status: 'RUNNING',
      attempts: [ended, { taskProperties: [sidecar] }],
      container: { logStreamName: 'risk/default/3' },
    });

    expect(logStreams).toEqual(['risk/default/1', 'risk/sidecar/2', 'risk/default/3']);
  });

  test('has at most 20 log streams, with names that CloudWatch Logs allows', () => {
    const toAttempt = (logStreamName: unknown) => ({ container: { logStreamName } });
    const many = Array.from({ length: 30 }, (_, at) => toAttempt(`risk/default/${at}`));

    expect(read({ attempts: many, container: {} }).logStreams).toHaveLength(20);
    expect(
      read({
        attempts: ['a:b', 'a*', '', null, 'a'.repeat(513)].map(toAttempt),
        container: {},
      }),
    ).not.toHaveProperty('logStreams');
  });

  test('is SUCCEEDED without any attempt', () => {
    const event = read({ attempts: [], container: {} });

    expect(event).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
    expect(event).not.toHaveProperty('exitCode');
  });

  test.for([
    { status: 'RUNNABLE', attempts: [anAttempt(1)], attempt: 2, when: 'it waits for a retry' },
    { status: 'RUNNING', attempts: [], attempt: 1, when: 'it runs first' },
    { status: 'RUNNING', attempts: [anAttempt(1)], attempt: 2, when: 'it runs again' },
    { status: 'FAILED', attempts: [anAttempt(1), anAttempt(1)], attempt: 2, when: 'it has ended' },
  ])('is in attempt $attempt when $when', ({ status, attempts, attempt }) => {
    expect(read({ status, attempts }).attempt).toBe(attempt);
  });

  test.for(['STARTING', 'RUNNING'])(
    'has no facts of the attempt before while %s again',
    (status) => {
      const before = {
        ...anAttempt(137),
        statusReason: 'Host EC2 (instance i-0a1b2c3d) terminated.',
      };

      const event = read({ status, statusReason: undefined, container: {}, attempts: [before] });

      expect(event.attempt).toBe(2);
      expect(event).not.toHaveProperty('exitCode');
      expect(event).not.toHaveProperty('reason');
    },
  );

  test('has the reason of the attempt before while it waits for the next', () => {
    const before = {
      ...anAttempt(137),
      statusReason: 'Host EC2 (instance i-0a1b2c3d) terminated.',
    };

    const event = read({
      status: 'RUNNABLE',
      statusReason: undefined,
      container: {},
      attempts: [before],
    });

    expect(event).toMatchObject({ exitCode: 137, reason: before.statusReason });
  });

  test.for([
    {
      jobId: `${jobId}:12`,
      arrayProperties: { index: 12, statusSummary: {} },
      role: 'arrayChild',
      index: 12,
    },
    { jobId: `${jobId}:3`, arrayProperties: undefined, role: 'arrayChild', index: 3 },
    { jobId: `${jobId}#1`, arrayProperties: undefined, role: 'node', index: 1 },
    {
      jobId,
      arrayProperties: { size: 3, statusSummary: { FAILED: 1 } },
      role: 'arrayParent',
      index: undefined,
    },
    { jobId, arrayProperties: {}, role: 'job', index: undefined },
  ])('has the role $role when its id ends in $jobId', ({ role, index, ...detail }) => {
    const event = read(detail);

    expect([event.role, event.index]).toEqual([role, index]);
  });

  test('with several nodes has no container and no exit code', () => {
    const event = read({
      container: undefined,
      attempts: [],
      nodeProperties: { numNodes: 2, mainNode: 0 },
    });

    expect(event.role).toBe('multiNodeParent');
    expect(event).not.toHaveProperty('exitCode');
  });

  test('with several containers has the exit code of the one that failed', () => {
    const taskProperties = [
      {
        containers: [
          { name: 'main', exitCode: 0 },
          { name: 'side', exitCode: 9, reason: 'OutOfMemoryError' },
        ],
      },
    ];

    const event = read({
      status: 'FAILED',
      statusReason: undefined,
      container: {},
      attempts: [{ taskProperties }],
    });

    expect(event).toMatchObject({ exitCode: 9, reason: 'OutOfMemoryError' });
  });

  test.for([
    {
      where: 'the job itself',
      detail: { container: { exitCode: 137, reason: 'OutOfMemoryError: killed' }, attempts: [] },
    },
    {
      where: 'the last attempt',
      detail: {
        container: { exitCode: 137 },
        attempts: [
          {
            container: { exitCode: 137, reason: 'OutOfMemoryError: killed' },
            statusReason: 'Essential container in task exited',
          },
        ],
      },
    },
  ])("has the container's reason in $where if the job's is uninformative", ({ detail }) => {
    const event = read({
      status: 'FAILED',
      statusReason: 'Essential container in task exited',
      ...detail,
    });

    expect(event.reason).toBe('OutOfMemoryError: killed');
  });

  test("has the job's reason instead of the container's if it is informative", () => {
    const event = read({
      status: 'FAILED',
      statusReason: 'Job attempt duration exceeded timeout',
      container: { reason: 'Error' },
    });

    expect(event.reason).toBe('Job attempt duration exceeded timeout');
  });

  test('on EKS has the exit code of the failed init container if no main container started', () => {
    const eksAttempts = [
      {
        containers: [{ name: 'main' }],
        initContainers: [
          { name: 'fetch', exitCode: 0, reason: 'Completed' },
          { name: 'unpack', exitCode: 4, reason: 'Error' },
        ],
      },
    ];

    const event = read({
      status: 'FAILED',
      container: undefined,
      attempts: [],
      eksAttempts,
      statusReason: undefined,
    });

    expect(event).toMatchObject({ exitCode: 4, reason: 'Error' });
  });

  test('on EKS has no facts of an init container that succeeded', () => {
    const event = read({
      status: 'FAILED',
      container: undefined,
      attempts: [],
      eksAttempts: [{ initContainers: [{ exitCode: 0, reason: 'Completed' }] }],
      statusReason: undefined,
    });

    expect(event).not.toHaveProperty('exitCode');
    expect(event).not.toHaveProperty('reason');
  });

  test('on EKS has the exit code of its pod', () => {
    const eksAttempts = [
      {
        containers: [{ exitCode: 3, reason: 'Error' }],
        podName: 'aws-batch.1',
        statusReason: 'Pod failed',
      },
    ];

    const event = read({
      status: 'FAILED',
      container: undefined,
      attempts: [],
      eksAttempts,
      statusReason: undefined,
    });

    expect(event).toMatchObject({ exitCode: 3, attempt: 1, reason: 'Pod failed' });
  });

  test('that timed out or lost its host has no exit code', () => {
    const event = read({
      status: 'FAILED',
      statusReason: 'Host EC2 (instance i-0a1b2c3d) terminated.',
      container: { reason: null },
      attempts: [anAttempt()],
    });

    expect(event).not.toHaveProperty('exitCode');
    expect(event.reason).toBe('Host EC2 (instance i-0a1b2c3d) terminated.');
  });

  test.for([
    'jobDefinition',
    'jobArn',
    'attempts',
    'eksAttempts',
    'container',
    'startedAt',
    'stoppedAt',
    'createdAt',
    'statusReason',
    'parameters',
    'tags',
  ])('is read without %s, and with null in its place', (field) => {
    expect(read({ [field]: undefined }).status).toBe('SUCCEEDED');
    expect(read({ [field]: null }).status).toBe('SUCCEEDED');
  });

  test('has no definition if AWS leaves it out', () => {
    const event = read({ jobDefinition: undefined });

    expect(event).not.toHaveProperty('jobDefinitionArn');
    expect(event).not.toHaveProperty('jobDefinitionName');
    expect(event).not.toHaveProperty('jobDefinitionRevision');
  });

  test('has the envelope time as its change time before it starts', () => {
    expect(read({ status: 'RUNNABLE' }).changedAt).toEqual(new Date('2026-11-20T02:01:00Z'));
  });

  test('that ended without a stop time has the envelope time as its change time, not the start time', () => {
    const event = read({ status: 'FAILED', stoppedAt: undefined });

    expect(event.changedAt).toEqual(new Date('2026-11-20T02:01:00Z'));
  });
});

describe('a Batch job event that is not as documented', () => {
  test.for([
    {
      detail: { status: 'DONE' },
      message: /^detail\.status: expected one of SUBMITTED, .*found "DONE"$/,
    },
    { detail: { jobId: undefined }, message: 'detail.jobId: expected a string, found nothing' },
    {
      detail: { jobQueue: 'night' },
      message: /^detail\.jobQueue: expected arn:PARTITION:batch:REGION:ACCOUNT:job-queue\/NAME/,
    },
    { detail: { jobDefinition: 'risk:7' }, message: /^detail\.jobDefinition: expected arn:/ },
    { detail: { attempts: {} }, message: 'detail.attempts: expected an array, found an object' },
    {
      detail: { container: { exitCode: 'zero' } },
      message: 'detail.container.exitCode: expected a number, found another text',
    },
  ])('is rejected: $message', ({ detail, message }) => {
    const reading = readWorkloadEvent(aBatchJobEvent(detail), readAt);

    expect(reading).toMatchObject({
      kind: 'invalid',
      error: { message: expect.stringMatching(message) },
    });
  });

  test('is rejected without showing its content', () => {
    const reading = readWorkloadEvent(
      aBatchJobEvent({ jobName: { password: batchSecret } }),
      readAt,
    );

    expect(inspect(reading, { depth: 20 })).not.toContain(batchSecret);
  });
});
