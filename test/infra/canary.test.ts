import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { AutosysBridge, type AutosysBridgeProps } from '../../infra/autosys-bridge.ts';
import { warnBelowDays } from '../../lambda/canary/network.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';

function synthesize(props: Partial<AutosysBridgeProps> = {}): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Theirs');
  new AutosysBridge(stack, 'Bridge', { config: aBridgeConfig(), ...props });
  return Template.fromStack(stack);
}

const schedulesOf = (template: Template) =>
  Object.values(template.findResources('AWS::Scheduler::Schedule')).map(
    ({ Properties }) => Properties.ScheduleExpression,
  );
const alarmsOf = (template: Template) =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties,
  );

test('comes every quarter of an hour, or as often as is said, in periods of the same length', () => {
  const template = synthesize({ canary: Duration.hours(1) });
  const failed = alarmsOf(template).find(({ AlarmName }) => AlarmName.includes('CanaryFailed'));

  expect(schedulesOf(synthesize())).toContain('rate(15 minutes)');
  expect(schedulesOf(template)).toContain('rate(1 hour)');
  expect(failed).toMatchObject({
    AlarmName: 'AutosysBridge-CanaryFailed-ACE',
    MetricName: 'CanaryFailed',
    Statistic: 'Maximum',
    Period: 3_600,
    EvaluationPeriods: 2,
    Threshold: 1,
  });
});

test('rings when it has missed two turns, however long they are', () => {
  const silent = (props: Partial<AutosysBridgeProps> = {}) =>
    alarmsOf(synthesize(props)).find(({ AlarmName }) => AlarmName.endsWith('-CanarySilent'));

  expect(silent()).toMatchObject({
    MetricName: 'Invocations',
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: expect.stringMatching(/^BridgeCanary/) } }],
    Statistic: 'Sum',
    Period: 900,
    EvaluationPeriods: 2,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    TreatMissingData: 'breaching',
  });
  expect(silent({ canary: Duration.hours(12) })).toMatchObject({ Period: 43_200 });
});

test('rings for a certificate from the day on which the canary warns of it', () => {
  const alarm = alarmsOf(synthesize()).find(
    ({ MetricName }) => MetricName === 'CertificateDaysLeft',
  );

  expect(alarm).toMatchObject({
    AlarmName: 'AutosysBridge-CertificateExpires-ACE',
    Statistic: 'Minimum',
    ComparisonOperator: 'LessThanThreshold',
    Threshold: warnBelowDays,
  });
});

test('may write its log, read and write rows it knows, read the secret, and no more', () => {
  const statements = Object.entries(synthesize().findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('BridgeCanary'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  const actions: readonly string[] = statements.flatMap(({ Action }) => Action);

  expect(actions.filter((action) => !action.startsWith('kms:'))).toEqual([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'secretsmanager:GetSecretValue',
    'secretsmanager:DescribeSecret',
  ]);
  expect(JSON.stringify(statements)).not.toContain('"Resource":"*"');
});

test('is left out, with its alarms, where nobody wants it', () => {
  const template = synthesize({ canary: false });

  expect(Object.keys(template.findResources('AWS::Lambda::Function'))).toHaveLength(2);
  expect(
    alarmsOf(template).filter(({ AlarmName }) => /Canary|Certificate/.test(AlarmName)),
  ).toEqual([]);
});

test.for([Duration.seconds(90), Duration.days(1), Duration.minutes(0)])(
  'refuses to come every %s',
  (canary) => {
    expect(() => synthesize({ canary })).toThrow(
      /^canary: found [\d.]+ minutes, allowed are false, and 1 to 720 whole minutes$/,
    );
  },
);
