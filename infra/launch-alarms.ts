import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSpec } from './alarm-spec.ts';
import type { Watched } from './watched.ts';

/**
 * Alarms on the launch API and its functions. Throttles of the hold function are normal: the command
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
  ];
}
