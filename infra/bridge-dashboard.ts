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
import type { Watched } from './alarm-list.ts';
import { bridgeMetric } from './bridge-metrics.ts';

export interface BridgeDashboardProps extends Watched {
  readonly name: string;
  readonly alarms: readonly IAlarm[];
}

/** The night at a glance: what rings, what came, what AutoSys was told and how fast, what waits. */
export class BridgeDashboard extends Dashboard {
  constructor(scope: Construct, id: string, { name, alarms, ...watched }: BridgeDashboardProps) {
    super(scope, id, { dashboardName: name, defaultInterval: Duration.hours(12) });
    this.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24 }));
    this.addWidgets(...toFlowWidgets());
    for (const instance of watched.instances) this.addWidgets(...toToldWidgets(instance));
    this.addWidgets(...toInstanceWidgets(watched.instances));
    this.addWidgets(...toPlumbingWidgets(watched));
    if (watched.canary) this.addWidgets(...toCanaryWidgets(watched.instances));
  }
}

function toFlowWidgets(): readonly IWidget[] {
  const sum = { statistic: 'Sum' };
  return [
    graph('Announcements of AWS', [
      bridgeMetric(metrics.received, sum),
      bridgeMetric(metrics.ignored, sum),
      bridgeMetric(metrics.invalid, sum),
      bridgeMetric(metrics.refused, sum),
      bridgeMetric(metrics.recovered, sum),
    ]),
    graph('Told to AutoSys', toldTo()),
    graph('From the change in AWS to the confirmation in AutoSys, ms', confirmedAfter()),
  ];
}

/**
 * The same of one AutoSys, so that one which is refused or slow does not hide behind the others.
 */
function toToldWidgets(instance: string): readonly IWidget[] {
  return [
    graph(`Told to ${instance}`, toldTo({ instance }), 12),
    graph(`From the change in AWS to ${instance}, ms`, confirmedAfter({ instance }), 12),
  ];
}

function toldTo(of: { readonly instance?: string } = {}): readonly IMetric[] {
  const told = [metrics.confirmed, metrics.accepted, metrics.dropped, metrics.parked];
  return told.map((name) => bridgeMetric(name, { statistic: 'Sum', label: name, ...of }));
}

function confirmedAfter(of: { readonly instance?: string } = {}): readonly IMetric[] {
  return ['p50', 'p90', 'p99', 'Maximum'].map((statistic) =>
    bridgeMetric(metrics.confirmedAfterMs, { statistic, label: statistic, ...of }),
  );
}

function toInstanceWidgets(instances: readonly string[]): readonly IWidget[] {
  const each = byInstance(instances);
  return [
    graph('Not called, because it failed', each(metrics.circuitIsOpen, 'Maximum')),
    graph('Oldest that is due, s', each(metrics.oldestDueSeconds, 'Maximum')),
    graph('Sweep late to ask about a run, s', [
      bridgeMetric(metrics.oldestOpenSeconds, { statistic: 'Maximum' }),
    ]),
  ];
}

function toCanaryWidgets(instances: readonly string[]): readonly IWidget[] {
  const each = byInstance(instances);
  return [
    graph('Canary failed', each(metrics.canaryFailed, 'Maximum'), 6),
    graph('Canary, from sending to seeing, ms', each(metrics.canaryRoundTripMs, 'Maximum'), 6),
    graph('Days until a certificate ends', each(metrics.certificateDaysLeft, 'Minimum'), 6),
    graph('Days since the login was written', each(metrics.secretAgeDays, 'Maximum'), 6),
  ];
}

function byInstance(instances: readonly string[]) {
  return (metricName: Parameters<typeof bridgeMetric>[0], statistic: string) =>
    instances.map((instance) => bridgeMetric(metricName, { statistic, instance, label: instance }));
}

function toPlumbingWidgets(watched: Watched): readonly IWidget[] {
  const { queue, deadLetterQueue, undeliveredQueue, report, sweep } = watched;
  return [
    graph('Queue', [
      queue.metricApproximateNumberOfMessagesVisible({ label: 'waiting' }),
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' }),
      undeliveredQueue.metricApproximateNumberOfMessagesVisible({ label: 'undelivered' }),
    ]),
    graph('Oldest message, s', [queue.metricApproximateAgeOfOldestMessage()]),
    graph('Functions', [
      report.metricErrors({ label: 'report errors' }),
      report.metricThrottles({ label: 'report throttles' }),
      sweep.metricErrors({ label: 'sweep errors' }),
    ]),
  ];
}

function graph(title: string, left: readonly IMetric[], width = 8): IWidget {
  return new GraphWidget({ title, left: [...left], width });
}
