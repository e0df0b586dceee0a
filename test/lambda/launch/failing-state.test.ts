import { expect, test } from 'vitest';
import type { PastEvent } from '../../../lambda/aws/log-results.ts';
import { findFailingState } from '../../../lambda/launch/failing-state.ts';

type Given = readonly [type: string, previousId: number, facts?: Partial<PastEvent>];

/** A history, newest first; ids count from 1 in the given order. */
function aHistory(...given: readonly Given[]): readonly PastEvent[] {
  return given
    .map(([type, previousId, facts], at) => ({ id: at + 1, previousId, type, atMs: at, ...facts }))
    .toReversed();
}

const started: Given = ['ExecutionStarted', 0];
const enter = (state: string, previousId: number, kind = 'Task'): Given => [
  `${kind}StateEntered`,
  previousId,
  { state },
];
const lambda = (name: string, previousId: number): Given => [
  'LambdaFunctionScheduled',
  previousId,
  { resource: `arn:aws:lambda:eu-west-1:111122223333:function:${name}:live` },
];
const jobId = '4c7599ae-0a82-49aa-ba5a-4727fcce14a8';
const child = 'arn:aws:states:eu-west-1:111122223333:execution:child:run-1';

test.for([
  {
    of: 'a failed function, by ARN with an alias',
    history: aHistory(
      started,
      enter('Load', 0),
      lambda('rates', 2),
      ['LambdaFunctionFailed', 3, { error: 'E', cause: '{"errorMessage":"no rates"}' }],
      ['ExecutionFailed', 4, { error: 'E' }],
    ),
    found: {
      state: 'Load',
      error: 'E',
      cause: 'no rates',
      functionName: 'rates',
      fromMs: 1,
      toMs: 3,
    },
  },
  {
    of: 'a failed branch, linked to the end',
    history: aHistory(
      started,
      enter('Both', 0, 'Parallel'),
      enter('A', 2),
      enter('B', 2),
      lambda('b', 4),
      lambda('a', 3),
      ['LambdaFunctionFailed', 6, { error: 'E' }],
      ['ParallelStateFailed', 7],
      ['ExecutionFailed', 8],
    ),
    found: { state: 'A', functionName: 'a', error: 'E' },
  },
  {
    of: 'a failed branch, if the end is linked to the Parallel state',
    history: aHistory(
      started,
      enter('Both', 0, 'Parallel'),
      enter('A', 2),
      lambda('a', 3),
      ['LambdaFunctionTimedOut', 4, { error: 'States.Timeout' }],
      ['ExecutionFailed', 2],
    ),
    found: { state: 'A', functionName: 'a', error: 'States.Timeout' },
  },
  {
    of: 'a Fail state after a caught failure',
    history: aHistory(
      started,
      enter('Try', 0),
      lambda('a', 2),
      ['LambdaFunctionFailed', 3, { error: 'Caught' }],
      ['TaskStateExited', 4],
      enter('Give up', 5, 'Fail'),
      ['ExecutionFailed', 6, { error: 'GaveUp', cause: 'after a catch' }],
    ),
    found: { state: 'Give up', error: 'GaveUp', cause: 'after a catch', functionName: undefined },
  },
  {
    of: 'a runtime error in a state, after a caught failure',
    history: aHistory(
      started,
      enter('Try', 0),
      ['TaskFailed', 2, { error: 'Caught' }],
      ['TaskStateExited', 3],
      enter('Choose', 4, 'Choice'),
      ['ExecutionFailed', 5, { error: 'States.Runtime' }],
    ),
    found: { state: 'Choose', error: 'States.Runtime' },
  },
  {
    of: 'a failed evaluation, which names its state',
    history: aHistory(
      started,
      enter('Compute', 0, 'Pass'),
      ['EvaluationFailed', 2, { state: 'Compute', error: 'States.QueryEvaluationError' }],
      ['ExecutionFailed', 3],
    ),
    found: { state: 'Compute', error: 'States.QueryEvaluationError' },
  },
  {
    of: 'a Batch job without data, from its cause',
    history: aHistory(
      started,
      enter('Risk', 0),
      ['TaskScheduled', 2, { resource: 'submitJob.sync' }],
      [
        'TaskFailed',
        3,
        { error: 'States.TaskFailed', cause: `{"JobId":"${jobId}","Container":{"Command":["x` },
      ],
      ['ExecutionFailed', 4],
    ),
    found: { state: 'Risk', batchJobId: jobId, cause: '…' },
  },
  {
    of: 'a nested execution, from its cause',
    history: aHistory(
      started,
      enter('Nested', 0),
      ['TaskScheduled', 2, { resource: 'startExecution.sync:2' }],
      ['TaskFailed', 3, { cause: `{"ExecutionArn":"${child}","Status":"FAILED"}` }],
      ['ExecutionFailed', 4],
    ),
    found: { state: 'Nested', executionArn: child, batchJobId: undefined },
  },
  {
    of: 'a stopped execution, without a link',
    history: aHistory(
      started,
      enter('Load', 0),
      ['TaskScheduled', 2, { functionName: 'rates' }],
      ['ExecutionAborted', 0, { cause: 'by hand' }],
    ),
    found: { state: 'Load', functionName: 'rates', cause: 'by hand', fromMs: 1, toMs: 3 },
  },
  {
    of: 'a stopped execution between two states',
    history: aHistory(started, ['ExecutionAborted', 0]),
    found: { state: undefined, toMs: 1 },
  },
  {
    of: 'the newest failure, if the path is not in the events that were read',
    history: aHistory(
      ['TaskFailed', 90, { error: 'E' }],
      ['WaitStateAborted', 80],
      ['ExecutionFailed', 2, { error: 'E' }],
    ),
    found: { state: undefined, error: 'E', toMs: 0 },
  },
  {
    of: 'the last redrive',
    history: aHistory(
      started,
      enter('Load', 0),
      ['TaskFailed', 2, { error: 'First' }],
      ['ExecutionFailed', 3],
      ['ExecutionRedriven', 4],
      ['TaskScheduled', 2, { functionName: 'rates' }],
      ['TaskFailed', 6, { error: 'Second' }],
      ['ExecutionFailed', 7],
    ),
    found: { state: 'Load', error: 'Second', functionName: 'rates' },
  },
])('finds $of', ({ history, found }) => {
  expect(findFailingState(history)).toMatchObject(found);
});

test.for([
  { when: 'there is no event', history: [] },
  { when: 'the execution succeeded', history: aHistory(started, ['ExecutionSucceeded', 1]) },
])('finds nothing if $when', ({ history }) => {
  expect(findFailingState(history)).toBeUndefined();
});
