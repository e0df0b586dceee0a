import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';

const operators = 'arn:aws:iam::111122223333:role/Operators';

function synthesize(props: Partial<AutosysBridgeProps> = {}): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const config = { ...aBridgeConfig(), accounts: ['444455556666'] };
  return Template.fromStack(
    new BridgeStack(app, 'Bridge', () => ({ config, rulePrefix: 'night', ...props })),
  );
}

/** The statements of a queue, except the TLS statement of the CDK. */
function statementsOf(template: Template, queue: string): readonly unknown[] {
  const policies = Object.values(template.findResources('AWS::SQS::QueuePolicy'));
  return policies
    .filter(({ Properties }) => JSON.stringify(Properties.Queues).includes(queue))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Condition }) => !JSON.stringify(Condition).includes('aws:SecureTransport'));
}

const arnOfRules = (resource: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':events:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      `:${resource}`,
    ],
  ],
});
const arnOf = (queue: string) => ({ 'Fn::GetAtt': [queue, 'Arn'] });

const allowed = (queue: string, sources: unknown) => ({
  Sid: 'OwnRulesSend',
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: arnOf(queue),
  Condition: { ArnLike: { 'aws:SourceArn': sources } },
});
const denied = (queue: string, Condition: unknown) => ({
  Sid: 'OnlyEventBridgeAndOperatorsSend',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'sqs:SendMessage',
  Resource: arnOf(queue),
  Condition,
});

const queues = {
  report: 'BridgeReportQueue46F5DCC0',
  deadLetters: 'BridgeReportQueueDeadLetters8D3CDCDA',
  undelivered: 'BridgeReportQueueUndeliveredF383604E',
} as const;

describe.for([queues.report, queues.undelivered])('the queue %s', (queue) => {
  const notEvents = { StringNotEquals: { 'aws:PrincipalServiceName': 'events.amazonaws.com' } };

  test('allows the rules of the bridge, and no other sender', () => {
    expect(statementsOf(synthesize(), queue)).toEqual([
      allowed(queue, [arnOfRules('rule/night-*')]),
      denied(queue, notEvents),
    ]);
  });

  test('also allows the rules on the bus of the bridge, and the operators', () => {
    const template = synthesize({
      otherAccounts: ['444455556666'],
      busName: 'Night',
      operatorsRoleArns: [operators],
    });

    expect(statementsOf(template, queue)).toEqual([
      allowed(queue, [arnOfRules('rule/night-*'), arnOfRules('rule/Night/night-*')]),
      denied(queue, { ...notEvents, ArnNotLike: { 'aws:PrincipalArn': [operators] } }),
    ]);
  });
});

describe('the dead-letter queue', () => {
  test('allows no role or user, because messages that are moved back have effects', () => {
    expect(statementsOf(synthesize(), queues.deadLetters)).toEqual([
      denied(queues.deadLetters, { Null: { 'aws:PrincipalArn': 'false' } }),
    ]);
  });

  test('allows the operators', () => {
    const template = synthesize({ operatorsRoleArns: [operators] });

    expect(statementsOf(template, queues.deadLetters)).toEqual([
      denied(queues.deadLetters, {
        Null: { 'aws:PrincipalArn': 'false' },
        ArnNotLike: { 'aws:PrincipalArn': [operators] },
      }),
    ]);
  });
});

test('EventBridge can use the key as documented by AWS, without a condition', () => {
  const [key] = Object.values(synthesize().findResources('AWS::KMS::Key'));

  const statements: readonly { readonly Principal: { readonly Service?: unknown } }[] =
    key?.['Properties'].KeyPolicy.Statement;
  expect(
    statements.filter(({ Principal }) => Principal.Service === 'events.amazonaws.com'),
  ).toEqual([
    {
      Sid: 'EventBridgeToReportQueue',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
    },
  ]);
});

test.for([
  'arn:aws:iam::111122223333:role/*',
  'arn:aws:iam::111122223333:user/someone',
  'arn:aws:iam::*:role/Operators',
  'Operators',
])('rejects %s as a role of operators', (arn) => {
  expect(() => synthesize({ operatorsRoleArns: [arn] })).toThrow(
    `operatorsRoleArns: found ${arn}, allowed: ARNs of IAM roles`,
  );
});

test('accepts a role with a wildcard in its name', () => {
  const arn =
    'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Ops_*';

  expect(() => synthesize({ operatorsRoleArns: [arn] })).not.toThrow();
});
