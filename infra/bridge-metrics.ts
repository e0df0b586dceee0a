import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type MetricName,
  metricDimensions,
  metricService,
  metrics as names,
} from '../lambda/contract.ts';

/** How a metric is looked at. */
export interface MetricFormat {
  /** Such as `Sum`, `Maximum`, `p99`. */
  readonly statistic: string;
  /** @default - five minutes */
  readonly period?: Duration;
  /** One AutoSys only. @default - over all */
  readonly instance?: string;
  readonly label?: string;
}

/** One of the bridge's own metrics, as the functions tell it. */
export function bridgeMetric(metricName: MetricName, look: MetricFormat): IMetric {
  const { statistic, period = Duration.minutes(5), instance, label } = look;
  return new Metric({
    namespace: names.namespace,
    metricName,
    statistic,
    period,
    ...(label !== undefined && { label }),
    dimensionsMap: {
      [metricDimensions.service]: metricService,
      ...(instance !== undefined && { [metricDimensions.autosysInstance]: instance }),
    },
  });
}
