import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** One alarm as the list has it. */
export interface AlarmSpec {
  /**
   * Without the prefix; with `-ACE` where it is one of several. It is a contract: the runbook has
   * it as a heading.
   */
  readonly name: string;
  /** What is so when it rings, for somebody who was asleep. */
  readonly says: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default - at the threshold or above */
  readonly rings?: 'above' | 'below';
  /** So many periods in a row. @default 1 */
  readonly periods?: number;
  /** Number of periods, of these, that must be over the threshold. @default - all */
  readonly datapoints?: number;
  /** What no data means. @default - nothing happened */
  readonly silence?: 'rings';
}
