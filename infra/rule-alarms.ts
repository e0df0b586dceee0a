import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from './alarm-spec.ts';

/** An EventBridge rule, identified by the dimensions of its metrics. */
export interface WatchedRule {
  readonly ruleName: string;
  /** @default - the default bus, whose metrics have no `EventBusName` */
  readonly eventBusName?: string;
}

/**
 * Maximum number of metrics in an alarm on metric math. It cannot be raised (CloudWatch user guide,
 * "Limits").
 */
const maxMetricsOfAlarm = 10;

const period = Duration.minutes(5);

/**
 * The alarms on the delivery of the rules of a bridge or source.
 *
 * They use no resource of the bridge, so they also fire if its queues or its key are unusable.
 *
 * @param prefix prefix of the names, such as `Source`
 */
export function toRuleAlarms(rules: readonly WatchedRule[], prefix = ''): readonly AlarmSpec[] {
  if (rules.length === 0) return [];
  return [
    {
      name: `${prefix}FailedInvocations`,
      description:
        'EventBridge could not deliver an event to the target of a rule. It tries to keep the event in the dead-letter queue of the rules',
      metric: ofRules('FailedInvocations', rules),
      threshold: 1,
    },
    {
      name: `${prefix}InvocationsFailedToBeSentToDlq`,
      description:
        'EventBridge could deliver an event neither to the target of a rule nor to the dead-letter queue. The event is lost',
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
 * Metrics Insights supports `=`, `!=` and `AND` only (documented), so it can select neither a list
 * of rules nor a prefix. Grouped by rule, the alarm shows which rule fails. The runbook describes
 * how to recognize a rule of the bridge.
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
