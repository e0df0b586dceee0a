import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { type MetricName, metricService, metrics as names } from '../contract.ts';
import { metricFacts } from './metric-facts.ts';
import type { MetricSubject, Metrics } from './report-telemetry.ts';

/** Metrics that are buffered until the end of the invocation, and then written to the log. */
export interface BufferedMetrics extends Metrics {
  /**
   * Middleware for middy that writes the metrics at the end of each invocation, also after an
   * error.
   */
  readonly middleware: { readonly after: () => void; readonly onError: () => void };
}

/** The values of one subject, by metric. They are written as one document. */
interface Document {
  readonly subject: MetricSubject;
  readonly values: Map<MetricName, number[]>;
}

/**
 * Maximum number of values per document. CloudWatch accepts 100. Powertools flushes by itself at
 * 100, and then loses the dimensions.
 */
const maxValues = 99;

const unitByFact = {
  Count: MetricUnit.Count,
  Milliseconds: MetricUnit.Milliseconds,
  Seconds: MetricUnit.Seconds,
} as const;

/**
 * Creates metrics in CloudWatch's embedded metric format, as Powertools writes it.
 *
 * A document of that format has one list of dimension sets for all its metrics. So each subject has
 * its own documents. Each metric in them is emitted in total and once per dimension of the subject.
 *
 * @param byRoute whether metrics with the dimension `route` use it: one custom metric per route
 */
export function createMetrics({ byRoute }: { readonly byRoute: boolean }): BufferedMetrics {
  const documents = new Map<string, Document>();

  const record = (name: MetricName, value: number, of: MetricSubject = {}) => {
    const subject = toSubject(name, of);
    const key = JSON.stringify(subject);
    const document = documents.get(key) ?? { subject, values: new Map() };
    const values = document.values.get(name) ?? [];
    values.push(value);
    document.values.set(name, values);
    documents.set(key, document);
    if (values.length < maxValues) return;
    documents.delete(key);
    write(document);
  };

  function toSubject(name: MetricName, of: MetricSubject): MetricSubject {
    const { by } = metricFacts[name];
    const dimensions = by.filter((dimension) => dimension !== 'route' || byRoute);
    return Object.fromEntries(
      dimensions.flatMap((dimension) => (of[dimension] ? [[dimension, of[dimension]]] : [])),
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
  // The empty set is the total; Powertools adds the dimension `service` to every set.
  metrics.addDimensions({});
  for (const [name, value] of Object.entries(subject)) metrics.addDimensions({ [name]: value });
  for (const [name, each] of values) {
    const unit = unitByFact[metricFacts[name].unit];
    for (const value of each) metrics.addMetric(name, unit, value);
  }
  metrics.publishStoredMetrics();
}
