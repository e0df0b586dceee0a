import { App, Aws, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import { BridgeSource, type BridgeSourceProps } from '../../infra/bridge-source.ts';
import { BridgeSourceStack } from '../../infra/bridge-source-stack.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { toSourceRoleName } from '../../infra/source-role.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { aRoute, fromBatchJob, fromStateMachine } from '../support/routes.ts';

const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';

/**
 * A route without account and Region matches those of the bridge, from which no source forwards.
 */
const routesElsewhere = [
  aRoute({ from: { ...fromStateMachine('settlement'), accounts: ['444455556666'] } }),
];

function synthesizeBridge(
  otherAccounts: readonly string[],
  {
    accounts = [...new Set(['444455556666', '777788889999', ...otherAccounts])],
    ...more
  }: { readonly accounts?: readonly string[]; readonly organizationId?: string } = {},
): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const config = { ...aBridgeConfig(), routes: routesElsewhere, accounts };
  const toProps = () => ({ config, otherAccounts, ...more });
  return Template.fromStack(new BridgeStack(app, 'Bridge', toProps));
}

function synthesizeSource(
  toProps: (stack: Stack) => Partial<BridgeSourceProps> = () => ({}),
): Template {
  const stack = new BridgeSourceStack(new App(), 'Source', (own) => ({
    config: { ...aBridgeConfig(), routes: routesElsewhere },
    busArn,
    ...toProps(own),
  }));
  return Template.fromStack(stack);
}

const manyAccounts = (count: number) =>
  Array.from({ length: count }, (_, at) => String(400_000_000_000 + at));

function rulesOnBusOf(template: Template): readonly unknown[] {
  return Object.values(template.findResources('AWS::Events::Rule')).filter(
    ({ Properties }) => Properties.EventBusName !== undefined,
  );
}

function expectAlarm(template: Template, properties: object): void {
  expect(() => template.hasResourceProperties('AWS::CloudWatch::Alarm', properties)).not.toThrow();
}

/** A text of the template, with references replaced by their names. */
function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': [, parts = []] = [] } = value as { 'Fn::Join'?: [string, unknown[]] };
  return parts
    .map((part) => (typeof part === 'string' ? part : `<${(part as { Ref: string }).Ref}>`))
    .join('');
}

function patternsOf(template: Template): readonly unknown[] {
  return Object.values(template.findResources('AWS::Events::Rule'))
    .map(({ Properties }) => Properties.EventPattern)
    .filter((pattern) => pattern !== undefined);
}

describe('a source', () => {
  test('forwards events of its routes, by ARNs of its own account and Region', () => {
    const arn = '\u0024{AWS::Partition}:states:\u0024{AWS::Region}:\u0024{AWS::AccountId}';
    const machine = { 'Fn::Sub': `arn:${arn}:stateMachine:settlement` };
    const qualified = { 'Fn::Sub': `arn:${arn}:stateMachine:settlement:` };

    expect(patternsOf(synthesizeSource())).toEqual([
      {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        account: ['444455556666'],
        region: ['eu-west-1'],
        detail: {
          status: ['RUNNING', 'SUCCEEDED', 'FAILED'],
          executionArn: [{ 'anything-but': { wildcard: '*/*' } }],
          stateMachineArn: [machine, { prefix: qualified }],
        },
      },
    ]);
  });

  test('forwards no events of a route for the account and Region of the bridge, and warns about it', () => {
    const stack = new BridgeSourceStack(new App(), 'Source', () => ({
      config: aBridgeConfig(),
      busArn,
      sweepRoleArn: 'arn:aws:iam::111122223333:role/Sweep',
    }));

    expect(patternsOf(Template.fromStack(stack))).toEqual([]);
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([
      expect.objectContaining({
        entry: expect.objectContaining({
          data: expect.stringContaining(
            'no route names the account and Region of this source, so it forwards nothing; a route without account and region matches those of the stack of the bridge',
          ),
        }),
      }),
    ]);
  });

  test('forwards to the bus of the bridge, and keeps undelivered events in a queue', () => {
    expect(() =>
      synthesizeSource().hasResourceProperties('AWS::Events::Rule', {
        Targets: [
          {
            Arn: busArn,
            RoleArn: Match.anyValue(),
            DeadLetterConfig: {
              Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Undelivered'), 'Arn'] },
            },
          },
        ],
      }),
    ).not.toThrow();
  });

  test('has no other permission', () => {
    const policies = Object.values(synthesizeSource().findResources('AWS::IAM::Policy'));

    expect(policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn },
    ]);
  });

  test('can be deployed to any account: no assets, no bootstrap, no parameters', () => {
    const { Parameters, Rules, Resources } = synthesizeSource().toJSON();

    expect({ Parameters, Rules }).toEqual({ Parameters: undefined, Rules: undefined });
    expect(JSON.stringify(Resources)).not.toMatch(/111122223333(?!:event-bus)/);
  });

  test('accepts the bus of a bridge in the same app, whose ARN is known at deployment only', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const config = { ...aBridgeConfig(), routes: routesElsewhere, accounts: ['444455556666'] };
    const inAccount = (account: string) =>
      new Stack(app, `In${account}`, { env: { account, region: 'eu-west-1' } });
    const home = new AutosysBridge(inAccount('111122223333'), 'Bridge', {
      config,
      otherAccounts: ['444455556666'],
    });

    const source = inAccount('444455556666');
    new BridgeSource(source, 'Source', { config, busArn: home.bus?.eventBusArn ?? '' });

    const rules = Object.values(Template.fromStack(source).findResources('AWS::Events::Rule'));
    expect(rules.map(({ Properties }) => Properties.Targets[0].Arn)).toEqual([
      {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':events:eu-west-1:111122223333:event-bus/AutosysBridge',
          ],
        ],
      },
    ]);
  });

  test('creates no role whose name is known at deployment only', () => {
    const stack = new Stack(new App(), 'In', {
      env: { account: '444455556666', region: 'eu-west-1' },
    });
    const sweepRoleArn = 'arn:aws:iam::111122223333:role/Sweep';
    const config = { ...aBridgeConfig(), accounts: ['444455556666'] };
    const make = () =>
      new BridgeSource(stack, 'S', { config, busArn: Fn.importValue('Bus'), sweepRoleArn });

    expect(make).toThrow('busArn: found an ARN that is known at deployment only');
  });

  test('has an alarm for a single undelivered event, even without a topic', () => {
    expectAlarm(synthesizeSource(), {
      AlarmName: 'AutosysBridge-SourceUndelivered',
      AlarmActions: Match.absent(),
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [
        {
          Name: 'QueueName',
          Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('Undelivered'), 'QueueName'] },
        },
      ],
      Statistic: 'Maximum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('uses a given topic, alarm prefix and runbook URL', () => {
    const night = 'arn:aws:sns:eu-west-1:444455556666:night';

    const template = synthesizeSource((stack) => ({
      alarmTopic: Topic.fromTopicArn(stack, 'Night', night),
      alarmPrefix: 'Payments',
      runbookUrl: 'https://wiki.example.com/bridge',
    }));

    expectAlarm(template, {
      AlarmName: 'Payments-SourceUndelivered',
      AlarmDescription: Match.stringLikeRegexp(
        'Runbook: https://wiki.example.com/bridge#sourceundelivered$',
      ),
      AlarmActions: [night],
      OKActions: [night],
    });
  });

  test.for(['AutosysBridge', 'arn:aws:sqs:eu-west-1:111122223333:queue'])(
    'refuses %s, which is no bus',
    (arn) => {
      expect(() => synthesizeSource(() => ({ busArn: arn }))).toThrow(
        `busArn: found "${arn}", allowed: the ARN of an event bus; use the output BusArn of the bridge`,
      );
    },
  );
});

describe('the role that a source creates for the sweep', () => {
  const sweepRoleArn = 'arn:aws:iam::111122223333:role/AutosysBridge-BridgeSweepRole-1A2B3C';
  const roleOf = (template: Template) =>
    Object.values(template.findResources('AWS::IAM::Role')).find(
      ({ Properties }) => Properties.RoleName !== undefined,
    )?.['Properties'];

  test('can be assumed by the sweep only', () => {
    const role = roleOf(synthesizeSource(() => ({ sweepRoleArn })));

    expect(role?.AssumeRolePolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: sweepRoleArn } },
    ]);
  });

  test('can look up runs of the routes in its Region, and nothing else', () => {
    const elsewhere = { ...fromStateMachine('risk'), regions: ['us-east-1', 'eu-west-1'] };
    const routes = [aRoute(), aRoute({ from: elsewhere }), aRoute({ from: fromBatchJob('etl') })];

    const template = synthesizeSource(() => ({
      config: { ...aBridgeConfig(), routes },
      sweepRoleArn,
    }));

    const executions = (stateMachine: string) => ({
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':states:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          `:execution:${stateMachine}:*`,
        ],
      ],
    });
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
      {
        Effect: 'Allow',
        Action: 'states:DescribeExecution',
        Resource: [executions('settlement'), executions('risk')],
      },
      { Effect: 'Allow', Action: 'batch:DescribeJobs', Resource: '*' },
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn },
    ]);
  });

  test.for(['AutosysBridge', 'Payments'])(
    'is the role that the sweep of the bridge with the bus %s assumes',
    (busName) => {
      const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
      const env = { account: '111122223333', region: 'eu-west-1' };
      const config = { ...aBridgeConfig(), accounts: ['444455556666'] };
      const toProps = () => ({ config, otherAccounts: config.accounts, busName });
      const bridge = Template.fromStack(new BridgeStack(app, 'Bridge', toProps, { env }));
      const arn = busArn.replace('AutosysBridge', busName);

      const role = roleOf(synthesizeSource(() => ({ busArn: arn, sweepRoleArn })));

      const name = joined(role?.RoleName).replace('<AWS::Region>', 'us-west-2');
      const [sweep] = Object.entries(bridge.findResources('AWS::Lambda::Function')).filter(([id]) =>
        id.startsWith('BridgeSweep'),
      );
      const searched = joined(sweep?.[1]['Properties'].Environment.Variables.SOURCE_ROLE)
        .replace('{account}', '444455556666')
        .replace('{region}', 'us-west-2');
      expect(searched).toBe(`arn:<AWS::Partition>:iam::444455556666:role/${name}`);
      const granted = Object.values(bridge.findResources('AWS::IAM::Policy'))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .filter(({ Action }) => Action === 'sts:AssumeRole')
        .map(({ Resource }) => joined(Resource));
      expect(granted).toEqual([searched.replace('us-west-2', '*')]);
    },
  );

  test('has a different name for each Region, and for each account, Region and bus of a bridge', () => {
    const bus = { account: '111122223333', region: 'eu-west-1', name: 'AutosysBridge' };
    const names = [
      toSourceRoleName('eu-west-1', bus),
      toSourceRoleName('us-east-1', bus),
      toSourceRoleName('eu-west-1', { ...bus, account: '444455556666' }),
      toSourceRoleName('eu-west-1', { ...bus, region: 'us-east-1' }),
      toSourceRoleName('eu-west-1', { ...bus, name: 'Payments' }),
    ];

    expect(new Set(names).size).toBe(names.length);
    const longest = 'us-isof-south-1';
    expect(toSourceRoleName(longest, { ...bus, region: longest })).toHaveLength(64);
  });

  test('is not created without sweepRoleArn, with a warning', () => {
    const stack = new BridgeSourceStack(new App(), 'Source', () => ({
      config: aBridgeConfig(),
      busArn,
    }));

    expect(roleOf(Template.fromStack(stack))).toBeUndefined();
    const expected = Match.stringLikeRegexp(
      '^sweepRoleArn: found none, so the sweep cannot look up runs',
    );
    expect(Annotations.fromStack(stack).findWarning('*', expected)).toHaveLength(1);
  });

  test.for([
    'arn:aws:iam::444455556666:role/Sweep',
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::111122223333:role/*',
    'Sweep',
  ])('is rejected for %s, which is not a role of the account of the bridge', (given) => {
    expect(() => synthesizeSource(() => ({ sweepRoleArn: given }))).toThrow(
      `sweepRoleArn: found "${given}", allowed: the ARN of a role in account 111122223333`,
    );
  });
});

describe('the bus of the bridge', () => {
  const root = (account: string) => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]],
  });
  const ofAwsServices = {
    'ForAllValues:StringEquals': { 'events:source': ['aws.states', 'aws.batch'] },
    Null: { 'events:source': 'false' },
  };
  const bus = { Ref: expect.stringMatching(/^BridgeBus/) };
  const byAccounts = (accounts: readonly string[]) => ({
    EventBusName: bus,
    StatementId: 'cdk-NamedAccountsForwardWhatAwsAnnounced',
    Statement: {
      Sid: 'cdk-NamedAccountsForwardWhatAwsAnnounced',
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Principal: { AWS: accounts.length === 1 ? root(accounts[0] ?? '') : accounts.map(root) },
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^BridgeBus/), 'Arn'] },
      Condition: ofAwsServices,
    },
  });
  const byOrganization = {
    EventBusName: bus,
    StatementId: 'cdk-OrganizationForwardsAwsEvents',
    Statement: {
      Sid: 'cdk-OrganizationForwardsAwsEvents',
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Principal: { AWS: '*' },
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^BridgeBus/), 'Arn'] },
      Condition: { ...ofAwsServices, StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    },
  };
  const policiesOf = (template: Template) =>
    Object.values(template.findResources('AWS::Events::EventBusPolicy')).map(
      ({ Properties }) => Properties,
    );

  test('accepts events of AWS services from the named accounts only', () => {
    expect(policiesOf(synthesizeBridge(['444455556666', '777788889999']))).toEqual([
      byAccounts(['444455556666', '777788889999']),
    ]);
  });

  test('accepts the same from every account of an organization', () => {
    const template = synthesizeBridge([], { organizationId: 'o-a1b2c3d4e5' });

    expect(policiesOf(template)).toEqual([byOrganization]);
    expect(rulesOnBusOf(template)).toHaveLength(1);
  });

  test('accepts both if an account is outside of the organization', () => {
    const organizationId = 'o-a1b2c3d4e5';

    expect(policiesOf(synthesizeBridge(['444455556666'], { organizationId }))).toEqual([
      byAccounts(['444455556666']),
      byOrganization,
    ]);
  });

  test('accepts as many accounts as the size of its policy allows', () => {
    const policy = (template: Template) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: policiesOf(template).map(({ Statement }) => Statement),
      })
        .replaceAll('{"Ref":"AWS::Partition"}', '"aws-us-gov"')
        .replaceAll(/\{"Fn::Join":\["",\["arn:","(.*?)","(.*?)"\]\]\}/g, '"arn:$1$2"')
        .replaceAll(
          /\{"Fn::GetAtt":.*?\}/g,
          '"arn:aws-us-gov:events:us-isof-south-1:111122223333:event-bus/AutosysBridge"',
        );
    const most = manyAccounts(246);

    expect(policy(synthesizeBridge(most)).length).toBeLessThanOrEqual(10_240);
    expect(() => synthesizeBridge(manyAccounts(247))).toThrow(
      'otherAccounts: found 247 accounts, which make a bus policy of 10244 bytes, allowed: 10240 bytes; use organizationId instead, and list the accounts in the route file only',
    );
  });

  test('accepts more accounts by their organization', () => {
    const organizationId = 'o-a1b2c3d4e5';
    const accounts = manyAccounts(1_000);

    const template = synthesizeBridge([], { organizationId, accounts });

    expect(policiesOf(template)).toEqual([byOrganization]);
  });

  test('has rules on suffixes of ARNs, which can be of any account; the default bus has rules on its own ARNs', () => {
    const rules = Object.values(
      synthesizeBridge(['444455556666']).findResources('AWS::Events::Rule'),
    ).filter(({ Properties }) => Properties.EventPattern);

    const [own, others] = [true, false].map((isOwn) =>
      JSON.stringify(
        rules.filter(({ Properties }) => (Properties.EventBusName !== undefined) === isOwn),
      ),
    );
    expect(own).toContain('{"suffix":":stateMachine:');
    expect(own).not.toContain('AWS::AccountId');
    // The route has an account and no Region, so it matches the Region of the stack.
    expect(own).toContain('"region":[{"Fn::Sub":"\u0024{AWS::Region}"}]');
    expect(others).toContain('states:\u0024{AWS::Region}:\u0024{AWS::AccountId}:stateMachine:');
    expect(others).not.toContain('suffix');
  });

  test('has no rules if no route names another account or Region, with a warning', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const config = { ...aBridgeConfig(), accounts: ['444455556666'] };
    const props = { config, otherAccounts: ['444455556666'] };
    const stack = new BridgeStack(app, 'Bridge', () => props);

    expect(rulesOnBusOf(Template.fromStack(stack))).toEqual([]);
    expect(
      Annotations.fromStack(stack)
        .findWarning('*', Match.anyValue())
        .map(({ entry }) => entry.data),
    ).toEqual([
      expect.stringContaining(
        'no route names another account or Region, so the bus of the bridge has no rules',
      ),
    ]);
  });

  test('is rejected for accounts that the route file does not name', () => {
    expect(() => synthesizeBridge(['999988887777'], { accounts: ['444455556666'] })).toThrow(
      'otherAccounts: found 999988887777, which the route file does not name',
    );
  });

  test('accepts an account that is known at deployment only', () => {
    expect(() => synthesizeBridge([Aws.ACCOUNT_ID])).not.toThrow();
  });

  test('is created only with otherAccounts or an organization', () => {
    expect(synthesizeBridge([]).findResources('AWS::Events::EventBus')).toEqual({});
  });
});
