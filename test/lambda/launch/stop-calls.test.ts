import { GetExecutionHistoryCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { createExecutionStops } from '../../../lambda/aws/stop-execution.ts';
import { createLookUpStart } from '../../../lambda/launch/check/look-up-start.ts';
import { createPacedCalls } from '../../../lambda/launch/check/paced-calls.ts';
import type { StopCalls } from '../../../lambda/launch/stop/stop-calls.ts';
import { aLaunchRig, aTarget } from './rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const minuteMs = 60_000;
const express = 'arn:aws:states:eu-west-1:111122223333:express:quick:one:two';

test('an Express child is neither read nor stopped, and has ended after five minutes', async () => {
  const scripted = aLaunchRig().stepFunctions;
  const asked: string[] = [];
  const output = JSON.stringify({ ExecutionArn: express });
  const stopCalls: StopCalls = {
    ...scripted.stopCalls,
    stopExecution: async (arn, reason, signal) => {
      asked.push(arn);
      return scripted.stopCalls.stopExecution(arn, reason, signal);
    },
    readHistory: async () => ({
      kind: 'found',
      items: [
        {
          kind: 'task',
          type: 'TaskSucceeded',
          resourceType: 'states',
          resource: 'startExecution',
          output,
        },
        { kind: 'ended' },
      ],
    }),
  };
  const children = { stateMachines: ['*'], jobQueues: [], jobDefinitions: [] };
  const rig = aLaunchRig({
    targets: [aTarget({ children })],
    aws: {
      startExecution: async (start) => scripted.start(start),
      describeExecution: scripted.describe,
      stopCalls,
    },
  });
  await rig.start();
  await rig.stop(name);
  rig.advance(minuteMs);

  expect(await rig.check()).toEqual([]);
  expect((await rig.status(name)).body.stop?.remaining).toEqual([
    `execution ${express}: an Express execution, which ends within five minutes`,
  ]);
  rig.advance(5 * minuteMs);
  expect((await rig.check()).map(({ kind }) => kind)).toEqual(['stopProven']);
  expect(asked).toHaveLength(1);
});

test('a history that does not show the end yet is read again', async () => {
  const scripted = aLaunchRig().stepFunctions;
  let isComplete = false;
  const rig = aLaunchRig({
    aws: {
      startExecution: async (start) => scripted.start(start),
      describeExecution: scripted.describe,
      stopCalls: {
        ...scripted.stopCalls,
        readHistory: async () => ({ kind: 'found', items: isComplete ? [{ kind: 'ended' }] : [] }),
      },
    },
  });
  await rig.start();
  await rig.stop(name);
  rig.advance(minuteMs);

  expect(await rig.check()).toEqual([]);
  expect((await rig.status(name)).body.stop?.remaining[0]).toContain(
    'its history does not show its end yet',
  );
  isComplete = true;
  rig.advance(minuteMs);
  expect((await rig.check()).map(({ kind }) => kind)).toEqual(['stopProven']);
});

test('calls are paced, slower after throttling, and none starts when the time is over', async () => {
  let nowMs = 0;
  const at: number[] = [];
  const { signal } = new AbortController();
  const pace = createPacedCalls(
    {
      now: () => new Date(nowMs),
      sleep: async (ms) => {
        nowMs += ms;
      },
      perSecond: 2,
    },
    { untilMs: 5_000, signal },
  );
  const call = (kind: string) =>
    pace(async () => {
      at.push(nowMs);
      return { kind };
    });

  for (const kind of ['found', 'found', 'throttled', 'throttled', 'found', 'found'])
    await call(kind);

  expect(at).toEqual([0, 500, 1_000, 2_000, 4_000]);
  expect(await call('found')).toEqual({
    kind: 'unavailable',
    reason: 'the time of this sweep run was over',
  });
});

test('an execution that AWS no longer knows when it is stopped is looked at further', async () => {
  const rig = aLaunchRig();
  await rig.start();
  rig.stepFunctions.nextStops.push({ kind: 'throttled', reason: 'ThrottlingException' });
  rig.stepFunctions.nextStops.push({ kind: 'unknown' });
  await rig.stop(name);
  rig.advance(minuteMs);

  expect(await rig.check()).toEqual([]);
  expect((await rig.status(name)).body.stop?.remaining[0]).toContain(
    'StopExecution: AWS does not know it',
  );
  rig.advance(minuteMs);
  expect((await rig.check()).map(({ kind }) => kind)).toEqual(['stopProven']);
});

test('all pages of a history without a key are read without data', async () => {
  const requests: object[] = [];
  const send = async (command: unknown) => {
    if (!(command instanceof GetExecutionHistoryCommand)) throw new Error('another call');
    const { includeExecutionData, nextToken } = command.input;
    requests.push({ includeExecutionData, nextToken });
    if (includeExecutionData) {
      throw Object.assign(new Error('no key'), { name: 'KmsAccessDeniedException' });
    }
    return { events: [], nextToken: nextToken === undefined ? 'two' : undefined };
  };
  const { readHistory } = createExecutionStops({ send: send as SFNClient['send'] });
  const { signal } = new AbortController();

  const first = await readHistory('arn', undefined, signal);
  const second = await readHistory('arn', 'next' in first ? first.next : undefined, signal);

  expect(second).toEqual({ kind: 'found', items: [], next: undefined });
  expect(requests).toEqual([
    { includeExecutionData: true, nextToken: undefined },
    { includeExecutionData: false, nextToken: undefined },
    { includeExecutionData: false, nextToken: 'two' },
  ]);
});

test('a start of a target that is no longer in the route file cannot be looked up', async () => {
  const rig = aLaunchRig();
  await rig.start();
  const { launch } = (await rig.readLaunch(name)) ?? {};
  if (launch === undefined) throw new Error('no launch');
  const lookUp = createLookUpStart({
    ...{ home: { account: '111122223333', region: 'eu-west-1' }, targets: [] },
    describeExecution: rig.stepFunctions.describe,
    lookUpBatchStart: async () => ({ kind: 'unknown' }),
  });

  expect(await lookUp(launch, new AbortController().signal)).toEqual({
    kind: 'unavailable',
    reason: 'target settlement is no longer in the route file',
  });
});
