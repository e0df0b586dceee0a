import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { metrics } from '../lambda/contract.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { bridgeMetric } from './bridge-metrics.ts';
import { toRuleAlarms, type WatchedRule } from './rule-alarms.ts';

/** What is watched. */
export interface Watched {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly undeliveredQueue: IQueue;
  /** Those that feed the report queue. */
  readonly rules: readonly WatchedRule[];
  readonly report: IFunction;
  readonly sweep: IFunction;
  /** @default - there is none */
  readonly canary?: { readonly function: IFunction; readonly every: Duration };
  /** The names of the AutoSys instances. */
  readonly instances: readonly string[];
  /** A delivery slower than that is told. */
  readonly slowAfter: Duration;
}

const fiveMinutes = Duration.minutes(5);
const minute = Duration.minutes(1);
const waiting = { statistic: 'Maximum', period: minute };

/**
 * Every alarm, in the order of the runbook: what is lost first, what is late next, what may fail
 * soon last.
 */
export function toAlarms(watched: Watched): readonly AlarmSpec[] {
  return [
    ...toLossAlarms(watched),
    ...toDelayAlarms(watched),
    ...watched.instances.flatMap((instance) => toInstanceAlarms(instance, watched)),
    ...toFunctionAlarms(watched),
    ...watched.instances.flatMap((instance) => toCanaryAlarms(instance, watched)),
  ];
}

/** The alarms of a source, in its own account and Region. */
export function toSourceAlarms({
  undeliveredQueue,
  rules,
}: Pick<Watched, 'undeliveredQueue' | 'rules'>): readonly AlarmSpec[] {
  return [
    {
      name: 'SourceUndelivered',
      says: 'EventBridge could not hand an announcement of this account and Region to the bus of the bridge',
      metric: undeliveredQueue.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
    },
    ...toRuleAlarms(rules, 'Source'),
  ];
}

function toLossAlarms({ deadLetterQueue, undeliveredQueue, rules }: Watched): readonly AlarmSpec[] {
  return [
    {
      name: 'Parked',
      says: 'AutoSys refused something, or nobody knows whether it arrived; a person must decide',
      metric: bridgeMetric(metrics.parked, { statistic: 'Sum' }),
      threshold: 1,
    },
    {
      name: 'DeadLetters',
      says: 'The report function gave up a message that it could not read or handle',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
    },
    {
      name: 'Undelivered',
      says: 'EventBridge could not hand an announcement to the queue',
      metric: undeliveredQueue.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
    },
    ...toRuleAlarms(rules),
    {
      name: 'Refused',
      says: 'An account that may not speak announced something; nothing was done about it',
      metric: bridgeMetric(metrics.refused, { statistic: 'Sum' }),
      threshold: 1,
    },
    {
      name: 'Recovered',
      says: 'AWS announced no end of a run, and the sweep found it; AutoSys was told late',
      metric: bridgeMetric(metrics.recovered, { statistic: 'Sum' }),
      threshold: 1,
    },
    {
      name: 'RunsLost',
      says: 'How a run ended is not known and will not be found out: AWS no longer knows the run, or could not be asked for 14 days',
      metric: bridgeMetric(metrics.lost, { statistic: 'Sum' }),
      threshold: 1,
    },
    {
      name: 'RunsUnasked',
      says: 'The sweep has not been able to ask AWS about a run for an hour or longer; an end that AWS does not announce stays unknown',
      metric: bridgeMetric(metrics.unasked, { statistic: 'Sum', period: Duration.hours(1) }),
      threshold: 1,
      // The sweep asks again after an hour at most: a failure that lasts shows in two hours of
      // three, a short one in one.
      periods: 3,
      datapoints: 2,
    },
  ];
}

function toDelayAlarms({ queue, slowAfter }: Watched): readonly AlarmSpec[] {
  return [
    {
      name: 'SlowDelivery',
      says: `One in a hundred confirmations took ${slowAfter.toMinutes()} minutes or longer from the change in AWS`,
      metric: bridgeMetric(metrics.confirmedAfterMs, { statistic: 'p99' }),
      threshold: slowAfter.toMilliseconds(),
    },
    {
      name: 'OldestMessage',
      says: 'A message has been in the queue for a quarter of an hour; the report function does not keep up or fails',
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
      says: `AutoSys ${instance} has not answered for five minutes; everything for it waits in the ledger`,
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
      says: `AutoSys ${instance} refuses the bridge's login, and a fresh secret did not help`,
      metric: bridgeMetric(metrics.loginRefused, { statistic: 'Sum', instance }),
      threshold: 1,
    },
    {
      name: `Waiting-${instance}`,
      says: `Something for AutoSys ${instance} has been due for ${slowAfter.toMinutes()} minutes or longer`,
      metric: bridgeMetric(metrics.oldestDueSeconds, { statistic: 'Maximum', instance }),
      threshold: slowAfter.toSeconds(),
    },
    {
      name: `Reasserted-${instance}`,
      says: `AutoSys ${instance} had lost global variables, as after a restore or a failover; they were set again`,
      metric: bridgeMetric(metrics.reasserted, { statistic: 'Sum', instance }),
      threshold: 1,
    },
  ];
}

function toFunctionAlarms({ report, sweep, canary }: Watched): readonly AlarmSpec[] {
  const count = { statistic: 'Sum', period: fiveMinutes };
  return [
    {
      name: 'ReportErrors',
      says: 'The report function fails; its messages come again until they are dead letters',
      metric: report.metricErrors(count),
      threshold: 1,
    },
    {
      name: 'ReportThrottles',
      says: 'Lambda has no room for the report function: the concurrency of the account is used up',
      metric: report.metricThrottles(count),
      threshold: 1,
    },
    {
      name: 'SweepErrors',
      says: 'The sweep function fails: what is due and what was lost waits',
      metric: sweep.metricErrors(count),
      threshold: 1,
      periods: 3,
    },
    {
      name: 'SweepSilent',
      says: 'The sweep function has not run for a quarter of an hour: what is due and what was lost waits',
      metric: sweep.metricInvocations(count),
      threshold: 1,
      rings: 'below',
      periods: 3,
      silence: 'rings',
    },
    ...(canary
      ? [
          {
            name: 'CanaryErrors',
            says: 'The canary function fails: nobody looks ahead whether AutoSys can be told',
            metric: canary.function.metricErrors({ statistic: 'Sum', period: canary.every }),
            threshold: 1,
            periods: 2,
          },
          {
            name: 'CanarySilent',
            says: 'The canary function has missed two turns: nobody looks ahead whether AutoSys can be told',
            metric: canary.function.metricInvocations({ statistic: 'Sum', period: canary.every }),
            threshold: 1,
            rings: 'below',
            // A tick that comes a little late leaves one period without, never two.
            periods: 2,
            silence: 'rings',
          } as const,
        ]
      : []),
  ];
}

function toCanaryAlarms(instance: string, { canary }: Watched): readonly AlarmSpec[] {
  if (canary === undefined) return [];
  // One number comes in each period, so that none is without.
  const period = canary.every;
  return [
    {
      name: `CanaryFailed-${instance}`,
      says: `The canary failed twice in a row to sign in to AutoSys ${instance}, set a variable and see it`,
      metric: bridgeMetric(metrics.canaryFailed, { statistic: 'Maximum', period, instance }),
      threshold: 1,
      periods: 2,
    },
    {
      name: `CertificateExpires-${instance}`,
      says: `A certificate of the web servers of AutoSys ${instance} ends within 30 days, and nothing is sent after that`,
      metric: bridgeMetric(metrics.certificateDaysLeft, { statistic: 'Minimum', period, instance }),
      threshold: 30,
      rings: 'below',
    },
  ];
}
