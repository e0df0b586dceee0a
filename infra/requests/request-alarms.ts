import { Duration } from 'aws-cdk-lib';
import { metrics } from '../../lambda/contract.ts';
import type { AlarmSpec } from '../alarm-spec.ts';
import { bridgeMetric } from '../bridge-metrics.ts';
import type { Watched } from '../watched.ts';

/**
 * Alarms on the requests of AWS processes. Errors of the request function have no alarm: each
 * failure of a request is one, also that of a job.
 */
export function toRequestAlarms({ requests }: Pick<Watched, 'requests'>): readonly AlarmSpec[] {
  if (requests === undefined) return [];
  const { request, wait, refusedAlarm, overdueAfter } = requests;
  const count = { statistic: 'Sum', period: Duration.minutes(5) };
  return [
    {
      name: 'RequestsRefused',
      description: `The bridge refused ${refusedAlarm} or more requests of AWS processes in five minutes: invalid, not allowed by their entry, or beyond its rate`,
      metric: bridgeMetric(metrics.requestsRefused, count),
      threshold: refusedAlarm,
    },
    {
      name: 'RequestThrottles',
      description:
        'Lambda throttles the request function, because its reserved concurrency is used up. AWS processes ask again later',
      metric: request.metricThrottles(count),
      threshold: 1,
      periods: 3,
      datapoints: 2,
    },
    {
      name: 'WaitsOverdue',
      description: `A request has waited for the end of a job for ${overdueAfter.toMinutes()} minutes or longer after its timeout. Its execution has no answer`,
      metric: bridgeMetric(metrics.waitOverdueSeconds, { statistic: 'Maximum' }),
      threshold: overdueAfter.toSeconds(),
    },
    {
      name: 'WaitErrors',
      description:
        'The wait function fails. Executions that wait for a job get no heartbeat and no answer',
      metric: wait.metricErrors(count),
      threshold: 1,
      periods: 2,
    },
    {
      name: 'WaitNotRunning',
      description:
        'The wait function has not run for ten minutes. Executions that wait for a job get no heartbeat and no answer',
      metric: wait.metricInvocations(count),
      threshold: 1,
      comparison: 'below',
      periods: 2,
      missingData: 'breaching',
    },
  ];
}
