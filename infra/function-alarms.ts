import { Duration } from 'aws-cdk-lib';
import { metrics } from '../lambda/contract.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { bridgeMetric } from './bridge-metrics.ts';
import type { Watched } from './watched.ts';

/** Alarms on errors, throttling and missing runs of the functions. */
export function toFunctionAlarms({ report, sweep, canary }: Watched): readonly AlarmSpec[] {
  const count = { statistic: 'Sum', period: Duration.minutes(5) };
  return [
    {
      name: 'ReportErrors',
      description:
        'The report function fails. Its messages are redelivered until they are moved to the dead-letter queue',
      metric: report.metricErrors(count),
      threshold: 1,
    },
    {
      name: 'ReportThrottles',
      description:
        'Lambda throttles the report function, because the concurrency of the account is used up',
      metric: report.metricThrottles(count),
      threshold: 1,
    },
    {
      name: 'SweepErrors',
      description:
        'The sweep function fails. Due entries are not sent, and lost events are not recovered',
      metric: sweep.metricErrors(count),
      threshold: 1,
      periods: 3,
    },
    {
      name: 'SweepNotRunning',
      id: 'SweepSilent',
      description:
        'The sweep function has not run for 15 minutes. Due entries are not sent, and lost events are not recovered',
      metric: sweep.metricInvocations(count),
      threshold: 1,
      comparison: 'below',
      periods: 3,
      missingData: 'breaching',
    },
    ...toCanaryFunctionAlarms(canary),
  ];
}

function toCanaryFunctionAlarms(canary: Watched['canary']): readonly AlarmSpec[] {
  if (canary === undefined) return [];
  const perRun = { statistic: 'Sum', period: canary.every };
  return [
    {
      name: 'CanaryErrors',
      description: 'The canary function fails. AutoSys and the certificates are not tested',
      metric: canary.function.metricErrors(perRun),
      threshold: 1,
      periods: 2,
    },
    {
      name: 'CanaryNotRunning',
      id: 'CanarySilent',
      description:
        'The canary function has missed two scheduled runs. AutoSys and the certificates are not tested',
      metric: canary.function.metricInvocations(perRun),
      threshold: 1,
      comparison: 'below',
      // A delayed invocation leaves one period without data, never two.
      periods: 2,
      missingData: 'breaching',
    },
  ];
}

/** Alarms on the results of the canary for one AutoSys instance. */
export function toCanaryAlarms(instance: string, { canary }: Watched): readonly AlarmSpec[] {
  if (canary === undefined) return [];
  // The canary emits one value in each period.
  const period = canary.every;
  return [
    {
      name: `CanaryFailed-${instance}`,
      description: `The canary failed twice in a row to sign in to AutoSys ${instance}, set a variable and read it back`,
      metric: bridgeMetric(metrics.canaryFailed, { statistic: 'Maximum', period, instance }),
      threshold: 1,
      periods: 2,
    },
    {
      name: `CertificateExpires-${instance}`,
      description: `A certificate of the web servers of AutoSys ${instance} expires within 30 days. After that, no event can be sent`,
      metric: bridgeMetric(metrics.certificateDaysLeft, { statistic: 'Minimum', period, instance }),
      threshold: 30,
      comparison: 'below',
    },
  ];
}
