import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { parseAutosysInstance } from '../../autosys/names.ts';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import { metricDimensions, metrics as names } from '../../lambda/contract.ts';
import { metricFacts } from '../../lambda/telemetry/metric-facts.ts';
import { aBridgeConfig, anInstanceConfig } from '../support/bridge-config.ts';

interface Shown {
  readonly title: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string | undefined;
}

/** The bridge metrics on the dashboard of two AutoSys instances. */
function toShown(): readonly Shown[] {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
  const instances = ['ACE', 'PRD'].map((name) =>
    anInstanceConfig({ name: parseAutosysInstance(name) }),
  );
  new AutosysBridge(stack, 'Bridge', { config: { ...aBridgeConfig(), instances } });
  const [dashboard] = Object.values(
    Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'),
  );
  // Tokens that are known at deployment only are between the texts.
  const [, parts = []] = dashboard?.['Properties'].DashboardBody['Fn::Join'] ?? [];
  const body = parts.map((part: unknown) => (typeof part === 'string' ? part : '…')).join('');
  const { widgets } = JSON.parse(body);
  return widgets.flatMap(({ properties: { title, metrics = [] } }: Widget) =>
    metrics
      .filter(([namespace]) => namespace === names.namespace)
      .map(([, metric = '', ...rest]) => toShownMetric(title, String(metric), rest)),
  );
}

interface Widget {
  readonly properties: { readonly title: string; readonly metrics?: readonly unknown[][] };
}

function toShownMetric(title: string, metric: string, rest: readonly unknown[]): Shown {
  const texts = rest.filter((one) => typeof one === 'string');
  const options = rest.find((one) => typeof one === 'object') as { stat?: string } | undefined;
  const dimensions = Object.fromEntries(
    texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? '']] : [])),
  );
  return { title, metric, dimensions, statistic: options?.stat };
}

const shown = toShown();

test('shows only metrics that the functions emit', () => {
  for (const { metric, dimensions } of shown) {
    const { service, ...others } = metricDimensions;
    const emitted = metricFacts[metric as keyof typeof metricFacts].by;
    const used = Object.keys(dimensions).filter((name) => name !== service);

    expect(dimensions).toHaveProperty(service, 'autosys-bridge');
    expect(Object.values(others)).toEqual(expect.arrayContaining(used));
    expect(emitted, metric).toEqual(expect.arrayContaining(used));
  }
});

test.for(['ACE', 'PRD'])('shows outcomes, latency and circuit breaker of %s', (name) => {
  const ofInstance = shown.filter(({ dimensions }) => dimensions['autosysInstance'] === name);

  expect(ofInstance).toEqual(
    expect.arrayContaining(
      [
        ['EventsConfirmed', 'Sum'],
        ['EventsAccepted', 'Sum'],
        ['EventsParked', 'Sum'],
        ['ConfirmedAfter', 'p50'],
        ['ConfirmedAfter', 'p90'],
        ['ConfirmedAfter', 'p99'],
        ['CircuitBreakerOpen', 'Maximum'],
      ].map(([metric, statistic]) => expect.objectContaining({ metric, statistic })),
    ),
  );
});
