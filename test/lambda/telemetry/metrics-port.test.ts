import { afterEach, describe, expect, test, vi } from 'vitest';
import { metricService, metrics as names } from '../../../lambda/contract.ts';
import { metricFacts } from '../../../lambda/telemetry/metric-facts.ts';
import { createMetrics } from '../../../lambda/telemetry/metrics-port.ts';

const ace = { autosysInstance: 'ACE' };
const settlement = { ...ace, route: 'settlement' };

/** The fields that every document of the embedded metric format has. */
interface Document {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** The documents that are written when an invocation records these metrics and ends. */
function recorded(record: (metrics: ReturnType<typeof createMetrics>) => void, byRoute = true) {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);
  const metrics = createMetrics({ byRoute });
  record(metrics);
  metrics.middleware.after();
  vi.restoreAllMocks();
  return lines.map((line) => JSON.parse(line) as Document);
}

/**
 * Faults for which CloudWatch rejects a document (CloudWatch user guide, specification of the
 * embedded metric format).
 */
function faultsOf(document: Document): readonly string[] {
  return document._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) => [
    ...(Namespace === names.namespace ? [] : [`namespace ${Namespace}`]),
    ...(Dimensions.length > 0 ? [] : ['no dimension set']),
    ...Dimensions.filter((set) => set.length > 30).map(() => 'more than 30 dimensions'),
    ...Dimensions.flat()
      .filter((name) => typeof document[name] !== 'string' || document[name] === '')
      .map((name) => `dimension ${name} has no text`),
    ...(Metrics.length <= 100 ? [] : ['more than 100 metrics']),
    ...Metrics.filter(({ Name }) => !isNumbers(document[Name])).map(({ Name }) => `metric ${Name}`),
  ]);
}

function isNumbers(value: unknown): boolean {
  const each: readonly unknown[] = Array.isArray(value) ? value : [value];
  return each.length > 0 && each.length <= 100 && each.every((one) => typeof one === 'number');
}

/** The dimensions and values of a metric in these documents. */
function valuesOf(documents: readonly Document[], name: string) {
  return documents.flatMap((document) => {
    const { service: _, _aws, ...members } = document;
    return _aws.CloudWatchMetrics.filter(({ Metrics }) =>
      Metrics.some(({ Name }) => Name === name),
    ).flatMap(({ Dimensions }) =>
      Dimensions.map((set) => ({
        by: Object.fromEntries(
          set.filter((one) => one !== 'service').map((one) => [one, members[one]]),
        ),
        values: [members[name]].flat(),
      })),
    );
  });
}

describe('the metrics of an invocation', () => {
  test('have the time to the confirmation in total, per instance and per route, with each value for percentiles', () => {
    const documents = recorded(({ milliseconds }) => {
      milliseconds(names.confirmedAfterMs, 1_500, settlement);
      milliseconds(names.confirmedAfterMs, 900, settlement);
      milliseconds(names.confirmedAfterMs, 700, { ...ace, route: 'risk' });
    });

    expect(documents.flatMap(faultsOf)).toEqual([]);
    expect(valuesOf(documents, names.confirmedAfterMs)).toEqual([
      { by: {}, values: [1_500, 900] },
      { by: { autosysInstance: 'ACE' }, values: [1_500, 900] },
      { by: { route: 'settlement' }, values: [1_500, 900] },
      { by: {}, values: [700] },
      { by: { autosysInstance: 'ACE' }, values: [700] },
      { by: { route: 'risk' }, values: [700] },
    ]);
    expect(documents[0]?._aws.CloudWatchMetrics[0]?.Metrics).toEqual([
      { Name: names.confirmedAfterMs, Unit: 'Milliseconds' },
    ]);
  });

  test('have no dimension route if the route file disables it', () => {
    const documents = recorded(
      ({ milliseconds }) => milliseconds(names.confirmedAfterMs, 1_500, settlement),
      false,
    );

    expect(valuesOf(documents, names.confirmedAfterMs)).toEqual([
      { by: {}, values: [1_500] },
      { by: { autosysInstance: 'ACE' }, values: [1_500] },
    ]);
    expect(JSON.stringify(documents)).not.toContain('settlement');
  });

  test('have exactly the dimensions of their definition, under one service', () => {
    const every = Object.values(names).filter((name) => name !== names.namespace);

    const documents = recorded(({ gauge }) => {
      for (const name of every) gauge(name, 1, settlement);
    });

    expect(documents.flatMap(faultsOf)).toEqual([]);
    expect(new Set(documents.map(({ service }) => service))).toEqual(new Set([metricService]));
    for (const name of every) {
      const dimensions = valuesOf(documents, name).flatMap(({ by }) => Object.keys(by));
      expect([name, dimensions]).toEqual([name, metricFacts[name].by]);
    }
  });

  test('share a document if they have the same dimensions', () => {
    const documents = recorded(({ count }) => {
      count(names.received);
      count(names.ignored);
      count(names.parked, settlement);
      count(names.waiting, ace);
    });

    expect(documents).toHaveLength(2);
  });

  test('lose none of a thousand values, and no dimension', () => {
    const values = Array.from({ length: 1_000 }, (_, at) => at);

    const documents = recorded(({ milliseconds, count }) => {
      count(names.parked, ace);
      for (const ms of values) milliseconds(names.confirmedAfterMs, ms, settlement);
    });

    expect(documents.flatMap(faultsOf)).toEqual([]);
    const byRoute = valuesOf(documents, names.confirmedAfterMs).filter(({ by }) => 'route' in by);
    expect(byRoute.flatMap((one) => one.values)).toEqual(values);
  });

  test('are written once, and not again at the end of the next invocation', () => {
    const metrics = createMetrics({ byRoute: true });
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);
    metrics.count(names.received);

    metrics.middleware.onError();
    metrics.middleware.after();

    expect(lines).toHaveLength(1);
  });
});
