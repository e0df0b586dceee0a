import { App, type AppProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { BridgeSourceStack } from '../../infra/bridge-source-stack.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { ids } from '../../infra/names.ts';
import { aCaller } from '../lambda/launch/rig.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { blocksOf, readDocument } from '../support/documents.ts';
import {
  actionsOf,
  allowing,
  covers,
  type IamPolicy,
  type IamStatement,
  resourcesOf,
} from '../support/iam.ts';
import { aBatchJobTarget, anExecutionTarget } from '../support/launch-targets.ts';
import { aNightConfig } from '../support/night-config.ts';
import { aRequestEntry, callerRole } from '../support/request-entries.ts';
import { aRoute, fromBatchJob } from '../support/routes.ts';

const [boundaryName, executionName] = ['CdkBoundaryOfAutosysBridge', 'CdkExecutionOfAutosysBridge'];
const boundaryArn = `arn:aws:iam::111122223333:policy/${boundaryName}`;

/** Returns the content of a file that docs/deploy.md shows after its name. */
function printed(file: string): IamPolicy {
  const lines = readDocument('docs/deploy.md').split('\n');
  const named = lines.findIndex((line) => line.startsWith(`\`${file}\``));
  const block = blocksOf('docs/deploy.md', 'json').find(({ line }) => line > named);
  return JSON.parse(block?.text ?? '');
}

const execution = printed('execution.json').Statement;
const boundary = printed('boundary.json').Statement;

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON
  readonly Properties?: any;
}

/**
 * All optional resources: a VPC with endpoints, backups, other accounts, a source with its role.
 */
function resourcesOfStacks(context: AppProps['context'] = {}): readonly Resource[] {
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  const elsewhere = { ...fromBatchJob('risk'), accounts: ['444455556666'] };
  const routes = [aRoute(), aRoute({ from: fromBatchJob('risk') }), aRoute({ from: elsewhere })];
  const roles = [callerRole, 'arn:aws:iam::444455556666:role/settlement'];
  const requests = [aRequestEntry({ roles })];
  const config = { ...aBridgeConfig(), routes, accounts: ['444455556666'], requests };
  const targets = [anExecutionTarget(), aBatchJobTarget()];
  const bridge = new BridgeStack(app, ids.stack, (stack) => ({
    config: { ...config, targets, callers: [aCaller()], night: aNightConfig() },
    vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d',
      vpcCidrBlock: '10.0.0.0/16',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-0a1b2c3d'],
      privateSubnetRouteTableIds: ['rtb-0a1b2c3d'],
    }),
    vpcEndpoints: true,
    launchApi: { vpcEndpointIds: ['vpce-0a1b2c3d'] },
    backup: true,
    tracing: true,
    otherAccounts: ['444455556666'],
  }));
  const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
  const sweepRoleArn = 'arn:aws:iam::111122223333:role/AutosysBridge-BridgeSweepRole-1A2B3C';
  const requestRoleArns = ['Request', 'Wait'].map((name) => sweepRoleArn.replace('Sweep', name));
  const toSource = () => ({ config, busArn, sweepRoleArn, requestRoleArns });
  const source = new BridgeSourceStack(app, ids.sourceStack, toSource);
  return [bridge, source].flatMap((stack) =>
    Object.values<Resource>(Template.fromStack(stack).toJSON()['Resources']),
  );
}

/** Returns the JSON of a value that may contain CloudFormation references. */
const text = (value: unknown) => JSON.stringify(value);

const resources = resourcesOfStacks();
const ofType = (...types: readonly string[]) =>
  resources.filter(({ Type }) => types.includes(Type)).map(({ Properties }) => Properties);

const withBoundary = { 'iam:PermissionsBoundary': boundaryArn };

describe('the policy of CloudFormation', () => {
  test.for([
    'iam:CreateRole',
    'iam:PutRolePolicy',
    'iam:DeleteRolePolicy',
    'iam:PutRolePermissionsBoundary',
    'iam:AttachRolePolicy',
    'iam:DetachRolePolicy',
  ])('allows %s for roles of the stack only with the boundary', (action) => {
    const statements = allowing(execution, action);

    expect(statements).toHaveLength(1);
    expect(statements.map(({ Resource }) => Resource)).toEqual([
      'arn:aws:iam::*:role/AutosysBridge*',
    ]);
    expect(statements[0]?.Condition?.['StringEquals']).toEqual(withBoundary);
  });

  test('attaches policies of the stack, and the AWS policies of its roles', () => {
    const [statement] = allowing(execution, 'iam:AttachRolePolicy');
    const ofAws = ofType('AWS::IAM::Role').flatMap(({ ManagedPolicyArns = [] }) =>
      ManagedPolicyArns.map((arn: unknown) => /:iam::aws:policy.*?(?="|$)/.exec(text(arn))?.[0]),
    );

    expect(statement?.Condition?.['ArnLike']).toEqual({
      'iam:PolicyARN': [
        'arn:aws:iam::*:policy/AutosysBridge*',
        ...[...new Set(ofAws)].map((end) => `arn:aws${end}`),
      ],
    });
  });

  test('passes roles only to the services that the roles of the stacks trust', () => {
    const trusted = ofType('AWS::IAM::Role').flatMap(({ AssumeRolePolicyDocument }) =>
      AssumeRolePolicyDocument.Statement.flatMap(
        ({ Principal }: { Principal: { Service?: string } }) => Principal.Service ?? [],
      ),
    );
    const [statement, ...more] = allowing(execution, 'iam:PassRole');

    expect(more).toEqual([]);
    expect(statement?.Resource).toBe('arn:aws:iam::*:role/AutosysBridge*');
    expect(statement?.Condition).toEqual({
      StringEquals: { 'iam:PassedToService': [...new Set(trusted)].toSorted() },
    });
  });

  test('cannot change itself or the boundary, or remove a boundary', () => {
    const ofPolicies = execution.filter((statement) =>
      actionsOf([statement]).some((action) => /^iam:.*Policy/.test(action)),
    );

    for (const name of [boundaryName, executionName]) {
      const arn = `arn:aws:iam::111122223333:policy/${name}`;
      const hits = ofPolicies.flatMap(resourcesOf).filter((pattern) => covers(pattern, arn));
      expect(hits).toEqual([]);
    }
    expect(allowing(execution, 'iam:DeleteRolePermissionsBoundary')).toEqual([]);
    expect(allowing(execution, 'iam:CreateUser')).toEqual([]);
  });

  test('allows all actions of a service only on resources with the stack name as prefix', () => {
    const whole = execution.filter((statement) =>
      actionsOf([statement]).some((action) => action.endsWith(':*')),
    );

    expect(whole).toHaveLength(1);
    for (const arn of whole.flatMap(resourcesOf)) expect(arn).toMatch(/[:/]AutosysBridge\*$/);
  });

  test('allows other changes on all resources only with a condition', () => {
    const open = execution.filter(
      (statement) => resourcesOf(statement).includes('*') && !statement.Condition,
    );

    expect(actionsOf(open).toSorted()).toEqual([
      'backup-storage:MountCapsule',
      'cloudwatch:DescribeAlarms',
      'ec2:CreateSecurityGroup',
      'ec2:CreateVpcEndpoint',
      'ec2:Describe*',
      'lambda:ListTags',
      'lambda:TagResource',
      'logs:DeleteQueryDefinition',
      'logs:DescribeLogGroups',
      'logs:DescribeQueryDefinitions',
      'logs:PutQueryDefinition',
      'route53:AssociateVPCWithHostedZone',
    ]);
  });

  test('covers the names that the stacks give', () => {
    const names = [
      ...ofType('AWS::CloudWatch::Alarm').map(({ AlarmName }) => ['alarm:', AlarmName]),
      ...ofType('AWS::CloudWatch::Dashboard').map((one) => ['dashboard/', one.DashboardName]),
      ...ofType('AWS::Events::EventBus').map(({ Name }) => ['event-bus/', Name]),
      ...ofType('AWS::Events::Rule').map((one) => [
        'rule/',
        one.EventBusName ? `AutosysBridge/${one.Name}` : one.Name,
      ]),
    ];
    const patterns = resourcesOf(allowing(execution, 'events:PutRule')[0] as IamStatement);

    expect(names.length).toBeGreaterThan(20);
    expect(names.filter(([, name]) => String(name).startsWith('AutosysBridge/'))).toHaveLength(1);
    const uncovered = names.filter(([kind, name]) => {
      const ends = patterns.flatMap((pattern) => pattern.split(kind ?? '\0').slice(1));
      return !ends.some((end) => covers(end, String(name)));
    });
    expect(uncovered).toEqual([]);
  });
});

test.for(['boundary.json', 'execution.json'])(
  '%s fits the limit of a managed policy, 6,144 characters without blanks',
  (file) => {
    expect(JSON.stringify(printed(file)).length).toBeLessThanOrEqual(6_144);
  },
);

describe('the permissions boundary', () => {
  test('allows every action that a role of the stacks has', () => {
    const inline = ofType('AWS::IAM::Role').flatMap(({ Policies = [] }) => Policies);
    const actions = [...ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'), ...inline].flatMap(
      ({ PolicyDocument }) => actionsOf(PolicyDocument.Statement),
    );

    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => allowing(boundary, action).length === 0)).toEqual([]);
  });

  test('allows no action of IAM, and no other privilege escalation', () => {
    expect(
      actionsOf(boundary).filter((action) => /^(?:\*|iam:|lambda:|cloudformation:)/.test(action)),
    ).toEqual(['lambda:InvokeFunction']);
    expect(allowing(boundary, 'lambda:InvokeFunction').flatMap(resourcesOf)).toEqual([
      'arn:aws:lambda:*:111122223333:function:AutosysBridge*',
    ]);
    expect(allowing(boundary, 'kms:CreateGrant').map(({ Condition }) => Condition)).toEqual([
      { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    ]);
    expect(allowing(boundary, 'sts:AssumeRole').flatMap(resourcesOf)).toEqual([
      'arn:aws:iam::*:role/AutosysBridge-*',
    ]);
  });

  test('is set on every role by what docs/deploy.md puts into cdk.json', () => {
    const block = blocksOf('docs/deploy.md', 'json').find(({ text }) => text.includes('"context"'));
    const { context, tags } = JSON.parse(block?.text ?? '');

    const roles = resourcesOfStacks(context).filter(({ Type }) => Type === 'AWS::IAM::Role');

    // Roles of nine functions, seven schedules, the backups and the logs of API Gateway; of the rules
    // of the source, and its role for the functions of the bridge.
    expect(roles).toHaveLength(20);
    for (const { Properties } of roles) {
      expect(JSON.stringify(Properties.PermissionsBoundary)).toContain(`policy/${boundaryName}`);
    }
    const used = execution.flatMap(({ Condition }) => JSON.stringify(Condition ?? {}));
    expect(used.join('\n')).toContain(`"aws:ResourceTag/${tags[0].Key}":"${tags[0].Value}"`);
  });
});

test('the costs count the alarms of a bridge with one AutoSys instance', () => {
  const [, count] = /\| (\d+) alarms at 0\.10 \|/.exec(readDocument('docs/deploy.md')) ?? [];
  const ofBridge = ofType('AWS::CloudWatch::Alarm').filter(
    ({ AlarmName }) =>
      !/^AutosysBridge-(?:Source|Launch|Authorizer|StopsParked|DuplicateStarts|Request|Wait|Night)/.test(
        AlarmName,
      ),
  );

  expect(Number(count)).toBe(ofBridge.length);
});
