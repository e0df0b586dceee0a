import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
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

test('runs every 15 minutes or at the given interval; its alarms have the same period', () => {
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

test('has an alarm for two missed runs, at any interval', () => {
  const notRunningAlarm = (props: Partial<AutosysBridgeProps> = {}) =>
    alarmsOf(synthesize(props)).find(({ AlarmName }) => AlarmName.endsWith('-CanaryNotRunning'));

  expect(notRunningAlarm()).toMatchObject({
    MetricName: 'Invocations',
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: expect.stringMatching(/^BridgeCanary/) } }],
    Statistic: 'Sum',
    Period: 900,
    EvaluationPeriods: 2,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    TreatMissingData: 'breaching',
  });
  expect(notRunningAlarm({ canary: Duration.hours(12) })).toMatchObject({ Period: 43_200 });
});

test('has an alarm for a certificate, with the threshold of the warning of the canary', () => {
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

test('can write its log, read and write rows by key, and read the secret, and nothing else', () => {
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

test('is not created with canary: false, nor are its alarms', () => {
  const template = synthesize({ canary: false });

  expect(Object.keys(template.findResources('AWS::Lambda::Function'))).toHaveLength(2);
  expect(
    alarmsOf(template).filter(({ AlarmName }) => /Canary|Certificate/.test(AlarmName)),
  ).toEqual([]);
});

test.for([Duration.seconds(90), Duration.days(1), Duration.minutes(0)])(
  'rejects an interval of %s',
  (canary) => {
    expect(() => synthesize({ canary })).toThrow(
      /^canary: found [\d.]+ minutes, allowed: false, or 1 to 720 whole minutes$/,
    );
  },
);
