import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { blocksOf } from '../support/documents.ts';

type ToProps = (stack: Stack) => Partial<AutosysBridgeProps>;

function synthesize(toProps: ToProps = () => ({})): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Theirs');
  new AutosysBridge(stack, 'Bridge', { config: aBridgeConfig(), ...toProps(stack) });
  return Template.fromStack(stack);
}

function propertiesOf(template: Template, type: string): readonly Record<string, unknown>[] {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

interface KeyPolicy {
  readonly Statement?: readonly { readonly Sid?: string }[];
}

function keyPolicyOf(template: Template): KeyPolicy {
  const [key] = propertiesOf(template, 'AWS::KMS::Key');
  return key?.['KeyPolicy'] as KeyPolicy;
}

const join = (...parts: readonly unknown[]) => ({ 'Fn::Join': ['', parts] });
const partition = { Ref: 'AWS::Partition' };
const region = { Ref: 'AWS::Region' };
const account = { Ref: 'AWS::AccountId' };

const logs = {
  Sid: 'CloudWatchLogs',
  Effect: 'Allow',
  Principal: {
    Service: join('logs.', region, '.', {
      'Fn::If': [
        expect.stringMatching(/LogsHasOwnSuffix/),
        { Ref: 'AWS::URLSuffix' },
        'amazonaws.com',
      ],
    }),
  },
  Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
  Resource: '*',
  Condition: {
    ArnLike: {
      'kms:EncryptionContext:aws:logs:arn': join(
        'arn:',
        partition,
        ':logs:',
        region,
        ':',
        account,
        ':log-group:*',
      ),
    },
  },
};
/** The statement that AWS documents for an encrypted SQS target of a rule. It has no condition. */
const eventBridge = {
  Sid: 'EventBridgeToReportQueue',
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: '*',
};
const ownAccount = {
  Effect: 'Allow',
  Principal: { AWS: join('arn:', partition, ':iam::', account, ':root') },
  Action: 'kms:*',
  Resource: '*',
};

describe('the policy of the key', () => {
  test('allows its account, CloudWatch Logs, and EventBridge by the documented statement', () => {
    expect(keyPolicyOf(synthesize())).toEqual({
      Version: '2012-10-17',
      Statement: [ownAccount, logs, eventBridge],
    });
  });

  test('is extended for a key of the same app', () => {
    const template = synthesize((stack) => ({ encryptionKey: new Key(stack, 'Theirs') }));

    expect(keyPolicyOf(template).Statement).toEqual([ownAccount, logs, eventBridge]);
  });

  test('is the same in docs/deploy.md', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const env = { account: '111122223333', region: 'eu-west-1' };
    const toProps = () => ({ config: aBridgeConfig() });
    const template = Template.fromStack(new BridgeStack(app, 'Bridge', toProps, { env }));
    const needed: unknown = JSON.parse(
      JSON.stringify(keyPolicyOf(template)).replaceAll(
        /\{"Fn::Join":\["",\["(.*?)",\{"Ref":"AWS::Partition"\},"(.*?)"\]\]\}/g,
        '"$1aws$2"',
      ),
    );

    const printed = blocksOf('docs/deploy.md', 'json')
      .map(({ text }): KeyPolicy => JSON.parse(text))
      .filter(({ Statement = [] }) => Statement.some(({ Sid }) => Sid === eventBridge.Sid));

    expect(printed).toEqual([needed]);
  });
});

describe('the queues', () => {
  test('use the key, except the dead-letter queue of the rules, which SQS encrypts', () => {
    const queues = Object.entries(synthesize().findResources('AWS::SQS::Queue')).map(
      ([id, { Properties }]) => ({
        id,
        key: Properties.KmsMasterKeyId,
        ofSqs: Properties.SqsManagedSseEnabled,
      }),
    );
    const key = { 'Fn::GetAtt': [expect.stringMatching(/^BridgeKey/), 'Arn'] };

    expect(queues).toEqual([
      { id: expect.stringMatching(/^BridgeReportQueueDeadLetters/), key, ofSqs: undefined },
      { id: expect.stringMatching(/^BridgeReportQueue[^DU]/), key, ofSqs: undefined },
      {
        id: expect.stringMatching(/^BridgeReportQueueUndelivered/),
        key: undefined,
        ofSqs: true,
      },
    ]);
  });

  test('allow EventBridge for rules of the bridge, and no other service', () => {
    const statements = propertiesOf(synthesize(), 'AWS::SQS::QueuePolicy').map(
      ({ PolicyDocument }) =>
        (PolicyDocument as { Statement: { Effect: string }[] }).Statement.filter(
          ({ Effect }) => Effect === 'Allow',
        ),
    );
    const ofRules = expect.stringMatching(/^:rule\/Theirs-[0-9a-f]{8}-\*$/);
    const sourceArn = join('arn:', partition, ':events:', region, ':', account, ofRules);
    const admits = (queue: RegExp) => ({
      Sid: 'OwnRulesSend',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(queue), 'Arn'] },
      Condition: { ArnLike: { 'aws:SourceArn': [sourceArn] } },
    });

    expect(statements).toEqual([
      [],
      [admits(/^BridgeReportQueue[^DU]/)],
      [admits(/^BridgeReportQueueUndelivered/)],
    ]);
  });
});

describe('the topic of the alarms', () => {
  test('has no customer managed key', () => {
    expect(propertiesOf(synthesize(), 'AWS::SNS::Topic')).toEqual([
      { DisplayName: 'AutoSys bridge' },
    ]);
  });

  test('uses a given key, which allows CloudWatch', () => {
    const template = synthesize((stack) => ({ alarmTopicKey: new Key(stack, 'Alarms') }));

    expect(propertiesOf(template, 'AWS::SNS::Topic')).toEqual([
      {
        DisplayName: 'AutoSys bridge',
        KmsMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Alarms/), 'Arn'] },
      },
    ]);
    const [, { Properties } = { Properties: {} }] =
      Object.entries(template.findResources('AWS::KMS::Key')).find(([id]) =>
        id.startsWith('Alarms'),
      ) ?? [];
    expect(Properties.KeyPolicy.Statement).toEqual([
      ownAccount,
      {
        Sid: 'CloudWatchAlarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
      },
    ]);
  });

  const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

  test('rejects the key of the queues', () => {
    const shared: ToProps = (stack) => ({
      encryptionKey: Key.fromKeyArn(stack, 'Queues', keyArn),
      alarmTopicKey: Key.fromKeyArn(stack, 'Alarms', keyArn),
    });

    expect(() => synthesize(shared)).toThrow(
      'alarmTopicKey: found the key of the queues, allowed: another key, or none; a fault of one key would stop events and alarms together',
    );
  });

  test('rejects a key together with a given topic', () => {
    const both: ToProps = (stack) => ({
      alarmTopic: Topic.fromTopicArn(stack, 'Pager', 'arn:aws:sns:eu-west-1:111122223333:pager'),
      alarmTopicKey: Key.fromKeyArn(stack, 'Alarms', keyArn),
    });

    expect(() => synthesize(both)).toThrow(
      'alarmTopicKey: found together with alarmTopic, allowed: one of them',
    );
  });
});
