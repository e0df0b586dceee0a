import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm of the bridge. */
export interface AlarmSpec {
  /**
   * Name without the prefix; with `-ACE` for an alarm per AutoSys instance. A contract: the runbook
   * has it as a heading.
   */
  readonly name: string;
  /** Construct id. A contract, because a changed id replaces the alarm. @default - `name` */
  readonly id?: string;
  /** Meaning of the alarm for the operator on call, without a full stop. */
  readonly description: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** When the alarm fires, relative to the threshold. @default - at the threshold or above */
  readonly comparison?: 'above' | 'below';
  /** Number of consecutive periods that are evaluated. @default 1 */
  readonly periods?: number;
  /** Number of these periods that must breach the threshold. @default - all */
  readonly datapoints?: number;
  /** `breaching`: the alarm fires without data. @default - missing data is not a breach */
  readonly missingData?: 'breaching';
}
