import { describe, expect, test } from 'vitest';
import { executionStatuses } from '../../../../lambda/contract.ts';
import { readWorkloadEvent } from '../../../../lambda/workload/read/index.ts';
import type { ExecutionEvent } from '../../../../lambda/workload/workload.ts';
import { anExecutionEvent, readAt, startedAtMs, stoppedAtMs } from '../../../support/builders.ts';
import { toWorkloadEvent } from '../../../support/read-event.ts';

function read(...given: Parameters<typeof anExecutionEvent>): ExecutionEvent {
  const event = toWorkloadEvent(anExecutionEvent(...given));
  if (event.kind !== 'execution') throw new Error(`not an execution: ${event.kind}`);
  return event;
}

describe('an execution event', () => {
  test.for(executionStatuses)('is read with status %s', (status) => {
    expect(read({ status }).status).toBe(status);
  });

  test('is read with workload, run and times', () => {
    expect(read()).toEqual({
      kind: 'execution',
      eventId: '315c1398-40ff-a850-213b-158f73e60175',
      account: '111122223333',
      region: 'eu-west-1',
      emittedAt: new Date('2026-11-20T02:01:00Z'),
      changedAt: new Date(stoppedAtMs),
      beganAt: new Date(startedAtMs),
      startedAt: new Date(startedAtMs),
      stoppedAt: new Date(stoppedAtMs),
      status: 'SUCCEEDED',
      executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-1',
      executionName: 'run-1',
      stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement',
      stateMachineName: 'settlement',
      qualifiedArns: [],
      redriveCount: 0,
      input: { kind: 'json', value: {} },
      output: {
        kind: 'json',
        value: { settled: 48213, date: '2026-11-20', deep: { list: [1, 'two'] } },
      },
    });
  });

  test('requires only three fields', () => {
    const { executionArn, stateMachineArn, status } = anExecutionEvent().detail;

    const reading = readWorkloadEvent(
      {
        ...anExecutionEvent(),
        detail: { executionArn, stateMachineArn, status },
      },
      readAt,
    );

    expect(reading).toMatchObject({
      kind: 'event',
      event: {
        executionName: 'run-1',
        redriveCount: 0,
        output: { kind: 'none' },
        changedAt: new Date('2026-11-20T02:01:00Z'),
      },
    });
  });

  test('that ended without a stop time has the envelope time as its change time, not the start time', () => {
    const emittedAt = new Date('2026-11-20T02:01:00Z');

    expect(read({ status: 'FAILED', stopDate: null }).changedAt).toEqual(emittedAt);
  });

  test.for([
    { when: 'null', detail: { error: null, cause: null, output: null } },
    { when: 'missing', detail: { error: undefined, cause: undefined, output: undefined } },
  ])('has neither error nor cause if they are $when', ({ detail }) => {
    const event = read({ status: 'FAILED', ...detail });

    expect(event).not.toHaveProperty('error');
    expect(event).not.toHaveProperty('cause');
  });

  test.for([
    {
      when: 'left out by AWS',
      detail: { output: null, outputDetails: { included: false } },
      kind: 'leftOut',
    },
    { when: 'absent', detail: { output: null, outputDetails: null }, kind: 'none' },
    { when: 'not JSON', detail: { output: '{"cut' }, kind: 'unreadable' },
  ])('has an output of kind $kind if the output is $when', ({ detail, kind }) => {
    expect(read(detail).output.kind).toBe(kind);
  });

  test.for([
    {
      when: 'left out',
      detail: { input: null, inputDetails: { included: false } },
      kind: 'leftOut',
    },
    { when: 'absent', detail: { input: undefined, inputDetails: undefined }, kind: 'none' },
    { when: 'not JSON', detail: { input: '{"cut' }, kind: 'unreadable' },
  ])('has an input of kind $kind if the input is $when', ({ detail, kind }) => {
    expect(read(detail).input.kind).toBe(kind);
  });

  test.for([
    {
      when: 'a version started it',
      detail: {
        stateMachineVersionArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement:3',
        stateMachineAliasArn: null,
      },
      qualifiedArns: ['arn:aws:states:eu-west-1:111122223333:stateMachine:settlement:3'],
    },
    {
      when: 'an alias started it',
      detail: {
        stateMachineVersionArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement:3',
        stateMachineAliasArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement:PROD',
      },
      qualifiedArns: [
        'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement:3',
        'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement:PROD',
      ],
    },
    {
      when: 'the state machine ARN itself is qualified',
      detail: {
        stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement:PROD',
      },
      qualifiedArns: ['arn:aws:states:eu-west-1:111122223333:stateMachine:settlement:PROD'],
    },
  ])('has the unqualified name if $when', ({ detail, qualifiedArns }) => {
    expect(read(detail)).toMatchObject({
      stateMachineName: 'settlement',
      stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement',
      qualifiedArns,
    });
  });

  test.for(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-eusc'])(
    'is read in the partition %s',
    (partition) => {
      const event = read({
        executionArn: `arn:${partition}:states:r-1:111122223333:execution:settlement:run-1`,
        stateMachineArn: `arn:${partition}:states:r-1:111122223333:stateMachine:settlement`,
      });

      expect(event.stateMachineName).toBe('settlement');
    },
  );

  test('has the redrive time as its change time while it runs again', () => {
    const redriven = stoppedAtMs + 3_600_000;

    const event = read({ status: 'RUNNING', redriveCount: 1, redriveDate: redriven });

    expect(event).toMatchObject({ redriveCount: 1, changedAt: new Date(redriven) });
  });

  test.for([
    { redriveDate: stoppedAtMs, as: 'a number' },
    { redriveDate: new Date(stoppedAtMs).toISOString(), as: 'ISO 8601' },
    { redriveDate: String(stoppedAtMs), as: 'digits' },
  ])('accepts the redrive date as $as', ({ redriveDate }) => {
    expect(read({ status: 'RUNNING', redriveDate }).redrivenAt).toEqual(new Date(stoppedAtMs));
  });

  test('has the label of a Distributed Map child', () => {
    const event = read({
      executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement/PerTrade:7f6e',
      stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement/PerTrade',
    });

    expect(event).toMatchObject({ stateMachineName: 'settlement', mapLabel: 'PerTrade' });
  });
});

describe('an execution event that is not as documented', () => {
  test.for([
    {
      detail: { status: 'PAUSED' },
      message:
        'detail.status: expected one of RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE, found "PAUSED"',
    },
    { detail: { status: undefined }, message: /^detail\.status: .*found nothing$/ },
    { detail: { executionArn: undefined }, message: /^detail\.executionArn: .*found nothing$/ },
    { detail: { executionArn: 'run-1' }, message: /^detail\.executionArn: expected arn:/ },
    {
      detail: { stateMachineArn: 7 },
      message: 'detail.stateMachineArn: expected a string, found a number',
    },
    { detail: { stopDate: 'soon' }, message: /^detail\.stopDate: expected epoch milliseconds/ },
    { detail: { stopDate: {} }, message: /^detail\.stopDate: expected a number or a text/ },
    { detail: { output: { a: 1 } }, message: 'detail.output: expected a string, found an object' },
  ])('is rejected: $message', ({ detail, message }) => {
    const reading = readWorkloadEvent(anExecutionEvent(detail), readAt);

    expect(reading).toMatchObject({
      kind: 'invalid',
      error: { message: expect.stringMatching(message) },
    });
  });
});
