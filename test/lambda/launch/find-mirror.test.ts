import { expect, test } from 'vitest';
import { createFindMirror } from '../../../lambda/launch/mirror/find-mirror.ts';
import { toTargetRoutes } from '../../../lambda/routing/target-routes.ts';
import { toVersion } from '../../../lambda/workload/version.ts';
import type { ExecutionEvent } from '../../../lambda/workload/workload.ts';
import { aLaunchRig, aTarget } from './rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const target = aTarget({ mirror: { kind: 'global', name: 'AWS_SETTLEMENT' } });
const [route] = toTargetRoutes([target]);
if (route === undefined) throw new Error('no route');
const { signal } = new AbortController();

type Rig = ReturnType<typeof aLaunchRig>;

function toFind(rig: Rig) {
  const find = createFindMirror({
    launches: rig.launches,
    now: () => new Date(rig.nowMs()),
    sleep: async (ms) => rig.advance(ms),
  });
  return (event: ExecutionEvent, of = route) => (of ? find(event, of, signal) : undefined);
}

/** An event of the execution that the rig has started. */
function anEvent(rig: Rig, over: Partial<ExecutionEvent> = {}): ExecutionEvent {
  const [kept] = [...rig.stepFunctions.executions.values()];
  if (kept === undefined) throw new Error('nothing was started');
  return {
    kind: 'execution',
    eventId: 'event-1',
    account: '111122223333',
    region: 'eu-west-1',
    emittedAt: new Date(rig.nowMs()),
    changedAt: new Date(rig.nowMs()),
    beganAt: new Date(kept.beganMs),
    status: 'SUCCEEDED',
    executionArn: kept.arn,
    executionName: name,
    stateMachineArn: kept.stateMachineArn,
    stateMachineName: 'settle',
    qualifiedArns: [],
    redriveCount: 0,
    input: { kind: 'none' },
    output: { kind: 'none' },
    ...over,
  };
}

test('an event of a launched run is an event of its launch', async () => {
  const rig = aLaunchRig({ targets: [target] });
  await rig.start();

  const running = await toFind(rig)(anEvent(rig, { status: 'RUNNING' }));
  const ended = await toFind(rig)(anEvent(rig));

  expect(ended?.route).toMatchObject({
    name: 'target:settlement',
    to: 'ACE',
    actions: {
      SUCCEEDED: [
        {
          kind: 'SET_GLOBAL',
          fields: { globalVariable: ['AWS_SETTLEMENT'], value: ['SUCCEEDED'] },
        },
      ],
    },
  });
  const { launch } = (await rig.readLaunch(name)) ?? {};
  const identity = {
    run: `launch ${launch?.launchId}@${launch?.requestedMs}`,
    beganMs: launch?.requestedMs,
  };
  expect(ended && toVersion(ended.event)).toMatchObject(identity);
  expect(running && toVersion(running.event)).toMatchObject({ ...identity, attempt: 0 });
});

test('an event that arrives before the binding waits for it', async () => {
  let found: ReturnType<ReturnType<typeof toFind>>;
  const early = new Date('2026-11-30T01:00:00Z');
  const rig = aLaunchRig({
    targets: [target],
    beforeStart: async () => {
      const arn = `arn:aws:states:eu-west-1:111122223333:execution:settle:${name}`;
      const event = {
        ...{ executionArn: arn, executionName: name, beganAt: early },
        ...{ kind: 'execution', status: 'RUNNING' },
      } as ExecutionEvent;
      found = toFind(rig)(event);
      found?.catch(() => undefined);
    },
  });

  await rig.start();

  expect((await found)?.route.actions).toHaveProperty('RUNNING');
});

test('an event is delivered again while its start is not settled', async () => {
  const rig = aLaunchRig({ targets: [target] });
  rig.stepFunctions.next.push('lost');
  await rig.start();

  await expect(toFind(rig)(anEvent(rig))).rejects.toThrow('the start is not settled yet');

  rig.advance(2 * 60_000);
  await rig.check();
  expect((await toFind(rig)(anEvent(rig)))?.route.to).toBe('ACE');
});

test.each<[string, Partial<ExecutionEvent>]>([
  ['of an execution that the bridge has not started', { executionName: 'by-hand' }],
  ['of another start time', { beganAt: new Date('2026-11-29T01:00:00Z') }],
  ['of another execution of the name', { executionArn: 'arn:aws:states:x' }],
  ['before RUNNING', { status: 'PENDING_REDRIVE' }],
])('an event %s sets no mirror', async (_, over) => {
  const rig = aLaunchRig({ targets: [target] });
  await rig.start();

  expect(await toFind(rig)(anEvent(rig, over))).toBeUndefined();
});

test('an event of a run without a mirror, or of another target, sets none', async () => {
  const rig = aLaunchRig({ targets: [aTarget()] });
  await rig.start();
  const [other] = toTargetRoutes([aTarget({ name: 'other' })]);

  expect(await toFind(rig)(anEvent(rig))).toBeUndefined();
  expect(await toFind(rig)(anEvent(rig), other)).toBeUndefined();
});

test('a redrive by the next try is an event of the launch of that try', async () => {
  const redriven = { ...target, onRetry: 'redrive' as const };
  const rig = aLaunchRig({ targets: [redriven] });
  await rig.start();
  const failed = anEvent(rig, { status: 'FAILED' });
  await rig.report(name, { status: 'FAILED' });
  rig.advance(60_000);
  await rig.start({ try: 2, launchId: 'two' });
  const running = anEvent(rig, { status: 'RUNNING', redriveCount: 1 });

  const versionOf = async (event: ExecutionEvent) => {
    const found = await toFind(rig)(event);
    return found && toVersion(found.event);
  };
  const second = (await rig.readLaunch('NIGHT_EOD-r1620t2-ACE'))?.launch;

  expect(await versionOf(running)).toMatchObject({
    run: `launch two@${second?.requestedMs}`,
    beganMs: second?.requestedMs,
    attempt: 0,
  });
  expect((await versionOf(failed))?.run).not.toContain('launch two');
  expect(rig.mirrorSettings.map(({ status }) => status)).toEqual(['RUNNING', 'RUNNING']);
});
