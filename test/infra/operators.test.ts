import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../autosys/names.ts';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { aBridgeConfig, anInstanceConfig } from '../support/bridge-config.ts';
import { aRequestEntry } from '../support/request-entries.ts';

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
  test('fire at once for a parked entry', () => {
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

  test('fire for a single lost run', () => {
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

  test('fire for failed run lookups in two of three hours', () => {
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

  test('fire for a single event of an account that is not allowed', () => {
    expectAlarm(synthesize(), 'EventsRefused', {
      Namespace: 'AutosysBridge',
      MetricName: 'EventsRefused',
      Dimensions: overAll,
      Statistic: 'Sum',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test.for(['DeadLetters', 'Undelivered'])('fire for a single message of %s', (name) => {
    expectAlarm(synthesize(), name, {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      Statistic: 'Maximum',
    });
  });

  test('fire per instance for an AutoSys that has not answered for five minutes', () => {
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

  test('fire for slow deliveries, with the given threshold', () => {
    const template = synthesize(() => ({ slowAfter: Duration.minutes(2) }));

    expectAlarm(template, 'SlowDelivery', {
      MetricName: 'ConfirmedAfter',
      ExtendedStatistic: 'p99',
      Threshold: 120_000,
    });
    expectAlarm(template, 'EntriesOverdue-ACE', { MetricName: 'OldestDue', Threshold: 120 });
  });

  test.for([
    { slowAfter: Duration.minutes(0), found: '0 minutes' },
    { slowAfter: Duration.seconds(90), found: '1.5 minutes' },
    {
      slowAfter: Duration.minutes(Lazy.number({ produce: () => 5 })),
      found: 'a time that is known at deployment only',
    },
  ])('reject $found as slowAfter, with the allowed values', ({ slowAfter, found }) => {
    expect(() => synthesize(() => ({ slowAfter }))).toThrow(
      new Error(`slowAfter: found ${found}, allowed: whole minutes, 1 or more`),
    );
  });

  test('do not fire without data, except the alarms on missing runs of scheduled functions', () => {
    const byMissing = Map.groupBy(alarmsOf(synthesize()), (alarm) => alarm['TreatMissingData']);

    expect(byMissing.get('breaching')?.map((alarm) => alarm['AlarmName'])).toEqual([
      'AutosysBridge-SweepNotRunning',
      'AutosysBridge-CanaryNotRunning',
    ]);
    expect([...byMissing.keys()].sort()).toEqual(['breaching', 'notBreaching']);
  });

  test('notify the topic when they fire and when they are OK again', () => {
    const topic = { Ref: expect.stringMatching(/^BridgeOperatorsTopic/) };

    for (const alarm of alarmsOf(synthesize())) {
      expect(alarm['AlarmActions']).toEqual([topic]);
      expect(alarm['OKActions']).toEqual([topic]);
    }
  });

  test('link to the given runbook', () => {
    const template = synthesize(() => ({ runbookUrl: 'https://wiki.example.com/bridge' }));

    expectAlarm(template, 'AutosysDown-ACE', {
      AlarmDescription: Match.stringLikeRegexp(
        'Runbook: https://wiki.example.com/bridge#autosysdown$',
      ),
    });
  });

  test('have a different prefix for a second bridge in one account', () => {
    const names = alarmsOf(synthesize(() => ({ alarmPrefix: 'Payments' }))).map(
      (alarm) => alarm['AlarmName'],
    );

    expect(names).toContain('Payments-Parked');
    expect(names.every((name) => String(name).startsWith('Payments-'))).toBe(true);
  });
});

describe('the topic', () => {
  test('accepts TLS only, and only alarms of this account', () => {
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

  test('is the given one', () => {
    const template = synthesize((stack) => ({
      alarmTopic: Topic.fromTopicArn(stack, 'Given', 'arn:aws:sns:eu-west-1:111122223333:pager'),
    }));

    expect(template.findResources('AWS::SNS::Topic')).toEqual({});
    expectAlarm(template, 'Parked', {
      AlarmActions: ['arn:aws:sns:eu-west-1:111122223333:pager'],
    });
  });

  test('has a subscription for a given e-mail address', () => {
    expect(() =>
      synthesize(() => ({ alarmEmail: 'night@example.com' })).hasResourceProperties(
        'AWS::SNS::Subscription',
        { Protocol: 'email', Endpoint: 'night@example.com' },
      ),
    ).not.toThrow();
  });
});

test('creates the saved queries over the logs of report and sweep function', () => {
  const queries = Object.values(synthesize().findResources('AWS::Logs::QueryDefinition'));

  expect(queries.map(({ Properties }) => Properties.Name)).toEqual([
    'AutosysBridge/Why did this job start',
    'AutosysBridge/What happened to this run',
    'AutosysBridge/What was parked and why',
    'AutosysBridge/What was slow',
    'AutosysBridge/What was ignored or discarded and why',
  ]);
  for (const { Properties } of queries) expect(Properties.LogGroupNames).toHaveLength(2);
});

test('creates a saved query over the logs of request and wait function, if there are requests', () => {
  const config = { ...aBridgeConfig(), requests: [aRequestEntry()] };
  const queries = Object.values(
    synthesize(() => ({ config })).findResources('AWS::Logs::QueryDefinition'),
  );

  const { Name, QueryString, LogGroupNames } = queries.at(-1)?.['Properties'] ?? {};
  expect(queries).toHaveLength(6);
  expect(Name).toBe('AutosysBridge/What did AWS ask of AutoSys');
  expect(QueryString).toContain('| filter ispresent(entry)\n| filter entry like /ENTRY/');
  expect(LogGroupNames).toHaveLength(2);
});
