import type { Condition } from './condition/ast.ts';
import type { JobName, MachineName } from './names.ts';
import type { JobStatus } from './status.ts';

/** A wall-clock time in the scheduler's timezone, minutes after midnight. */
export type MinuteOfDay = number;
/** 0 is Sunday. JIL writes su mo tu we th fr sa. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** The date conditions of a job. Used if `date_conditions` is 1. */
export interface Schedule {
  /** Empty if a run calendar decides; every day for `days_of_week: all`. */
  readonly daysOfWeek: readonly Weekday[];
  /** `start_times`: minutes of the day, ascending. Empty if `startMins` is used. */
  readonly startTimes: readonly MinuteOfDay[];
  /** `start_mins`: minutes of each hour, ascending. */
  readonly startMins: readonly number[];
}

/** A run window of at most 24 hours. If `to` is before `from`, it crosses midnight. */
export interface RunWindow {
  readonly from: MinuteOfDay;
  readonly to: MinuteOfDay;
}

/** The rule from an exit code to SUCCESS or FAILURE (Broadcom KB 408778). */
export interface ExitCodeRule {
  /** Inclusive ranges. If present, they alone decide: every other exit code is a success. */
  readonly failCodes?: readonly (readonly [number, number])[];
  /** Inclusive ranges. Without `failCodes`, they alone decide: every other code is a failure. */
  readonly successCodes?: readonly (readonly [number, number])[];
  /** Without both lists: the highest exit code that is a success. */
  readonly maxExitSuccess: number;
}

/** A job as its JIL defines it, with checked and typed attributes. */
export interface Job {
  readonly name: JobName;
  /** The long form: BOX, CMD, FW, or a user-defined type. */
  readonly type: string;
  readonly box?: JobName;
  readonly machine?: MachineName;
  readonly command?: string;
  readonly condition?: Condition;
  readonly boxSuccess?: Condition;
  readonly boxFailure?: Condition;
  readonly schedule?: Schedule;
  readonly runWindow?: RunWindow;
  readonly boxTerminator: boolean;
  readonly jobTerminator: boolean;
  /** Maximum number of retries after FAILURE; 0 for none. */
  readonly retries: number;
  readonly exitCodes: ExitCodeRule;
  /** `term_run_time` in minutes. */
  readonly terminateAfterMinutes?: number;
  /** `status:` of `insert_job`. */
  readonly initialStatus?: Extract<JobStatus, 'ON_HOLD' | 'ON_ICE' | 'ON_NOEXEC' | 'INACTIVE'>;
  readonly timezone?: string;
  /** All attributes as written, in order, including those that have no field here. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** The last run of a job as the scheduler records it. */
export interface JobRun {
  readonly run: number;
  /** 1 for the first start of a run, higher for retries; 0 before the first run. */
  readonly try: number;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly exitCode?: number;
}
