import type { FailedCall } from './lookup.ts';

/** Where log lines are in CloudWatch Logs. */
export type LogLocation =
  | { readonly kind: 'stream'; readonly group: string; readonly stream: string }
  /** All streams of a group within a time. Instants are epoch milliseconds, both included. */
  | {
      readonly kind: 'window';
      readonly group: string;
      readonly fromMs: number;
      readonly toMs: number;
    };

/** A page of log lines, oldest first. It may be empty before the end. */
export interface LogPage {
  readonly kind: 'page';
  readonly lines: readonly string[];
  /** Token of the next page. Absent if there is nothing more now. */
  readonly next?: string;
}

/**
 * Reads one page of a log. Never rejects. `missing`: the group or the stream does not exist.
 * `badToken`: CloudWatch Logs does not accept the token; one is valid for 24 hours (API reference).
 *
 * @param request without a token: the first page
 */
export type ReadLog = (
  request: { readonly location: LogLocation; readonly token?: string | undefined },
  signal: AbortSignal,
) => Promise<LogPage | { readonly kind: 'missing' } | { readonly kind: 'badToken' } | FailedCall>;

/** One event in the history of an execution, without its data. */
export interface PastEvent {
  readonly id: number;
  readonly previousId: number;
  /** Such as `TaskFailed`. */
  readonly type: string;
  readonly atMs: number;
  /** Name of the state, of an event that enters or leaves a state. */
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  /** As AWS sends it: it may hold the command and environment of a child, so it must be reduced. */
  readonly cause?: string | undefined;
  /** Resource of a task, such as `submitJob.sync`, or the ARN of a function. */
  readonly resource?: string | undefined;
  /** Name or ARN in `FunctionName` of the request to Lambda. */
  readonly functionName?: string | undefined;
  /** Batch job that a task has submitted. */
  readonly batchJobId?: string | undefined;
  /** Execution that a task has started. */
  readonly executionArn?: string | undefined;
  /** Map Run that a Distributed Map state has started. */
  readonly mapRunArn?: string | undefined;
}

/** Reads the newest events of an execution, newest first. Never rejects. */
export type ReadHistory = (
  executionArn: string,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'found'; readonly events: readonly PastEvent[] }
  | { readonly kind: 'unknown' }
  | FailedCall
>;

/** An attempt of a Batch job with its log streams. */
export interface AttemptLogs {
  /** One for each container. Empty if no container has started. */
  readonly streams: readonly string[];
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
  /** False for the attempt that runs now. */
  readonly isOver: boolean;
}

/** A Batch job, limited to what leads to its log. */
export interface JobLogs {
  readonly jobId: string;
  readonly status: string;
  readonly statusReason?: string | undefined;
  /** Log group of its definition. @default - `/aws/batch/job` */
  readonly group?: string | undefined;
  /** Log driver of its definition. Only `awslogs` writes to CloudWatch Logs. */
  readonly driver?: string | undefined;
  /** Attempts that the job may have. */
  readonly maxAttempts: number;
  /** Oldest first. */
  readonly attempts: readonly AttemptLogs[];
  readonly isArray: boolean;
  /** Number of the main node of a multi-node job. */
  readonly mainNode?: number | undefined;
  /** Whether it runs on EKS. */
  readonly isEks: boolean;
}

/** Reads up to 100 Batch jobs. Never rejects. A job that is missing in the answer is forgotten. */
export type ReadJobLogs = (
  jobIds: readonly string[],
  signal: AbortSignal,
) => Promise<{ readonly kind: 'found'; readonly jobs: readonly JobLogs[] } | FailedCall>;

/** A failed child of an array job. */
export interface FailedChild {
  readonly jobId: string;
  readonly index: number;
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
}

/** Reads the failed children of an array job, at most 1,000. Never rejects. */
export type ReadFailedChildren = (
  arrayJobId: string,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'found'; readonly children: readonly FailedChild[]; readonly more: boolean }
  | FailedCall
>;

/** A failed child execution of a Map Run. */
export interface FailedMapChild {
  readonly error?: string | undefined;
  /** As AWS sends it, so it must be reduced. */
  readonly cause?: string | undefined;
}

/** Reads some failed children of a Map Run. Never rejects. `more`: there are others. */
export type ReadFailedMapChildren = (
  mapRunArn: string,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'found'; readonly children: readonly FailedMapChild[]; readonly more: boolean }
  | FailedCall
>;
