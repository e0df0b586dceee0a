import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from './alarm-spec.ts';

/** An EventBridge rule, by what its metrics are found under. */
export interface WatchedRule {
  readonly ruleName: string;
  /** @default - the rule is on the default bus, whose metrics have no `EventBusName` */
  readonly eventBusName?: string;
}

/**
 * An alarm on metric math may reference that many metrics; the limit cannot be raised (CloudWatch
 * user guide, "Limits").
 */
const maxMetricsOfAlarm = 10;

const period = Duration.minutes(5);

/**
 * The alarms on the delivery of the rules of a bridge, or of a source.
 *
 * They use no resource of the bridge, so they also fire when its queues and its key cannot be used.
 *
 * @param prefix in front of the names, such as `Source`
 */
export function toRuleAlarms(rules: readonly WatchedRule[], prefix = ''): readonly AlarmSpec[] {
  if (rules.length === 0) return [];
  return [
    {
      name: `${prefix}FailedInvocations`,
      says: 'EventBridge could not deliver an event to the target of a rule; it keeps the event in the dead-letter queue of the rules, if it can',
      metric: ofRules('FailedInvocations', rules),
      threshold: 1,
    },
    {
      name: `${prefix}InvocationsFailedToBeSentToDlq`,
      says: 'EventBridge could deliver an event neither to the target of a rule nor to the dead-letter queue; the event is lost',
      metric: ofRules('InvocationsFailedToBeSentToDlq', rules),
      threshold: 1,
    },
  ];
}

function ofRules(metricName: string, rules: readonly WatchedRule[]): IMetric {
  return rules.length <= maxMetricsOfAlarm
    ? toSum(metricName, rules)
    : new MathExpression({ expression: toQuery(metricName), label: metricName, period });
}

/**
 * EventBridge sends these metrics only when they are not zero (documented), so a gap counts as 0.
 */
function toSum(metricName: string, rules: readonly WatchedRule[]): MathExpression {
  const metrics = rules.map((rule, at) => [`r${at}`, toMetric(metricName, rule)] as const);
  return new MathExpression({
    expression: `SUM([${metrics.map(([id]) => `FILL(${id}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics),
    label: metricName,
    period,
  });
}

/**
 * A Metrics Insights query over all rules of the account and Region, on every bus.
 *
 * It knows `=`, `!=` and `AND` only (documented), so it can select neither a list of rules nor a
 * prefix. Grouped, it names the rule that fails: the runbook says how to tell a rule of the bridge
 * from another one.
 */
function toQuery(metricName: string): string {
  return `SELECT SUM(${metricName}) FROM "AWS/Events" GROUP BY RuleName ORDER BY SUM() DESC`;
}

function toMetric(metricName: string, { ruleName, eventBusName }: WatchedRule): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName,
    statistic: 'Sum',
    period,
    dimensionsMap: {
      RuleName: ruleName,
      ...(eventBusName !== undefined && { EventBusName: eventBusName }),
    },
  });
}
