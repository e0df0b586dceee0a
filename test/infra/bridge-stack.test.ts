import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../autosys/names.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import type { BridgeConfig, InstanceConfig } from '../../lambda/shared/routes.ts';
import { aRoute } from '../support/routes.ts';

const instance: InstanceConfig = {
  name: parseAutosysInstance('ACE'),
  endpoints: ['https://autosys-a.example.com:9443'],
  secret: 'autosys/ACE/bridge',
  profile: 'standard',
  timezone: 'UTC',
  confirmWithinMs: 10_000,
  deadlineMs: 4 * 86_400_000,
  drainPerSecond: 20,
  rereadForMs: 6 * 3_600_000,
  maintenance: [],
};

function synthesize(config: Partial<BridgeConfig> = {}): Template {
  // Bundling is the matter of the runtime tests.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const full = { instances: [instance], routes: [aRoute()], ...config };
  return Template.fromStack(new BridgeStack(app, 'Bridge', { config: full }));
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

  test('feeds the function in tens, five sandboxes at most, and takes single messages back', () => {
    expectResource(template, 'AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  test('hides a message six times as long as the function may take', () => {
    expectResource(template, 'AWS::SQS::Queue', {
      VisibilityTimeout: 360,
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
    });
  });

  test('encrypts every queue', () => {
    const queues = template.findResources('AWS::SQS::Queue');

    expect(Object.values(queues).map(({ Properties }) => Properties.SqsManagedSseEnabled)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('keeps what EventBridge could not hand over', () => {
    expectResource(template, 'AWS::Events::Rule', {
      Targets: [Match.objectLike({ DeadLetterConfig: { Arn: Match.anyValue() } })],
    });
  });

  test('keeps the ledger on demand, encrypted, recoverable, and guarded against deletion', () => {
    expect(() =>
      template.hasResource('AWS::DynamoDB::Table', {
        DeletionPolicy: 'Retain',
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

  test('finds rows of the ledger by key, and by the time of a list', () => {
    expectResource(template, 'AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'key', AttributeType: 'S' },
        { AttributeName: 'agenda', AttributeType: 'S' },
        { AttributeName: 'agendaAt', AttributeType: 'N' },
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
      ],
    });
  });

  test('tells the function the name of its ledger', () => {
    expectResource(template, 'AWS::Lambda::Function', {
      Environment: { Variables: { LEDGER_TABLE: { Ref: Match.stringLikeRegexp('^LedgerTable') } } },
    });
  });

  test.for([
    { type: 'AWS::DynamoDB::Table', logicalIds: ['LedgerTable9343E4AA'] },
    {
      type: 'AWS::SQS::Queue',
      logicalIds: [
        'ReportQueueDeadLetters7005A017',
        'ReportQueueF1965D5F',
        'WorkloadRulesUndeliveredD72640A3',
      ],
    },
    { type: 'AWS::Logs::LogGroup', logicalIds: ['ReportLogsAA3E998E', 'SweepLogsA7192123'] },
  ])(
    'keeps the logical ids of every $type, since a new one would start empty',
    ({ type, logicalIds }) => {
      expect(Object.keys(template.findResources(type)).sort()).toEqual(logicalIds);
    },
  );

  test('lets the function read its secret, take from its queue, use its ledger, and no more', () => {
    expectResource(template, 'AWS::IAM::Policy', {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LedgerTable'), 'Arn'] },
          },
          {
            Effect: 'Allow',
            Action: 'dynamodb:Query',
            Resource: {
              'Fn::Join': [
                '',
                [
                  { 'Fn::GetAtt': [Match.stringLikeRegexp('^LedgerTable'), 'Arn'] },
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
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReportQueue'), 'Arn'] },
          },
        ],
      },
    });
  });
});

test('drains every minute, by a function that may use ledger and secret and no queue', () => {
  const template = synthesize();

  expectResource(template, 'AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
  const actions = Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('Sweep'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }) => Action);
  expect(actions).toEqual([
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'secretsmanager:GetSecretValue',
    'secretsmanager:DescribeSecret',
  ]);
});

describe('the stack with its routes', () => {
  test('grants a secret once that two instances share', () => {
    const other = { ...instance, name: parseAutosysInstance('PRD') };

    const template = synthesize({ instances: [instance, other] });

    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    // Two functions, each with one grant.
    expect(policies.split('secretsmanager:GetSecretValue')).toHaveLength(3);
  });

  test('refuses routes that need more rules than a bus has, and says what helps', () => {
    const routes = Array.from({ length: 301 }, (_, at) =>
      aRoute({ from: { ...aRoute().from, accounts: [String(100_000_000_000 + at)] } }),
    );

    expect(() => synthesize({ routes })).toThrow(
      /^maxRules: the routes need 301 EventBridge rules, allowed are 300; /,
    );
  });
});
