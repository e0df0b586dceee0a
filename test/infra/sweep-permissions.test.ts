import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { FunctionRole } from '../../infra/function-role.ts';
import { toSourceRoleName } from '../../infra/source-role.ts';
import {
  grantRunLookups,
  grantSourceRoles,
  toExecutionArns,
  toFindingText,
} from '../../infra/sweep-permissions.ts';
import type { ExecutionOrigin, Route } from '../../lambda/routing/routes.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { aBatchJobTarget, anExecutionTarget } from '../support/launch-targets.ts';
import { aRoute, fromBatchJob, fromStateMachine } from '../support/routes.ts';

/** The ARNs with the tokens of the CDK as text. */
function arnsOf(routes: readonly Route[]): readonly string[] {
  return toExecutionArns(routes).map(toFindingText);
}

const fromExecutions = (origin: Partial<ExecutionOrigin>): Route => {
  const from = { ...fromStateMachine('settlement'), ...origin } as ExecutionOrigin;
  return aRoute({ from });
};

describe('the sweep can describe executions', () => {
  test.for([
    {
      of: 'a name',
      origin: {},
      arns: ['arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:settlement:*'],
    },
    {
      of: 'a glob, whatever version or alias',
      origin: { stateMachine: { by: 'glob', text: 'eod-*:prod' } },
      arns: ['arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:eod-*:*'],
    },
    {
      of: 'an ARN, in its Region',
      origin: {
        stateMachine: {
          by: 'arn',
          text: 'arn:aws-cn:states:cn-north-1:111122223333:stateMachine:settlement:7',
        },
      },
      arns: ['arn:aws-cn:states:cn-north-1:<AWS::AccountId>:execution:settlement:*'],
    },
    {
      of: 'the Regions that a route names',
      origin: { regions: ['eu-west-1', 'us-east-1'] },
      arns: [
        'arn:<AWS::Partition>:states:eu-west-1:<AWS::AccountId>:execution:settlement:*',
        'arn:<AWS::Partition>:states:us-east-1:<AWS::AccountId>:execution:settlement:*',
      ],
    },
    {
      of: 'a state machine and its Map children',
      origin: { mapChildren: 'include' },
      arns: [
        'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:settlement:*',
        'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:settlement/*',
      ],
    },
    {
      of: 'Map children alone',
      origin: { mapChildren: 'only' },
      arns: ['arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:settlement/*'],
    },
  ] as const)('of $of', ({ origin, arns }) => {
    expect(arnsOf([fromExecutions(origin)])).toEqual(arns);
  });

  test('of each state machine, with one ARN for several routes', () => {
    expect(arnsOf([fromExecutions({}), fromExecutions({})])).toHaveLength(1);
  });

  test('of any name if the policy has no room for all names', () => {
    const routes = Array.from({ length: 61 }, (_, at) =>
      aRoute({ from: fromStateMachine(`s-${at}`) }),
    );

    expect(arnsOf(routes)).toEqual([
      'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:*:*',
    ]);
    expect(arnsOf(routes.slice(0, 60))).toHaveLength(60);
  });
});

test.for([
  { when: 'no route is about either', routes: [], actions: [] },
  { when: 'a route matches executions', routes: [aRoute()], actions: ['states:DescribeExecution'] },
  {
    when: 'a route matches Batch jobs',
    routes: [aRoute({ from: fromBatchJob('risk') })],
    actions: ['batch:DescribeJobs'],
  },
])('the sweep can $actions if $when', ({ routes, actions }) => {
  const stack = new Stack(new App(), 'S');
  const role = new Role(stack, 'R', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

  grantRunLookups(role, routes);

  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(statements.map(({ Action }) => Action)).toEqual(actions);
});

describe('the sweep can assume the roles of sources', () => {
  const fromArn = (arn: string): Partial<ExecutionOrigin> => ({
    stateMachine: { by: 'arn', text: arn },
  });

  const sourceRole = (region: string) =>
    toSourceRoleName(region, { account: '111122223333', region: 'eu-west-1', name: 'Bus' });

  function grantTo(accounts: readonly string[], routes: readonly Route[], nameOf = sourceRole) {
    const stack = new Stack(new App(), 'S');
    const role = new Role(stack, 'R', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    grantSourceRoles(role, { accounts, routes }, nameOf);
    return stack;
  }

  /** The ARNs of the statements, with the tokens of the CDK as text. */
  function rolesOf(accounts: readonly string[], routes: readonly Route[]): readonly string[] {
    const stack = grantTo(accounts, routes, (region) => `Source-${region}`);
    const template = Template.fromStack(stack);
    const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
      Object.values(template.findResources(type)),
    );
    return policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .flatMap(({ Resource }) => Resource)
      .map((arn) => arn['Fn::Join'][1].at(-1));
  }

  test.for([
    { of: 'any Region', origins: [{}], roles: [':iam::444455556666:role/Source-*'] },
    {
      of: 'the Regions that every route names',
      origins: [{ regions: ['eu-west-1'] }, { regions: ['us-east-1', 'eu-west-1'] }],
      roles: [
        ':iam::444455556666:role/Source-eu-west-1',
        ':iam::444455556666:role/Source-us-east-1',
      ],
    },
    {
      of: 'the Region of an ARN',
      origins: [fromArn('arn:aws:states:eu-west-2:444455556666:stateMachine:x')],
      roles: [':iam::444455556666:role/Source-eu-west-2'],
    },
    {
      of: 'no Region, where all routes are about other accounts',
      origins: [
        { accounts: ['777788889999'] },
        fromArn('arn:aws:states:eu-west-2:777788889999:stateMachine:x'),
      ],
      roles: [],
    },
  ])('of $of', ({ origins, roles }) => {
    expect(rolesOf(['444455556666'], origins.map(fromExecutions))).toEqual(roles);
  });

  test('of a hundred accounts, by individual ARNs', () => {
    const accounts = Array.from({ length: 100 }, (_, at) => String(400_000_000_000 + at));

    const roles = rolesOf(accounts, [aRoute()]);

    expect(roles.toSorted()).toEqual(accounts.map((account) => `:iam::${account}:role/Source-*`));
  });

  const manyAccounts = (count: number) =>
    Array.from({ length: count }, (_, at) => String(400_000_000_000 + at));

  test.for([61, 100, 250])('of %d accounts, within the ten managed policies of a role', (count) => {
    const template = Template.fromStack(grantTo(manyAccounts(count), [aRoute()]));

    const policies = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(policies.length).toBeLessThanOrEqual(7);
    for (const { Properties } of policies) {
      const text = JSON.stringify(Properties.PolicyDocument).replaceAll(
        /\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"(.*?)"\]\]\}/g,
        '"arn:aws-us-gov$1"',
      );
      expect(text.length).toBeLessThanOrEqual(6_144);
    }
  });

  test('of more accounts by one pattern, with a warning', () => {
    const stack = grantTo(manyAccounts(251), [aRoute()]);

    const statements = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .map(({ Action, Resource }) => ({ Action, Resource }));
    expect(statements).toEqual([
      {
        Action: 'sts:AssumeRole',
        Resource: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::*:role/${sourceRole('*')}`]],
        },
      },
    ]);
    const expected = Match.stringLikeRegexp(
      'needs 251 source roles, but the policies of its role have room for 250',
    );
    expect(Annotations.fromStack(stack).findWarning('*', expected)).toHaveLength(1);
  });
});

test('a function whose permissions exceed ten managed policies is rejected', () => {
  const synthesize = (actions: number) => {
    const stack = new Stack(new App(), 'S');
    const logGroup = LogGroup.fromLogGroupName(stack, 'Logs', 'logs');
    const role = new FunctionRole(stack, 'R', { logGroup, inVpc: false, isTraced: false });
    for (let at = 0; at < actions; at += 1) {
      const resources = [`arn:aws:s3:::${'x'.repeat(2_900)}${at}`];
      role.addToPolicy(new PolicyStatement({ actions: [`s3:Get${at}`], resources }));
    }
    return Template.fromStack(stack);
  };

  expect(Object.keys(synthesize(23).findResources('AWS::IAM::ManagedPolicy'))).toHaveLength(10);
  expect(() => synthesize(25)).toThrow(
    'the permissions of this function need 11 managed policies, allowed: 10 for a role; use fewer accounts, Regions or secrets in the route file',
  );
});

test('the sweep can look up the runs of launch targets', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const config = {
    ...aBridgeConfig(),
    routes: [],
    targets: [anExecutionTarget(), aBatchJobTarget()],
  };
  const launchApi = { vpcEndpointIds: ['vpce-0a1b2c3d'] };
  const stack = new BridgeStack(app, 'Bridge', () => ({ config, launchApi }), {
    env: { account: '111122223333', region: 'eu-west-1' },
  });

  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
  const statements = Object.entries(policies).flatMap(([id, { Properties }]) =>
    id.startsWith('BridgeSweepRole') ? Properties.PolicyDocument.Statement : [],
  );
  const lookups = statements.filter(({ Action }) =>
    ['states:DescribeExecution', 'batch:DescribeJobs'].includes(Action),
  );
  expect(lookups).toEqual([
    {
      Action: 'states:DescribeExecution',
      Effect: 'Allow',
      Resource: {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':states:',
            { Ref: 'AWS::Region' },
            ':',
            { Ref: 'AWS::AccountId' },
            ':execution:settlement:*',
          ],
        ],
      },
    },
    { Action: 'batch:DescribeJobs', Effect: 'Allow', Resource: '*' },
  ]);
});
