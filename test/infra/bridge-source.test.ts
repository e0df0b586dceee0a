import { App, Aws, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import { BridgeSource, type BridgeSourceProps } from '../../infra/bridge-source.ts';
import { BridgeSourceStack } from '../../infra/bridge-source-stack.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';

const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';

function synthesizeBridge(otherAccounts: readonly string[]): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const config = { ...aBridgeConfig(), accounts: ['444455556666', '777788889999'] };
  const toProps = () => ({ config, otherAccounts });
  return Template.fromStack(new BridgeStack(app, 'Bridge', toProps));
}

function synthesizeSource(
  toProps: (stack: Stack) => Partial<BridgeSourceProps> = () => ({}),
): Template {
  const stack = new BridgeSourceStack(new App(), 'Source', (own) => ({
    config: aBridgeConfig(),
    busArn,
    ...toProps(own),
  }));
  return Template.fromStack(stack);
}

function expectAlarm(template: Template, properties: object): void {
  expect(() => template.hasResourceProperties('AWS::CloudWatch::Alarm', properties)).not.toThrow();
}

function patternsOf(template: Template): readonly unknown[] {
  return Object.values(template.findResources('AWS::Events::Rule'))
    .map(({ Properties }) => Properties.EventPattern)
    .filter((pattern) => pattern !== undefined);
}

describe('a source', () => {
  test('forwards exactly what the rules of the bridge hear', () => {
    expect(patternsOf(synthesizeSource())).toEqual(patternsOf(synthesizeBridge([])));
  });

  test('hands in at the bus of the bridge, and keeps what cannot be handed in', () => {
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

  test('may do that and nothing else', () => {
    const policies = Object.values(synthesizeSource().findResources('AWS::IAM::Policy'));

    expect(policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn },
    ]);
  });

  test('is a template that any account takes: no assets, no bootstrap, no parameters', () => {
    const { Parameters, Rules, Resources } = synthesizeSource().toJSON();

    expect({ Parameters, Rules }).toEqual({ Parameters: undefined, Rules: undefined });
    expect(JSON.stringify(Resources)).not.toMatch(/111122223333(?!:event-bus)/);
  });

  test('takes the bus of a bridge in the same app, whose ARN nobody knows yet', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const config = { ...aBridgeConfig(), accounts: ['444455556666'] };
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

  test('rings for a single announcement that could not be handed in, though nobody is named to be told', () => {
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

  test('tells the topic that is given, under a name and with a runbook of ones own', () => {
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
        `busArn: found "${arn}", allowed: the ARN of an event bus, as the output BusArn of the bridge has it`,
      );
    },
  );
});

describe('the bus of the bridge', () => {
  test('takes what AWS has announced in the named accounts, and nothing else', () => {
    const template = synthesizeBridge(['444455556666', '777788889999']);
    const root = (account: string) => ({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]],
    });

    expect(() =>
      template.hasResourceProperties('AWS::Events::EventBusPolicy', {
        Statement: {
          Effect: 'Allow',
          Action: 'events:PutEvents',
          Principal: { AWS: [root('444455556666'), root('777788889999')] },
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BridgeBus'), 'Arn'] },
          Condition: { StringEquals: { 'events:source': ['aws.states', 'aws.batch'] } },
        },
      }),
    ).not.toThrow();
  });

  test('is heard with the same patterns as the default bus', () => {
    const rules = Object.values(
      synthesizeBridge(['444455556666']).findResources('AWS::Events::Rule'),
    ).filter(({ Properties }) => Properties.EventPattern);

    const byBus = Map.groupBy(rules, ({ Properties }) => Properties.EventBusName !== undefined);
    const patterns = (own: boolean) =>
      byBus.get(own)?.map(({ Properties }) => Properties.EventPattern);
    expect(patterns(true)).toEqual(patterns(false));
  });

  test('is refused to accounts that the route file does not name', () => {
    expect(() => synthesizeBridge(['999988887777'])).toThrow(
      'otherAccounts: found 999988887777, which the route file does not name',
    );
  });

  test('is open to an account that is known at the deployment only', () => {
    expect(() => synthesizeBridge([Aws.ACCOUNT_ID])).not.toThrow();
  });

  test('is made only where other accounts are named', () => {
    expect(synthesizeBridge([]).findResources('AWS::Events::EventBus')).toEqual({});
  });
});
