import { Duration } from 'aws-cdk-lib';
import { metrics } from '../../lambda/contract.ts';
import type { AlarmSpec } from '../alarm-spec.ts';
import { bridgeMetric } from '../bridge-metrics.ts';
import type { Watched } from '../watched.ts';

/** Alarms on the pages of the night. */
export function toNightAlarms({ night }: Pick<Watched, 'night'>): readonly AlarmSpec[] {
  if (night === undefined) return [];
  const period = Duration.minutes(Math.max(5, night.every.toMinutes()));
  const count = { statistic: 'Sum', period };
  return [
    ...night.instances.map((instance) => ({
      name: `NightPageFailed-${instance}`,
      description: `The page of the night of AutoSys ${instance} was not written in two periods of ${period.toMinutes()} minutes. Operators see an old page. Events are not affected`,
      // A pass emits one value; all of a period must have failed.
      metric: bridgeMetric(metrics.nightPageFailed, { statistic: 'Minimum', period, instance }),
      threshold: 1,
      periods: 2,
    })),
    {
      name: 'NightErrors',
      description: 'The night function fails. Operators see old pages. Events are not affected',
      metric: night.function.metricErrors(count),
      threshold: 1,
      periods: 2,
    },
    {
      name: 'NightNotRunning',
      description: `The night function has not run for ${2 * period.toMinutes()} minutes. Operators see old pages. Events are not affected`,
      metric: night.function.metricInvocations(count),
      threshold: 1,
      comparison: 'below',
      // A delayed invocation leaves one period without data, never two.
      periods: 2,
      missingData: 'breaching',
    },
  ];
}
