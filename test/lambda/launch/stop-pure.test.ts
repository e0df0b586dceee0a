import { describe, expect, test } from 'vitest';
import type { StartingEvent } from '../../../lambda/aws/stop-result.ts';
import { readStartedWorkload } from '../../../lambda/launch/stop/started-workloads.ts';
import {
  mayStop,
  toBatchResourceName,
  toStateMachineName,
} from '../../../lambda/launch/stop/stop-permission.ts';
import { maxStopNodes, withChildren } from '../../../lambda/launch/stop/stop-tree.ts';
import { aBatchJobTarget } from '../../support/launch-targets.ts';
import { aTarget } from './rig.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const arn = 'arn:aws:states:eu-west-1:111122223333:execution:child:one';
const jobId = '6f1c9e9e-1111-4222-8333-944445555666';
const jobArn = `arn:aws:batch:eu-west-1:111122223333:job/${jobId}`;

const aTask = (over: Partial<Extract<StartingEvent, { kind: 'task' }>>): StartingEvent => ({
  kind: 'task',
  type: 'TaskSubmitted',
  resourceType: 'states',
  resource: 'startExecution.sync:2',
  output: JSON.stringify({ ExecutionArn: arn }),
  ...over,
});

describe('an event of a history names a started workload', () => {
  const execution = { kind: 'execution', id: arn };
  const job = { kind: 'batchJob', id: jobId };
  const jobOutput = JSON.stringify({ JobId: jobId, JobArn: jobArn });
  test.each([
    [{}, execution],
    [{ resource: 'startExecution.sync' }, execution],
    [{ resource: 'startExecution.waitForTaskToken' }, execution],
    [{ type: 'TaskSucceeded', resource: 'startExecution' }, execution],
    [{ type: 'TaskSucceeded', resource: 'startExecution', resourceType: 'aws-sdk:sfn' }, execution],
    [{ resourceType: 'batch', resource: 'submitJob.sync', output: jobOutput }, job],
    [
      { type: 'TaskSucceeded', resourceType: 'batch', resource: 'submitJob', output: jobOutput },
      job,
    ],
    [
      {
        resourceType: 'batch',
        resource: 'submitJob.sync',
        output: JSON.stringify({ JobId: jobId }),
      },
      job,
    ],
  ] as const)('by %j', (over, started) => {
    expect(readStartedWorkload(aTask(over), home)).toEqual(started);
  });

  test.each([
    ['the result of a .sync child', { type: 'TaskSucceeded' }],
    ['a plain call that is only submitted', { resource: 'startExecution' }],
    ['a Lambda function', { type: 'TaskSucceeded', resourceType: 'lambda', resource: 'invoke' }],
    ['an event bus', { type: 'TaskSucceeded', resourceType: 'events', resource: 'putEvents' }],
    [
      'a lookup',
      { type: 'TaskSucceeded', resourceType: 'aws-sdk:sfn', resource: 'describeExecution' },
    ],
    [
      'another service with a call of that name',
      { type: 'TaskSucceeded', resourceType: 'aws-sdk:other', resource: 'startExecution' },
    ],
  ] as const)('but not by %s', (_, over) => {
    expect(readStartedWorkload(aTask(over), home)).toBeUndefined();
  });

  test.each([
    ['of another account', { ExecutionArn: arn.replace('111122223333', '444455556666') }],
    ['of another Region', { ExecutionArn: arn.replace('eu-west-1', 'us-east-1') }],
    ['of another service', { ExecutionArn: arn.replace('states', 'batch') }],
    ['of a state machine', { ExecutionArn: arn.replace('execution', 'stateMachine') }],
    ['that is no text', { ExecutionArn: 5 }],
    ['that is missing', {}],
  ])('but not one %s', (_, output) => {
    const event = aTask({ output: JSON.stringify(output) });
    expect(readStartedWorkload(event, home)?.kind).toBe('elsewhere');
  });

  test.each([
    ['without output', undefined],
    ['with truncated output', '{"ExecutionArn":"arn:aws'],
    ['with a list', '[]'],
    ['with null', 'null'],
  ])('but not one %s', (_, output) => {
    expect(readStartedWorkload(aTask({ output }), home)?.kind).toBe('elsewhere');
  });

  test.each([
    [
      'of another account',
      { JobId: jobId, JobArn: jobArn.replace('111122223333', '444455556666') },
    ],
    ['with another ARN', { JobId: jobId, JobArn: `${jobArn}0` }],
    ['without id', { JobArn: jobArn }],
    ['with a strange id', { JobId: 'x' }],
  ])('but no Batch job %s', (_, output) => {
    const event = aTask({
      ...{ resourceType: 'batch', resource: 'submitJob.sync' },
      output: JSON.stringify(output),
    });
    expect(readStartedWorkload(event, home)?.kind).toBe('elsewhere');
  });
});

describe('a stop may end', () => {
  const children = {
    stateMachines: ['leg-*', 'exact'],
    jobQueues: ['risk-*'],
    jobDefinitions: ['report'],
  };
  const target = aTarget({ children });
  const execution = (stateMachine: string) => ({ kind: 'execution', stateMachine }) as const;
  const job = (jobQueue: string, jobDefinition: string) =>
    ({ kind: 'batchJob', jobQueue, jobDefinition }) as const;

  test.each([
    [execution('settle'), true],
    [execution('leg-eur'), true],
    [execution('exact'), true],
    [execution('exactly'), false],
    [execution('a-leg-eur'), false],
    [job('risk-eod', 'any'), true],
    [job('other', 'report'), true],
    [job('other', 'reports'), false],
  ])('%j: %s', (workload, allowed) => {
    expect(mayStop(workload, target)).toBe(allowed);
  });

  test('nothing for a target that is no longer in the route file', () => {
    expect(mayStop(execution('settle'), undefined)).toBe(false);
  });

  test('jobs of the own queue with the own definition only', () => {
    const batch = aBatchJobTarget({ jobQueue: 'risk', jobDefinition: 'eod:3' });

    expect(mayStop(job('risk', 'eod'), batch)).toBe(true);
    expect(mayStop(job('risk', 'other'), batch)).toBe(false);
    expect(mayStop(job('other', 'eod'), batch)).toBe(false);
    expect(mayStop(execution('settle'), batch)).toBe(false);
  });

  test('by the names in ARNs', () => {
    expect(toStateMachineName(arn)).toBe('child');
    expect(toStateMachineName(arn.replace('child', 'child/Legs'))).toBe('child');
    expect(toStateMachineName('x')).toBe('');
    expect(toBatchResourceName('arn:aws:batch:eu-west-1:1:job-definition/eod:3')).toBe('eod');
    expect(toBatchResourceName('arn:aws:batch:eu-west-1:1:job-queue/risk')).toBe('risk');
    expect(toBatchResourceName('eod:3')).toBe('eod');
    expect(toBatchResourceName(undefined)).toBe('');
  });
});

test('a full tree with the longest ids and reasons fits into a row of 400 KB', () => {
  const toId = (at: number) => `${arn.slice(0, -3)}${'x'.repeat(160)}${at}`;
  const root = { kind: 'execution', id: arn, depth: 0, foundMs: 0 } as const;
  const children = Array.from({ length: 1_000 }, (_, at) => ({
    kind: 'execution' as const,
    id: toId(at),
  }));
  const why = `not looked at: ${'elsewhere '.repeat(98)}`;

  let tree = withChildren([root], root, { children, endedAs: 'ABORTED', why }, 0);
  for (const node of tree) {
    tree = withChildren(tree, node, { children, endedAs: 'ABORTED', why }, 0);
  }

  expect(tree).toHaveLength(maxStopNodes);
  expect(tree.every((node) => node.why?.startsWith('not looked at, more than 200'))).toBe(true);
  expect(JSON.stringify(tree).length).toBeLessThan(350_000);
});
