import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import { BridgeSourceStack } from '../../infra/bridge-source-stack.ts';
import type { Route } from '../../lambda/routing/routes.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { aRoute, fromBatchJob, setGlobalOn } from '../support/routes.ts';

/**
 * Routes that share no rule, because each matches a different queue; of an account with a source.
 */
function routesFor(rules: number): readonly Route[] {
  return Array.from({ length: rules }, (_, at) => {
    const jobQueue = { by: 'name', text: `q${at}` } as const;
    const from = { ...fromBatchJob('risk'), jobQueue, accounts: ['444455556666'] } as Route['from'];
    return aRoute({ name: `r${at}`, from, actions: setGlobalOn('X', ['SUCCEEDED']) });
  });
}

function synthesize(rules: number, otherAccounts: readonly string[] = []): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Theirs');
  const config = { ...aBridgeConfig(), routes: routesFor(rules), accounts: otherAccounts };
  new AutosysBridge(stack, 'Bridge', { config, otherAccounts });
  return Template.fromStack(stack);
}

function alarmOf(template: Template, name: string): Record<string, unknown> {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  return alarms.find(({ Properties }) => Properties.AlarmName === `AutosysBridge-${name}`)?.[
    'Properties'
  ];
}

/** Names of the rules, in the order of the template. */
function rulesOf(template: Template, { onBus }: { readonly onBus: boolean }): readonly string[] {
  return Object.values(template.findResources('AWS::Events::Rule')).flatMap(({ Properties }) =>
    (Properties.EventBusName !== undefined) === onBus ? [Properties.Name] : [],
  );
}

const metrics = ['FailedInvocations', 'InvocationsFailedToBeSentToDlq'];
const common = {
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  EvaluationPeriods: 1,
  TreatMissingData: 'notBreaching',
};

function metric(id: string, name: string, dimensions: readonly object[]) {
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: 'AWS/Events', MetricName: name, Dimensions: dimensions },
      Period: 300,
      Stat: 'Sum',
    },
    ReturnData: false,
  };
}

describe.for(metrics)('the alarm on %s', (name) => {
  test('sums all rules of the default bus; a rule without data counts as 0', () => {
    const template = synthesize(2);
    const [first, second] = rulesOf(template, { onBus: false });

    const { AlarmDescription, AlarmActions, OKActions, ...alarm } = alarmOf(template, name);

    expect(alarm).toEqual({
      ...common,
      AlarmName: `AutosysBridge-${name}`,
      Metrics: [
        {
          Id: 'expr_1',
          Expression: 'SUM([FILL(r0, 0), FILL(r1, 0)])',
          Label: name,
          ReturnData: true,
        },
        metric('r0', name, [{ Name: 'RuleName', Value: first }]),
        metric('r1', name, [{ Name: 'RuleName', Value: second }]),
      ],
    });
    expect(AlarmDescription).toMatch(new RegExp(`#${name.toLowerCase()}$`));
    expect([AlarmActions, OKActions]).toEqual(
      Array.from({ length: 2 }, () => [{ Ref: expect.stringMatching(/^BridgeOperatorsTopic/) }]),
    );
  });

  test('uses the dimension EventBusName for a rule on the bus of the bridge', () => {
    const template = synthesize(1, ['444455556666']);
    const [onBus] = rulesOf(template, { onBus: true });

    const { Metrics } = alarmOf(template, name);

    expect(Metrics).toContainEqual(
      metric('r1', name, [
        { Name: 'EventBusName', Value: { Ref: expect.stringMatching(/^BridgeBus/) } },
        { Name: 'RuleName', Value: onBus },
      ]),
    );
  });

  test('contains ten metrics, the maximum of CloudWatch', () => {
    const { Metrics } = alarmOf(synthesize(10), name);

    expect(Metrics).toHaveLength(11);
  });

  test.for([
    { rules: 11, otherAccounts: [] },
    { rules: 6, otherAccounts: ['444455556666'] },
  ])('is one query with $rules rules and the accounts $otherAccounts', (given) => {
    const template = synthesize(given.rules, given.otherAccounts);

    const { AlarmDescription, AlarmActions, OKActions, ...alarm } = alarmOf(template, name);

    expect(alarm).toEqual({
      ...common,
      AlarmName: `AutosysBridge-${name}`,
      Metrics: [
        {
          Id: 'expr_1',
          Expression: `SELECT SUM(${name}) FROM "AWS/Events" GROUP BY RuleName ORDER BY SUM() DESC`,
          Label: name,
          Period: 300,
          ReturnData: true,
        },
      ],
    });
  });

  test('also exists in a source', () => {
    const config = { ...aBridgeConfig(), routes: routesFor(1) };
    const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
    const source = new BridgeSourceStack(new App(), 'Source', () => ({ config, busArn }));
    const template = Template.fromStack(source);
    const [rule] = rulesOf(template, { onBus: false });

    expect(alarmOf(template, `Source${name}`)).toMatchObject({
      ...common,
      Metrics: [
        { Expression: 'SUM([FILL(r0, 0)])' },
        metric('r0', name, [{ Name: 'RuleName', Value: rule }]),
      ],
    });
  });
});
