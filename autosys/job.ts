import type { Condition } from './condition/ast.ts';
import type { JobName, MachineName } from './names.ts';
import type { JobStatus } from './status.ts';

/** A wall-clock time in the scheduler's timezone, minutes after midnight. */
export type MinuteOfDay = number;
/** 0 is Sunday; JIL writes them su mo tu we th fr sa. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** The date arm of a job: when `date_conditions` is 1. */
export interface Schedule {
  /** Absent where a run calendar decides; every day for `days_of_week: all`. */
  readonly daysOfWeek: readonly Weekday[];
  /** `start_times`: minutes of the day, ascending. Empty where `startMins` rules. */
  readonly startTimes: readonly MinuteOfDay[];
  /** `start_mins`: minutes of each hour, ascending. */
  readonly startMins: readonly number[];
}

/** A gate of at most 24 hours; `to` before `from` reaches over midnight. */
export interface RunWindow {
  readonly from: MinuteOfDay;
  readonly to: MinuteOfDay;
}

/** How an exit code becomes SUCCESS or FAILURE (Broadcom KB 408778). */
export interface ExitCodeRule {
  /** Inclusive ranges; present: it alone decides, what it does not list is success. */
  readonly failCodes?: readonly (readonly [number, number])[];
  /** Inclusive ranges; else it alone decides. */
  readonly successCodes?: readonly (readonly [number, number])[];
  /** Else success up to and including this. */
  readonly maxExitSuccess: number;
}

/** A job as its JIL defines it, attributes checked and typed; what we do not act on stays in `attributes`. */
export interface Job {
  readonly name: JobName;
  /** The long form: BOX, CMD, FW, or a type of the site's own. */
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
  /** Retries after FAILURE; 0 for none. */
  readonly retries: number;
  readonly exitCodes: ExitCodeRule;
  /** `term_run_time` in minutes. */
  readonly terminateAfterMinutes?: number;
  /** `status:` of an insert. */
  readonly initialStatus?: Extract<JobStatus, 'ON_HOLD' | 'ON_ICE' | 'ON_NOEXEC' | 'INACTIVE'>;
  readonly timezone?: string;
  /** Every attribute as written, in order, for `autorep -q` and for what we do not model. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** The last run of a job as the scheduler records it. */
export interface JobRun {
  readonly run: number;
  /** 1 for the first start, higher for retries; 0 before any run. */
  readonly try: number;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly exitCode?: number;
}
