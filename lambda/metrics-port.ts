import { MetricUnit, type Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { metricFacts } from './contract.ts';
import type { Metrics } from './report/account.ts';

/** Lets the account count into Powertools' metrics, which go out with the log. */
export function toMetricsPort(metrics: PowertoolsMetrics): Metrics {
  return {
    count: (name) => metrics.addMetric(name, MetricUnit.Count, 1),
    milliseconds: (name, ms) => metrics.addMetric(name, MetricUnit.Milliseconds, ms),
    gauge: (name, value) => metrics.addMetric(name, metricFacts[name].unit, value),
  };
}
