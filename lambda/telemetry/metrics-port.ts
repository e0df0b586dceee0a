import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { type MetricName, metricService, metrics as names } from '../contract.ts';
import { metricFacts } from './metric-facts.ts';
import type { MetricSubject, Metrics } from './report-telemetry.ts';

/** Metrics that are kept until the end of the invocation, and then go out with the log. */
export interface KeptMetrics extends Metrics {
  /** A middleware for middy: lets them go at the end of each invocation, however it ends. */
  readonly middleware: { readonly after: () => void; readonly onError: () => void };
}

/** What is told of one subject: values by metric, to be written as one document. */
interface Document {
  readonly subject: MetricSubject;
  readonly values: Map<MetricName, number[]>;
}

/** CloudWatch takes a hundred; Powertools lets go by itself when it has them, and then forgets the dimensions. */
const mostValues = 99;

const unitByFact = {
  Count: MetricUnit.Count,
  Milliseconds: MetricUnit.Milliseconds,
  Seconds: MetricUnit.Seconds,
} as const;

/**
 * Binds the metrics to CloudWatch's embedded metric format, as Powertools writes it.
 *
 * A document of that format has one list of dimension sets for all its metrics; so each subject has documents of its own,
 * in which a metric is told over all and once more by each dimension of the subject.
 *
 * @param byRoute whether the metrics that may be are told by route too: one custom metric for each
 */
export function createMetrics({ byRoute }: { readonly byRoute: boolean }): KeptMetrics {
  const documents = new Map<string, Document>();

  const record = (name: MetricName, value: number, of: MetricSubject = {}) => {
    const subject = toSubject(name, of);
    const key = JSON.stringify(subject);
    const document = documents.get(key) ?? { subject, values: new Map() };
    const values = document.values.get(name) ?? [];
    values.push(value);
    document.values.set(name, values);
    documents.set(key, document);
    if (values.length < mostValues) return;
    documents.delete(key);
    write(document);
  };

  function toSubject(name: MetricName, of: MetricSubject): MetricSubject {
    const { by } = metricFacts[name];
    const told = by.filter((dimension) => dimension !== 'route' || byRoute);
    return Object.fromEntries(
      told.flatMap((dimension) => (of[dimension] ? [[dimension, of[dimension]]] : [])),
    );
  }

  function writeAll(): void {
    const all = [...documents.values()];
    documents.clear();
    for (const document of all) write(document);
  }

  return {
    count: (name, of) => record(name, 1, of),
    milliseconds: record,
    gauge: record,
    middleware: { after: writeAll, onError: writeAll },
  };
}

function write({ subject, values }: Document): void {
  const metrics = new PowertoolsMetrics({ namespace: names.namespace, serviceName: metricService });
  // The empty set stands for the service alone, which Powertools adds to every set.
  metrics.addDimensions({});
  for (const [name, value] of Object.entries(subject)) metrics.addDimensions({ [name]: value });
  for (const [name, each] of values) {
    const unit = unitByFact[metricFacts[name].unit];
    for (const value of each) metrics.addMetric(name, unit, value);
  }
  metrics.publishStoredMetrics();
}
