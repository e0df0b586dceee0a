import { Duration } from 'aws-cdk-lib';
import { metrics } from '../lambda/contract.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { bridgeMetric } from './bridge-metrics.ts';
import { toCanaryAlarms, toFunctionAlarms } from './function-alarms.ts';
import { toLaunchAlarms } from './launch-alarms.ts';
import { toNightAlarms } from './night/night-alarms.ts';
import { toRequestAlarms } from './requests/request-alarms.ts';
import { toRuleAlarms } from './rule-alarms.ts';
import type { Watched } from './watched.ts';

const fiveMinutes = Duration.minutes(5);
const minute = Duration.minutes(1);
const visibleMessages = { statistic: 'Maximum', period: minute };

/**
 * All alarms of a bridge, in the order of the runbook: losses, then delays, then failures of
 * functions, the launch API, the requests, the canary and the pages of the night.
 */
export function toAlarms(watched: Watched): readonly AlarmSpec[] {
  return [
    ...toLossAlarms(watched),
    ...toDelayAlarms(watched),
    ...watched.instances.flatMap((instance) => toInstanceAlarms(instance, watched)),
    ...toFunctionAlarms(watched),
    ...toLaunchAlarms(watched),
    ...toRequestAlarms(watched),
    ...watched.instances.flatMap((instance) => toCanaryAlarms(instance, watched)),
    ...toNightAlarms(watched),
  ];
}

/** All alarms of a source, in its own account and Region. */
export function toSourceAlarms({
  undeliveredQueue,
  rules,
}: Pick<Watched, 'undeliveredQueue' | 'rules'>): readonly AlarmSpec[] {
  return [
    {
      name: 'SourceUndelivered',
      description:
        'EventBridge could not deliver an event of this account and Region to the event bus of the bridge',
      metric: undeliveredQueue.metricApproximateNumberOfMessagesVisible(visibleMessages),
      threshold: 1,
    },
    ...toRuleAlarms(rules, 'Source'),
  ];
}

function toLossAlarms({ deadLetterQueue, undeliveredQueue, rules }: Watched): readonly AlarmSpec[] {
  return [
    {
      name: 'Parked',
      description:
        'An effect was parked: AutoSys rejected it, it could not be delivered before its deadline, or its outcome is unknown. An operator must replay or dismiss it',
      metric: bridgeMetric(metrics.parked, { statistic: 'Sum' }),
      threshold: 1,
    },
    {
      name: 'DeadLetters',
      description: 'The report function failed five times to read or handle a message',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible(visibleMessages),
      threshold: 1,
    },
    {
      name: 'Undelivered',
      description: 'EventBridge could not deliver an event to the report queue',
      metric: undeliveredQueue.metricApproximateNumberOfMessagesVisible(visibleMessages),
      threshold: 1,
    },
    ...toRuleAlarms(rules),
    {
      name: 'EventsRefused',
      id: 'Refused',
      description:
        'An event came from an AWS account that the route file does not allow. It was discarded',
      metric: bridgeMetric(metrics.refused, { statistic: 'Sum' }),
      threshold: 1,
    },
    {
      name: 'RunsRecovered',
      id: 'Recovered',
      description:
        'The event of a state change did not arrive. The sweep found the change in AWS, so the AutoSys event was sent late',
      metric: bridgeMetric(metrics.recovered, { statistic: 'Sum' }),
      threshold: 1,
    },
    {
      name: 'RunsLost',
      description:
        'The end of a run is unknown and cannot be found: AWS no longer knows the run, or its status could not be looked up for 14 days',
      metric: bridgeMetric(metrics.lost, { statistic: 'Sum' }),
      threshold: 1,
    },
    {
      name: 'RunLookupsFailed',
      id: 'RunsUnasked',
      description:
        'The sweep has failed to look up a run in AWS for an hour or longer. If the event of its end is lost, the end stays unknown',
      metric: bridgeMetric(metrics.lookupsFailed, { statistic: 'Sum', period: Duration.hours(1) }),
      threshold: 1,
      // The sweep looks up a run again after at most one hour. A lasting failure shows in two of
      // three hours, a short one in one.
      periods: 3,
      datapoints: 2,
    },
  ];
}

function toDelayAlarms({ queue, slowAfter }: Watched): readonly AlarmSpec[] {
  return [
    {
      name: 'SlowDelivery',
      description: `The p99 time from the state change in AWS to the confirmation in AutoSys is ${slowAfter.toMinutes()} minutes or longer`,
      metric: bridgeMetric(metrics.confirmedAfterMs, { statistic: 'p99' }),
      threshold: slowAfter.toMilliseconds(),
    },
    {
      name: 'OldestMessage',
      description:
        'The oldest message has been in the report queue for 15 minutes or longer. The report function is too slow or fails',
      metric: queue.metricApproximateAgeOfOldestMessage({
        statistic: 'Maximum',
        period: fiveMinutes,
      }),
      threshold: Duration.minutes(15).toSeconds(),
    },
  ];
}

function toInstanceAlarms(instance: string, { slowAfter }: Watched): readonly AlarmSpec[] {
  return [
    {
      name: `AutosysDown-${instance}`,
      description: `The circuit breaker of AutoSys ${instance} has been open for 5 minutes. Entries for it wait in the ledger`,
      metric: bridgeMetric(metrics.circuitIsOpen, {
        statistic: 'Minimum',
        period: minute,
        instance,
      }),
      threshold: 1,
      periods: 5,
    },
    {
      name: `LoginRefused-${instance}`,
      description: `AutoSys ${instance} rejects the login of the bridge, or the secret cannot be read`,
      metric: bridgeMetric(metrics.loginRefused, { statistic: 'Sum', instance }),
      threshold: 1,
    },
    {
      name: `EntriesOverdue-${instance}`,
      id: `Waiting-${instance}`,
      description: `An entry for AutoSys ${instance} has been due for ${slowAfter.toMinutes()} minutes or longer`,
      metric: bridgeMetric(metrics.oldestDueSeconds, { statistic: 'Maximum', instance }),
      threshold: slowAfter.toSeconds(),
    },
    {
      name: `GlobalsReasserted-${instance}`,
      id: `Reasserted-${instance}`,
      description: `AutoSys ${instance} had lost global variables, for example by a restore or failover. They were set again`,
      metric: bridgeMetric(metrics.reasserted, { statistic: 'Sum', instance }),
      threshold: 1,
    },
  ];
}
