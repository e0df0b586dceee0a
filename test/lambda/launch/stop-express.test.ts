import { expect, test } from 'vitest';
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
