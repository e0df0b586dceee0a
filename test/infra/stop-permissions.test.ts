import { App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { grantRunChanges, grantStops } from '../../infra/stop-permissions.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { aBatchJobTarget, anExecutionTarget } from '../support/launch-targets.ts';

const none = { stateMachines: [], jobQueues: [], jobDefinitions: [] };
const tagged = { StringEquals: { 'aws:ResourceTag/autosys-bridge': 'launched' } };

/** The statements of a role, each as action and resources with the tokens of the CDK as text. */
function statementsOf(grant: typeof grantStops, targets: readonly LaunchTarget[]) {
  const stack = new Stack(new App(), 'S');
  const role = new Role(stack, 'R', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  grant(role, targets);
  const template = Template.fromStack(stack);
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    Object.values(template.findResources(type)),
  );
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return statements.map(({ Action, Resource, Condition }) => ({
    actions: [Action].flat(),
    resources: [Resource].flat().map(toText),
    ...(Condition !== undefined && { Condition }),
  }));
}

/** The end of an ARN, after Region and account. */
function toText(resource: unknown): string {
  return typeof resource === 'string'
    ? resource
    : (JSON.stringify(resource).match(/:((?:execution|mapRun|job)[^"]*)/)?.[1] ?? '');
}

describe('the launch function can stop and continue', () => {
  test('executions of its targets, and Batch jobs with the tag of the bridge', () => {
    const targets = [
      anExecutionTarget({ children: { ...none, stateMachines: ['leg-*'], jobQueues: ['x'] } }),
      aBatchJobTarget(),
    ];

    expect(statementsOf(grantRunChanges, targets)).toEqual([
      {
        actions: [
          'states:StopExecution',
          'states:RedriveExecution',
          'states:DescribeStateMachineForExecution',
        ],
        resources: ['execution:settlement:*'],
      },
      { actions: ['batch:TerminateJob'], resources: ['job/*'], Condition: tagged },
    ]);
  });

  test('nothing without targets', () => {
    expect(statementsOf(grantRunChanges, [])).toEqual([]);
  });
});

describe('the sweep can look at trees and stop', () => {
  const looks = { actions: ['batch:DescribeJobs', 'batch:ListJobs'], resources: ['*'] };

  test('nothing without targets', () => {
    expect(statementsOf(grantStops, [])).toEqual([]);
  });

  test('executions of targets and of their children, and what these start as a Map', () => {
    const children = { ...none, stateMachines: ['leg-*'] };

    expect(statementsOf(grantStops, [anExecutionTarget({ children })])).toEqual([
      {
        actions: [
          'states:StopExecution',
          'states:DescribeExecution',
          'states:GetExecutionHistory',
          'states:ListMapRuns',
          'states:DescribeStateMachineForExecution',
        ],
        resources: [
          'execution:settlement:*',
          'execution:leg-*:*',
          'execution:settlement/*',
          'execution:leg-*/*',
        ],
      },
      {
        actions: ['states:ListExecutions', 'states:DescribeMapRun'],
        resources: ['mapRun:settlement/*', 'mapRun:leg-*/*'],
      },
      looks,
    ]);
  });

  test('Batch jobs of targets by the tag of the bridge', () => {
    expect(statementsOf(grantStops, [aBatchJobTarget()])).toEqual([
      looks,
      { actions: ['batch:TerminateJob'], resources: ['job/*'], Condition: tagged },
    ]);
  });

  test.each([{ jobQueues: ['risk-*'] }, { jobDefinitions: ['report'] }])(
    'other Batch jobs if children has %j',
    (named) => {
      const targets = [aBatchJobTarget(), anExecutionTarget({ children: { ...none, ...named } })];

      expect(statementsOf(grantStops, targets).at(-1)).toEqual({
        actions: ['batch:TerminateJob'],
        resources: ['job/*'],
      });
    },
  );

  test('many targets, with few ARNs in each statement', () => {
    const targets = Array.from({ length: 50 }, (_, at) =>
      anExecutionTarget({ name: `t-${at}`, stateMachine: `machine-${at}` }),
    );

    const sizes = statementsOf(grantStops, targets).map(({ resources }) => resources.length);

    expect(Math.max(...sizes)).toBeLessThanOrEqual(24);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(151);
  });
});

const children = { stateMachines: ['leg-*'], jobQueues: ['risk'], jobDefinitions: [] };
const config = {
  ...aBridgeConfig(),
  targets: [anExecutionTarget({ children }), aBatchJobTarget()],
  callers: [{ name: 'agents', secret: 'agents', targets: ['settlement'], jobs: ['*'] }],
};

function aLaunchStack() {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const launchApi = { vpcEndpointIds: ['vpce-0a1b2c3d'], setsLogRole: false };
  const stack = new BridgeStack(app, 'Bridge', () => ({ config, launchApi }));
  return { app, stack };
}

test('a stack with targets has no finding of the AwsSolutions rules', () => {
  const { app } = aLaunchStack();

  expect(() => app.synth()).not.toThrow();
});
