import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type MetricName,
  metricDimensions,
  metricService,
  metrics as names,
} from '../lambda/contract.ts';

/** Statistic, period and dimension of a metric. */
export interface MetricFormat {
  /** Such as `Sum`, `Maximum`, `p99`. */
  readonly statistic: string;
  /** @default - five minutes */
  readonly period?: Duration;
  /** One AutoSys instance only. @default - all instances together */
  readonly instance?: string;
  readonly label?: string;
}

/** Creates a metric that the functions of the bridge emit. */
export function bridgeMetric(metricName: MetricName, format: MetricFormat): IMetric {
  const { statistic, period = Duration.minutes(5), instance, label } = format;
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
