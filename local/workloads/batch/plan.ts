import type { PlannedTime } from '../planned-time.ts';
import type { NamedPlan } from '../plans.ts';
import type { BatchContainerOverrides } from './overrides.ts';

/** The start of a job, as a plan may depend on it. */
export interface BatchJobStart {
  readonly jobId: string;
  readonly jobName: string;
  /** ARN. */
  readonly jobQueue: string;
  /** ARN with revision. */
  readonly jobDefinition: string;
  /** Undefined unless the job is the child of an array. */
  readonly arrayIndex: number | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** The container overrides of the request. */
  readonly overrides: BatchContainerOverrides;
  /** The tags of the request. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The course of one job, or of each child of an array. */
export interface BatchJobPlan {
  /** Time in RUNNABLE before each attempt. @default 0 */
  readonly runnableFor?: PlannedTime;
  /** Time in STARTING in each attempt. @default 0 */
  readonly startingFor?: PlannedTime;
  /** Reason while the job waits in RUNNABLE, such as `MISCONFIGURATION:…`. @default - none */
  readonly runnableReason?: string;
  /** Attempts in order; the last one is repeated. @default - one second, exit code 0 */
  readonly attempts?: readonly BatchAttemptPlan[];
  /** What the container does when it is told to end. @default - it ends at once with 143 */
  readonly onTerminate?: { readonly afterMs?: number; readonly exitCode?: number };
  /** Plans of the children of an array by index; others follow this plan. @default - none */
  readonly children?: readonly BatchJobPlan[];
}

/** One attempt of a job. */
export interface BatchAttemptPlan {
  /** Time in RUNNING. @default 1000 */
  readonly runningFor?: PlannedTime;
  /** `none` for an attempt without one, such as after the loss of a host. @default 0 */
  readonly exitCode?: number | 'none';
  /** @default - by the exit code; FAILED with exit code 0 occurs */
  readonly result?: 'SUCCEEDED' | 'FAILED';
  /** Reason of the container, such as `OutOfMemoryError: …`. @default - none */
  readonly reason?: string;
  /** @default 'Essential container in task exited' */
  readonly statusReason?: string;
  /** The container never runs, for example because its image cannot be pulled. @default false */
  readonly neverStarts?: boolean;
  /** Lines in the log stream of the attempt. @default - none */
  readonly logs?: readonly (string | PlannedLogLine)[];
  /** Whether the job names a log stream that does not exist. @default false */
  readonly logStreamMissing?: boolean;
}

/** A log line at a time after the attempt began to run. */
export interface PlannedLogLine {
  readonly afterMs: number;
  readonly message: string;
}

/** The plans of a job definition. */
export type BatchJobPlans =
  | BatchJobPlan
  | readonly NamedPlan<BatchJobPlan>[]
  | ((start: BatchJobStart) => BatchJobPlan);
