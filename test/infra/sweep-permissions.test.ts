import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import {
  grantAsking,
  grantSourceRoles,
  toExecutionArns,
  toFindingText,
} from '../../infra/sweep-permissions.ts';
import type { ExecutionOrigin, Route } from '../../lambda/shared/routes.ts';
import { aRoute, fromBatchJob, fromStateMachine } from '../support/routes.ts';

/** The ARNs with the tokens of the CDK spelled out. */
function arnsOf(routes: readonly Route[]): readonly string[] {
  return toExecutionArns(routes).map(toFindingText);
}

const fromExecutions = (origin: Partial<ExecutionOrigin>): Route => {
  const from = { ...fromStateMachine('settlement'), ...origin } as ExecutionOrigin;
  return aRoute({ from });
};

describe('the sweep may describe executions', () => {
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

  test('of each state machine once, however many routes hear it', () => {
    expect(arnsOf([fromExecutions({}), fromExecutions({})])).toHaveLength(1);
  });

  test('of any name where too many are named for a policy', () => {
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
  { when: 'a route hears executions', routes: [aRoute()], actions: ['states:DescribeExecution'] },
  {
    when: 'a route hears Batch jobs',
    routes: [aRoute({ from: fromBatchJob('risk') })],
    actions: ['batch:DescribeJobs'],
  },
])('the sweep may $actions where $when', ({ routes, actions }) => {
  const stack = new Stack(new App(), 'S');
  const role = new Role(stack, 'R', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

  grantAsking(role, routes);

  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(statements.map(({ Action }) => Action)).toEqual(actions);
});

describe('the sweep may take on the roles of sources', () => {
  const fromArn = (arn: string): Partial<ExecutionOrigin> => ({
    stateMachine: { by: 'arn', text: arn },
  });

  /** The ARNs of the statements, with the tokens of the CDK spelled out. */
  function rolesOf(accounts: readonly string[], routes: readonly Route[]): readonly string[] {
    const stack = new Stack(new App(), 'S');
    const role = new Role(stack, 'R', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    grantSourceRoles(role, { accounts, routes }, (region) => `Source-${region}`);
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

  test('of a hundred accounts, each by its name', () => {
    const accounts = Array.from({ length: 100 }, (_, at) => String(400_000_000_000 + at));

    const roles = rolesOf(accounts, [aRoute()]);

    expect(roles.toSorted()).toEqual(accounts.map((account) => `:iam::${account}:role/Source-*`));
  });
});
