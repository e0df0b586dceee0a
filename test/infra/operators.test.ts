import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../autosys/names.ts';
import { AutosysBridge, type AutosysBridgeProps } from '../../infra/autosys-bridge.ts';
import { aBridgeConfig, anInstanceConfig } from '../support/bridge-config.ts';

function synthesize(toProps: (stack: Stack) => Partial<AutosysBridgeProps> = () => ({})): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Theirs');
  new AutosysBridge(stack, 'Bridge', { config: aBridgeConfig(), ...toProps(stack) });
  return Template.fromStack(stack);
}

function alarmsOf(template: Template): readonly Record<string, unknown>[] {
  return Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties,
  );
}

function expectAlarm(template: Template, name: string, properties: object): void {
  expect(() =>
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `AutosysBridge-${name}`,
      ...properties,
    }),
  ).not.toThrow();
}

const overAll = [{ Name: 'service', Value: 'autosys-bridge' }];
const ofAce = [
  { Name: 'autosysInstance', Value: 'ACE' },
  { Name: 'service', Value: 'autosys-bridge' },
];

describe('the alarms', () => {
  test('ring at once for what a person must decide', () => {
    expectAlarm(synthesize(), 'Parked', {
      Namespace: 'AutosysBridge',
      MetricName: 'EventsParked',
      Dimensions: overAll,
      Statistic: 'Sum',
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  test('fire for a single run whose end will not be found out', () => {
    expectAlarm(synthesize(), 'RunsLost', {
      Namespace: 'AutosysBridge',
      MetricName: 'RunsLost',
      Dimensions: overAll,
      Statistic: 'Sum',
      Period: 300,
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('fire for runs that AWS could not be asked about in two hours of three', () => {
    expectAlarm(synthesize(), 'RunLookupsFailed', {
      Namespace: 'AutosysBridge',
      MetricName: 'RunLookupsFailed',
      Dimensions: overAll,
      Statistic: 'Sum',
      Period: 3_600,
      Threshold: 1,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('ring for a single announcement of an account that may not speak', () => {
    expectAlarm(synthesize(), 'Refused', {
      Namespace: 'AutosysBridge',
      MetricName: 'EventsRefused',
      Dimensions: overAll,
      Statistic: 'Sum',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test.for(['DeadLetters', 'Undelivered'])('ring for a single message of %s', (name) => {
    expectAlarm(synthesize(), name, {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      Statistic: 'Maximum',
    });
  });

  test('ring for an AutoSys that was away for five minutes, for each by its name', () => {
    const instances = [anInstanceConfig(), anInstanceConfig({ name: parseAutosysInstance('PRD') })];

    const template = synthesize(() => ({ config: { ...aBridgeConfig(), instances } }));

    expectAlarm(template, 'AutosysDown-ACE', {
      MetricName: 'CircuitBreakerOpen',
      Dimensions: ofAce,
      Statistic: 'Minimum',
      Period: 60,
      EvaluationPeriods: 5,
    });
    expectAlarm(template, 'AutosysDown-PRD', { MetricName: 'CircuitBreakerOpen' });
  });

  test('ring for slow deliveries, with the time that is set', () => {
    const template = synthesize(() => ({ slowAfter: Duration.minutes(2) }));

    expectAlarm(template, 'SlowDelivery', {
      MetricName: 'ConfirmedAfter',
      ExtendedStatistic: 'p99',
      Threshold: 120_000,
    });
    expectAlarm(template, 'Waiting-ACE', { MetricName: 'OldestDue', Threshold: 120 });
  });

  test.for([
    { slowAfter: Duration.minutes(0), found: '0 minutes' },
    { slowAfter: Duration.seconds(90), found: '1.5 minutes' },
    {
      slowAfter: Duration.minutes(Lazy.number({ produce: () => 5 })),
      found: 'a time that is known at the deployment only',
    },
  ])('refuse to call $found slow, and say what is allowed', ({ slowAfter, found }) => {
    expect(() => synthesize(() => ({ slowAfter }))).toThrow(
      new Error(`slowAfter: found ${found}, allowed are whole minutes, 1 or more`),
    );
  });

  test('keep still while nothing is told, but for those that come by the clock, whose silence is the fault', () => {
    const byMissing = Map.groupBy(alarmsOf(synthesize()), (alarm) => alarm['TreatMissingData']);

    expect(byMissing.get('breaching')?.map((alarm) => alarm['AlarmName'])).toEqual([
      'AutosysBridge-SweepSilent',
      'AutosysBridge-CanarySilent',
    ]);
    expect([...byMissing.keys()].sort()).toEqual(['breaching', 'notBreaching']);
  });

  test('tell the topic when they ring and when they are over', () => {
    const topic = { Ref: expect.stringMatching(/^BridgeOperatorsTopic/) };

    for (const alarm of alarmsOf(synthesize())) {
      expect(alarm['AlarmActions']).toEqual([topic]);
      expect(alarm['OKActions']).toEqual([topic]);
    }
  });

  test('link to the runbook where it is read', () => {
    const template = synthesize(() => ({ runbookUrl: 'https://wiki.example.com/bridge' }));

    expectAlarm(template, 'AutosysDown-ACE', {
      AlarmDescription: Match.stringLikeRegexp(
        'Runbook: https://wiki.example.com/bridge#autosysdown$',
      ),
    });
  });

  test('have names of their own for a second bridge in one account', () => {
    const names = alarmsOf(synthesize(() => ({ alarmPrefix: 'Payments' }))).map(
      (alarm) => alarm['AlarmName'],
    );

    expect(names).toContain('Payments-Parked');
    expect(names.every((name) => String(name).startsWith('Payments-'))).toBe(true);
  });
});

describe('the topic', () => {
  test('takes TLS only, and only the alarms of this account', () => {
    const template = synthesize();

    expect(() =>
      template.hasResourceProperties('AWS::SNS::TopicPolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Deny',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
            Match.objectLike({
              Effect: 'Allow',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            }),
          ]),
        },
      }),
    ).not.toThrow();
  });

  test('is the one that is given', () => {
    const template = synthesize((stack) => ({
      alarmTopic: Topic.fromTopicArn(stack, 'Given', 'arn:aws:sns:eu-west-1:111122223333:pager'),
    }));

    expect(template.findResources('AWS::SNS::Topic')).toEqual({});
    expectAlarm(template, 'Parked', {
      AlarmActions: ['arn:aws:sns:eu-west-1:111122223333:pager'],
    });
  });

  test('writes to somebody where an address is given', () => {
    expect(() =>
      synthesize(() => ({ alarmEmail: 'night@example.com' })).hasResourceProperties(
        'AWS::SNS::Subscription',
        { Protocol: 'email', Endpoint: 'night@example.com' },
      ),
    ).not.toThrow();
  });
});

test('saves the questions that operators ask, over the logs of every function', () => {
  const queries = Object.values(synthesize().findResources('AWS::Logs::QueryDefinition'));

  expect(queries.map(({ Properties }) => Properties.Name)).toEqual([
    'AutosysBridge/Why did this job start',
    'AutosysBridge/What became of this run',
    'AutosysBridge/What was parked and why',
    'AutosysBridge/What was slow',
    'AutosysBridge/What was ignored or dropped and why',
  ]);
  for (const { Properties } of queries) expect(Properties.LogGroupNames).toHaveLength(2);
});
