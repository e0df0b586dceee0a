import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../autosys/names.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { aBridgeConfig, anInstanceConfig } from '../support/bridge-config.ts';
import { aRoute, fromBatchJob, fromStateMachine, setGlobalOn } from '../support/routes.ts';

const instance = anInstanceConfig();

function synthesize(config: Partial<BridgeConfig> = {}): Template {
  // The runtime tests cover bundling.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const full = { ...aBridgeConfig(), ...config };
  return Template.fromStack(new BridgeStack(app, 'Bridge', () => ({ config: full })));
}

function expectResource(template: Template, type: string, properties: object): void {
  expect(() => template.hasResourceProperties(type, properties)).not.toThrow();
}

describe('the stack', () => {
  let template: Template;

  beforeAll(() => {
    template = synthesize();
  });

  test('runs the report function on Node.js 24 and arm64, from a zip', () => {
    expectResource(template, 'AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 60,
      MemorySize: 512,
    });
  });

  test('invokes the function with ten messages, at most five concurrently, with partial batch failures', () => {
    expectResource(template, 'AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  test('has a visibility timeout of six times the timeout of the function', () => {
    expectResource(template, 'AWS::SQS::Queue', {
      VisibilityTimeout: 360,
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
    });
  });

  test('keeps events that EventBridge could not deliver', () => {
    expectResource(template, 'AWS::Events::Rule', {
      Targets: [Match.objectLike({ DeadLetterConfig: { Arn: Match.anyValue() } })],
    });
  });

  test('has a ledger on demand, encrypted, with point-in-time recovery and deletion protection', () => {
    expect(() =>
      template.hasResource('AWS::DynamoDB::Table', {
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          SSESpecification: { SSEEnabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          DeletionProtectionEnabled: true,
        },
      }),
    ).not.toThrow();
  });

  test('has indexes of the ledger by agenda, by target and by hour', () => {
    expectResource(template, 'AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'key', AttributeType: 'S' },
        { AttributeName: 'agenda', AttributeType: 'S' },
        { AttributeName: 'agendaAt', AttributeType: 'N' },
        { AttributeName: 'target', AttributeType: 'S' },
        { AttributeName: 'changedAt', AttributeType: 'N' },
        { AttributeName: 'hour', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'agenda',
          KeySchema: [
            { AttributeName: 'agenda', KeyType: 'HASH' },
            { AttributeName: 'agendaAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: 'target',
          KeySchema: [
            { AttributeName: 'target', KeyType: 'HASH' },
            { AttributeName: 'changedAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: 'hour',
          KeySchema: [
            { AttributeName: 'hour', KeyType: 'HASH' },
            { AttributeName: 'key', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });

  test('passes the name of the ledger and the account of the bridge to the function', () => {
    expectResource(template, 'AWS::Lambda::Function', {
      Environment: {
        Variables: {
          LEDGER_TABLE: { Ref: Match.stringLikeRegexp('^BridgeLedgerTable') },
          BRIDGE_ACCOUNT: { Ref: 'AWS::AccountId' },
        },
      },
    });
  });

  test.for([
    { type: 'AWS::KMS::Key', logicalIds: ['BridgeKey3FEDC4E4'] },
    { type: 'AWS::DynamoDB::Table', logicalIds: ['BridgeLedgerTable06631FCA'] },
    {
      type: 'AWS::SQS::Queue',
      logicalIds: [
        'BridgeReportQueue46F5DCC0',
        'BridgeReportQueueDeadLetters8D3CDCDA',
        'BridgeReportQueueUndeliveredF383604E',
      ],
    },
    {
      type: 'AWS::Logs::LogGroup',
      logicalIds: [
        'BridgeCanaryLogs1C412BBC',
        'BridgeReportLogs23B42D90',
        'BridgeSweepLogs7B4619C2',
      ],
    },
  ])(
    'keeps the logical ids of every $type, because a new resource would be empty',
    ({ type, logicalIds }) => {
      expect(Object.keys(template.findResources(type)).sort()).toEqual(logicalIds);
    },
  );

  test('allows the function to write its log, use its ledger, read its secret and receive from its queue, and nothing else', () => {
    expectResource(template, 'AWS::IAM::Policy', {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BridgeReportLogs'), 'Arn'] },
          },
          {
            Effect: 'Allow',
            Action: [
              'kms:Decrypt',
              'kms:DescribeKey',
              'kms:Encrypt',
              'kms:GenerateDataKey',
              'kms:GenerateDataKeyWithoutPlaintext',
              'kms:ReEncryptFrom',
              'kms:ReEncryptTo',
            ],
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BridgeKey'), 'Arn'] },
          },
          {
            Effect: 'Allow',
            Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BridgeLedgerTable'), 'Arn'] },
          },
          {
            Effect: 'Allow',
            Action: 'dynamodb:Query',
            Resource: {
              'Fn::Join': [
                '',
                [
                  { 'Fn::GetAtt': [Match.stringLikeRegexp('^BridgeLedgerTable'), 'Arn'] },
                  '/index/agenda',
                ],
              ],
            },
          },
          {
            Effect: 'Allow',
            Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            Resource: {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':secretsmanager:',
                  { Ref: 'AWS::Region' },
                  ':',
                  { Ref: 'AWS::AccountId' },
                  ':secret:autosys/ACE/bridge-??????',
                ],
              ],
            },
          },
          {
            Effect: 'Allow',
            Action: [
              'sqs:ReceiveMessage',
              'sqs:ChangeMessageVisibility',
              'sqs:GetQueueUrl',
              'sqs:DeleteMessage',
              'sqs:GetQueueAttributes',
            ],
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BridgeReportQueue'), 'Arn'] },
          },
          {
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BridgeKey'), 'Arn'] },
          },
        ],
      },
    });
  });
});

test('sweeps every minute, by a function that can use ledger and secret, describe executions, and use no queue', () => {
  const template = synthesize();

  expectResource(template, 'AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(1 minute)' });
  const actions = Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('BridgeSweep'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }) => Action);
  expect(actions.filter((action) => !action.startsWith('kms:'))).toEqual([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'secretsmanager:GetSecretValue',
    'secretsmanager:DescribeSecret',
    'states:DescribeExecution',
  ]);
});

test('invokes a scheduled function once per interval, and discards an invocation after a minute without concurrency', () => {
  const calls = Object.values(synthesize().findResources('AWS::Lambda::EventInvokeConfig'));

  expect(calls.map(({ Properties }) => Properties)).toEqual(
    ['Sweep', 'Canary'].map((room) => ({
      FunctionName: { Ref: expect.stringMatching(`^Bridge${room}Function`) },
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
      Qualifier: '$LATEST',
    })),
  );
});

describe('the stack with its routes', () => {
  test('grants a shared secret once', () => {
    const other = { ...instance, name: parseAutosysInstance('PRD') };

    const template = synthesize({ instances: [instance, other] });

    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    // Three functions, each with one grant.
    expect(policies.split('secretsmanager:GetSecretValue')).toHaveLength(4);
  });

  test.for([
    {
      as: 'an ARN that is complete, or partial with a name of the same form',
      name: 'autosys/ACE-a1B2c3',
      granted: ['autosys/ACE-a1B2c3', 'autosys/ACE-a1B2c3-??????'],
    },
    {
      as: 'a partial ARN that ends in a hyphen and six characters',
      name: 'autosys/ACE-bridge',
      granted: ['autosys/ACE-bridge', 'autosys/ACE-bridge-??????'],
    },
    {
      as: 'its ARN without what AWS puts at the end',
      name: 'autosys',
      granted: ['autosys-??????'],
    },
    {
      as: 'a partial ARN that ends in a hyphen and seven characters',
      name: 'autosys-bridges',
      granted: ['autosys-bridges-??????'],
    },
  ])('grants a secret that is given as $as', ({ name, granted }) => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:';

    const template = synthesize({ instances: [{ ...instance, secret: `${arn}${name}` }] });

    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const resources = statements
      .filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue'))
      .map(({ Resource }) => Resource);
    // Three functions, each with one grant.
    const [only, ...more] = granted.map((one) => `${arn}${one}`);
    expect(resources).toEqual(
      Array.from({ length: 3 }, () => (more.length === 0 ? only : [only, ...more])),
    );
  });

  test('grants the secret of a CA and of the login', () => {
    const authoritySecret = { secret: 'autosys/ca' };

    const template = synthesize({ instances: [{ ...instance, authoritySecret }] });

    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policies.split(':secret:autosys/ca-??????')).toHaveLength(4);
    expect(policies.split(':secret:autosys/ACE/bridge-??????')).toHaveLength(4);
  });

  test('never changes a rule, so that every event is matched during an update', () => {
    const rulesOf = (...names: readonly string[]) =>
      new Map(
        Object.entries(
          synthesize({
            routes: [
              ...names.map((name) => aRoute({ name, from: fromStateMachine(name) })),
              aRoute({ from: fromBatchJob('risk'), actions: setGlobalOn('X', ['SUCCEEDED']) }),
            ],
          }).findResources('AWS::Events::Rule'),
        ).flatMap(([id, { Properties }]) =>
          Properties.EventPattern ? [[id, Properties] as const] : [],
        ),
      );

    const before = rulesOf('settlement', 'fx-rates');
    const after = rulesOf('settlement', 'close');

    const kept = [...after].filter(([id]) => before.has(id));
    expect(kept.map(([, { EventPattern }]) => EventPattern.source)).toEqual([['aws.batch']]);
    expect(before.size).toBe(2);
    for (const [id, properties] of kept) expect(properties).toEqual(before.get(id));
  });
});
