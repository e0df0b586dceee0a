import type { AutosysInstance } from '../../autosys/names.ts';

/** The pages of the night, which a function writes to a bucket at an interval. */
export interface NightConfig {
  /** Instances that have a page. */
  readonly instances: readonly AutosysInstance[];
  /** Local time of an instance at which a night begins, such as `20:00`. */
  readonly since: string;
  /** Interval between two passes, in minutes. */
  readonly everyMinutes: number;
  /** Days for which a page is kept after it was last written. */
  readonly keepDays: number;
  /** ARNs of the IAM roles that may read the pages. */
  readonly readers: readonly string[];
}
