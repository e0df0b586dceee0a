import { describe, expect, test } from 'vitest';
import { createRouteIndex } from '../../../lambda/routing/routes.ts';
import {
  toMatchedRoutes,
  toTargetRouteName,
  toTargetRoutes,
} from '../../../lambda/routing/target-routes.ts';
import { translate } from '../../../lambda/routing/translate.ts';
import type { WorkloadEvent } from '../../../lambda/workload/workload.ts';
import { aBatchJob, anExecution } from '../../route-file/workloads.ts';
import { aBatchJobTarget, anExecutionTarget } from '../../support/launch-targets.ts';
import { aRoute } from '../../support/routes.ts';

/** The account and Region of the stack. */
const home = { account: '111122223333', region: 'eu-west-1' };
const machineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement';

describe('a launch target as a route', () => {
  test('has its name, origin and time, and no actions', () => {
    const target = anExecutionTarget({ endsWithinMs: 5_400_000 });

    expect(toTargetRoutes([target])).toEqual([
      {
        name: 'target:settlement',
        target: 'settlement',
        from: target.from,
        endsWithinMs: 5_400_000,
        actions: { RUNNING: [], SUCCEEDED: [], FAILED: [], TIMED_OUT: [], ABORTED: [] },
      },
    ]);
  });

  const whole = ['RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'];
  test.for([
    { target: aBatchJobTarget(), statuses: whole },
    { target: aBatchJobTarget({ arraySize: 5 }), statuses: ['PENDING', ...whole] },
    { target: aBatchJobTarget({ dependsOn: ['x'] }), statuses: ['PENDING', ...whole] },
  ])('has the statuses $statuses of a Batch job', ({ target, statuses }) => {
    expect(toTargetRoutes([target]).flatMap(({ actions }) => Object.keys(actions))).toEqual(
      statuses,
    );
  });

  test('follows the routes of the file', () => {
    const routes = toMatchedRoutes({ routes: [aRoute()], targets: [anExecutionTarget()] });

    expect(routes.map(({ name }) => name)).toEqual(['settlement', toTargetRouteName('settlement')]);
  });
});

describe('the event of a launch target', () => {
  const byArn = anExecutionTarget({
    from: {
      kind: 'execution',
      stateMachine: { by: 'arn', text: machineArn },
      mapChildren: 'ignore',
    },
  });

  test.for<{ of: string; target: ReturnType<typeof anExecutionTarget>; event: WorkloadEvent }>([
    { of: 'its state machine', target: anExecutionTarget(), event: anExecution() },
    {
      of: 'an alias of it',
      target: anExecutionTarget({ qualifier: 'live' }),
      event: anExecution({ qualifiedArns: [`${machineArn}:live`] }),
    },
    { of: 'its ARN', target: byArn, event: anExecution() },
  ])('is recorded if it is of $of', ({ target, event }) => {
    const index = createRouteIndex(toTargetRoutes([target]), home);

    expect(translate(event, index)).toMatchObject({
      kind: 'recorded',
      matchedBy: [{ target: 'settlement' }],
      reason:
        'settlement execution night-42 is SUCCEEDED; recorded for launch target settlement, nothing is sent to AutoSys',
    });
  });

  test('is recorded for a status that a route has no action for', () => {
    const routes = toMatchedRoutes({
      routes: [aRoute({ actions: {} })],
      targets: [anExecutionTarget()],
    });

    expect(translate(anExecution(), createRouteIndex(routes, home)).kind).toBe('recorded');
  });

  test('requests the effects of a route that matches it too', () => {
    const routes = toMatchedRoutes({ routes: [aRoute()], targets: [anExecutionTarget()] });

    expect(translate(anExecution(), createRouteIndex(routes, home))).toMatchObject({
      kind: 'effects',
      matchedBy: [{ name: 'settlement' }, { name: 'target:settlement' }],
      effects: [{ kind: 'effect', route: 'settlement' }],
    });
  });

  const index = createRouteIndex(toTargetRoutes([anExecutionTarget(), aBatchJobTarget()]), home);
  test.for<{ event: WorkloadEvent; reason: string }>([
    {
      event: anExecution({ account: '444455556666' }),
      reason: 'launch target settlement matches account 111122223333 only (event: 444455556666)',
    },
    {
      event: anExecution({ region: 'us-east-1' }),
      reason: 'launch target settlement matches Region eu-west-1 only (event: us-east-1)',
    },
    {
      event: anExecution({ mapLabel: 'PerTrade' }),
      reason: 'launch target settlement ignores Distributed Map children (mapChildren: ignore)',
    },
    {
      event: aBatchJob({ role: 'arrayChild', index: 3 }),
      reason: 'launch target risk ignores array children (arrayChildren: ignore)',
    },
    {
      event: aBatchJob({ jobDefinitionName: 'fx', jobDefinitionArn: `${machineArn}:1` }),
      reason: 'launch target risk requires job definition risk-calc (event: fx)',
    },
  ])('is ignored because $reason', ({ event, reason }) => {
    expect(translate(event, index)).toEqual({ kind: 'ignored', matchedBy: [], reason });
  });
});
