import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { metrics } from '../lambda/contract.ts';
import { bridgeMetric } from './bridge-metrics.ts';
import type { Watched, WatchedLaunchApi } from './watched.ts';

export interface BridgeDashboardProps extends Watched {
  readonly name: string;
  readonly alarms: readonly IAlarm[];
}

/**
 * The dashboard: alarms, received events, sent AutoSys events and their latency, and waiting
 * entries.
 */
export class BridgeDashboard extends Dashboard {
  constructor(scope: Construct, id: string, { name, alarms, ...watched }: BridgeDashboardProps) {
    super(scope, id, { dashboardName: name, defaultInterval: Duration.hours(12) });
    this.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24 }));
    this.addWidgets(...toFlowWidgets());
    for (const instance of watched.instances) this.addWidgets(...toDeliveryWidgets(instance));
    this.addWidgets(...toInstanceWidgets(watched.instances));
    this.addWidgets(...toResourceWidgets(watched));
    if (watched.launchApi) this.addWidgets(...toLaunchWidgets(watched.launchApi));
    if (watched.requests) this.addWidgets(...toRequestWidgets(watched.instances));
    if (watched.canary) this.addWidgets(...toCanaryWidgets(watched.instances));
  }
}

function toFlowWidgets(): readonly IWidget[] {
  const sum = { statistic: 'Sum' };
  return [
    graph('Events from AWS', [
      bridgeMetric(metrics.received, sum),
      bridgeMetric(metrics.ignored, sum),
      bridgeMetric(metrics.invalid, sum),
      bridgeMetric(metrics.refused, sum),
      bridgeMetric(metrics.recovered, sum),
    ]),
    graph('AutoSys events by outcome', outcomeMetrics()),
    graph('Time from AWS to confirmation (ms)', latencyMetrics()),
  ];
}

/** Outcomes and latency of one instance, so that a failing or slow instance is visible. */
function toDeliveryWidgets(instance: string): readonly IWidget[] {
  return [
    graph(`${instance}: AutoSys events by outcome`, outcomeMetrics({ instance }), 12),
    graph(`${instance}: time from AWS to confirmation (ms)`, latencyMetrics({ instance }), 12),
  ];
}

function outcomeMetrics(of: { readonly instance?: string } = {}): readonly IMetric[] {
  const outcomes = [
    ...[metrics.confirmed, metrics.accepted, metrics.discarded, metrics.parked],
    metrics.observed,
  ];
  return outcomes.map((name) => bridgeMetric(name, { statistic: 'Sum', label: name, ...of }));
}

function latencyMetrics(of: { readonly instance?: string } = {}): readonly IMetric[] {
  return ['p50', 'p90', 'p99', 'Maximum'].map((statistic) =>
    bridgeMetric(metrics.confirmedAfterMs, { statistic, label: statistic, ...of }),
  );
}

function toInstanceWidgets(instances: readonly string[]): readonly IWidget[] {
  const each = byInstance(instances);
  return [
    graph('Circuit breaker open', each(metrics.circuitIsOpen, 'Maximum')),
    graph('Oldest due entry (s)', each(metrics.oldestDueSeconds, 'Maximum')),
    graph('Sweep lag (s)', [bridgeMetric(metrics.sweepLagSeconds, { statistic: 'Maximum' })]),
  ];
}

function toCanaryWidgets(instances: readonly string[]): readonly IWidget[] {
  const each = byInstance(instances);
  return [
    graph('Canary failed', each(metrics.canaryFailed, 'Maximum'), 6),
    graph('Canary round trip (ms)', each(metrics.canaryRoundTripMs, 'Maximum'), 6),
    graph('Certificate expires in (days)', each(metrics.certificateDaysLeft, 'Minimum'), 6),
    graph('Age of the login secret (days)', each(metrics.secretAgeDays, 'Maximum'), 6),
  ];
}

function toLaunchWidgets({
  stage,
  launch,
  hold,
  authorizer,
}: WatchedLaunchApi): readonly IWidget[] {
  return [
    graph('Launch API (requests)', [
      stage.metricCount({ label: 'all' }),
      stage.metricClientError({ label: '4xx' }),
      stage.metricServerError({ label: '5xx' }),
    ]),
    ...(hold
      ? [
          graph('Held requests', [
            hold.metric('ConcurrentExecutions', { statistic: 'Maximum', label: 'held' }),
            hold.metricThrottles({ label: 'not held, all taken' }),
          ]),
        ]
      : []),
    graph('Launch function errors', [
      launch.metricErrors({ label: 'launch errors' }),
      launch.metricThrottles({ label: 'launch throttles' }),
      authorizer.metricErrors({ label: 'refused logins and authorizer errors' }),
    ]),
  ];
}

function toRequestWidgets(instances: readonly string[]): readonly IWidget[] {
  const each = byInstance(instances);
  return [
    graph(
      'Requests of AWS processes',
      [
        bridgeMetric(metrics.requestsReceived, { statistic: 'Sum', label: 'received' }),
        bridgeMetric(metrics.requestsRefused, { statistic: 'Sum', label: 'refused' }),
      ],
      6,
    ),
    graph('Requests waiting for a job', each(metrics.requestsWaiting, 'Maximum'), 6),
    graph(
      'Oldest wait (s)',
      [
        ...each(metrics.oldestWaitSeconds, 'Maximum'),
        bridgeMetric(metrics.waitOverdueSeconds, {
          statistic: 'Maximum',
          label: 'after its timeout',
        }),
      ],
      6,
    ),
    graph(
      'Time from the end of a job to the answer (ms)',
      ['p50', 'p99', 'Maximum'].map((statistic) =>
        bridgeMetric(metrics.jobAnswerDelayMs, { statistic, label: statistic }),
      ),
      6,
    ),
  ];
}

function byInstance(instances: readonly string[]) {
  return function each(metricName: Parameters<typeof bridgeMetric>[0], statistic: string) {
    return instances.map((instance) =>
      bridgeMetric(metricName, { statistic, instance, label: instance }),
    );
  };
}

function toResourceWidgets(watched: Watched): readonly IWidget[] {
  const { queue, deadLetterQueue, undeliveredQueue, report, sweep } = watched;
  return [
    graph('Queues (messages)', [
      queue.metricApproximateNumberOfMessagesVisible({ label: 'waiting' }),
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' }),
      undeliveredQueue.metricApproximateNumberOfMessagesVisible({ label: 'undelivered' }),
    ]),
    graph('Oldest message in the report queue (s)', [queue.metricApproximateAgeOfOldestMessage()]),
    graph('Function errors', [
      report.metricErrors({ label: 'report errors' }),
      report.metricThrottles({ label: 'report throttles' }),
      sweep.metricErrors({ label: 'sweep errors' }),
    ]),
  ];
}

function graph(title: string, left: readonly IMetric[], width = 8): IWidget {
  return new GraphWidget({ title, left: [...left], width });
}
