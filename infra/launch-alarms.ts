import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { metrics } from '../lambda/contract.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { bridgeMetric } from './bridge-metrics.ts';
import type { Watched } from './watched.ts';

/**
 * Alarms on the launch API, its functions and the runs that it starts and stops. Throttles of the hold function are normal: the command
 * then asks again without a held request.
 */
export function toLaunchAlarms({ launchApi }: Pick<Watched, 'launchApi'>): readonly AlarmSpec[] {
  if (launchApi === undefined) return [];
  const { stage, launch, hold, authorizer } = launchApi;
  const period = Duration.minutes(5);
  const count = { statistic: 'Sum', period };
  const serverErrors = stage.metricServerError(count);
  return [
    {
      name: 'LaunchApiErrors',
      description:
        'The launch API answers with 5xx in two of three periods of five minutes. AutoSys jobs that start or await AWS work are delayed',
      // API Gateway answers 5xx for each request that the hold function has no concurrency for.
      metric: hold
        ? new MathExpression({
            expression: 'FILL(errors, 0) - FILL(throttles, 0)',
            usingMetrics: { errors: serverErrors, throttles: hold.metricThrottles(count) },
            label: '5xx of the launch API, without throttled waits',
            period,
          })
        : serverErrors,
      threshold: 5,
      periods: 3,
      datapoints: 2,
    },
    {
      name: 'LaunchErrors',
      description: 'The launch function fails. AutoSys jobs cannot start or await AWS work',
      metric: launch.metricErrors(count),
      threshold: 1,
    },
    {
      name: 'LaunchThrottles',
      description:
        'Lambda throttles the launch function, because its reserved concurrency or that of the account is used up',
      metric: launch.metricThrottles(count),
      threshold: 1,
    },
    {
      name: 'AuthorizerErrors',
      description:
        'The authorizer of the launch API refused three logins or more in five minutes, or it fails',
      // A refused login is an error of the function: API Gateway answers 401 to no other result.
      metric: authorizer.metricErrors(count),
      threshold: 3,
    },
    {
      name: 'AuthorizerThrottles',
      description:
        'Lambda throttles the authorizer of the launch API, because the concurrency of the account is used up',
      metric: authorizer.metricThrottles(count),
      threshold: 1,
    },
    {
      name: 'StopsParked',
      description:
        'A run that AutoSys or a person has stopped may still be active in AWS: its stop is not proven after ten minutes. An operator must look at what remains',
      metric: bridgeMetric(metrics.stopsParked, { statistic: 'Sum' }),
      threshold: 1,
    },
    {
      name: 'DuplicateStarts',
      description:
        'AWS has more than one Batch job of one launch: a SubmitJob without an answer was accepted late. An operator must decide which job to end',
      metric: bridgeMetric(metrics.duplicateStarts, { statistic: 'Sum' }),
      threshold: 1,
    },
  ];
}
