import { SourceRoleError } from '../errors.ts';
import { toFailureReason } from './failure-reason.ts';

/** Account and Region of a run. */
export interface LookupLocation {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** A lookup without an answer: the state of the run stays unknown. */
export interface NoAnswer {
  /**
   * - `throttled`: too many calls, by the bridge or by others that share the quota
   * - `denied`: access to this run is denied
   * - `noRole`: the function has no access to the account and Region at all
   * - `unavailable`: not reached, timed out, or a failure of AWS
   */
  readonly kind: 'throttled' | 'denied' | 'noRole' | 'unavailable';
  /** Name of the failure, or what to do. */
  readonly reason: string;
}

/** A failed AWS call. */
export interface FailedCall extends NoAnswer {
  readonly kind: Exclude<NoAnswer['kind'], 'noRole'>;
}

/** An execution as DescribeExecution returns it. Optional fields there are optional here. */
export interface DescribedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly status: string;
  readonly name?: string | undefined;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
  /** JSON text. */
  readonly input?: string | undefined;
  readonly inputDetails?: { readonly included?: boolean | undefined } | undefined;
  /** JSON text. */
  readonly output?: string | undefined;
  readonly outputDetails?: { readonly included?: boolean | undefined } | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
  readonly redriveCount?: number | undefined;
  readonly redriveDate?: Date | undefined;
  readonly redriveStatus?: string | undefined;
  readonly redriveStatusReason?: string | undefined;
}

/** How a container ended. */
export interface DescribedEnding {
  /** Name of an EKS container, or of one of several ECS containers. */
  readonly name?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
  /** Log stream in CloudWatch Logs. A container has it from RUNNING on. */
  readonly logStreamName?: string | undefined;
}

/** The tasks of an ECS job with several containers. */
export type DescribedTasks =
  | readonly { readonly containers?: readonly DescribedEnding[] | undefined }[]
  | undefined;

/**
 * A finished attempt of a Batch job. Which field holds its containers depends on the kind of job.
 */
export interface DescribedAttempt {
  readonly container?: DescribedEnding | undefined;
  readonly containers?: readonly DescribedEnding[] | undefined;
  readonly initContainers?: readonly DescribedEnding[] | undefined;
  readonly taskProperties?: DescribedTasks;
  /** Epoch milliseconds, as all instants of AWS Batch. */
  readonly startedAt?: number | undefined;
  readonly stoppedAt?: number | undefined;
  readonly statusReason?: string | undefined;
}

/**
 * A Batch job as DescribeJobs returns it, limited to the fields that the bridge uses.
 *
 * Image, command, environment, parameters and tags are discarded, since they may contain secrets.
 */
export interface DescribedBatchJob {
  readonly jobId: string;
  readonly jobName: string;
  readonly jobQueue: string;
  readonly jobDefinition?: string | undefined;
  readonly status: string;
  readonly jobArn?: string | undefined;
  readonly statusReason?: string | undefined;
  readonly createdAt?: number | undefined;
  readonly startedAt?: number | undefined;
  readonly stoppedAt?: number | undefined;
  readonly attempts?: readonly DescribedAttempt[] | undefined;
  readonly eksAttempts?: readonly DescribedAttempt[] | undefined;
  readonly container?: DescribedEnding | undefined;
  readonly ecsProperties?: { readonly taskProperties?: DescribedTasks } | undefined;
  readonly eksProperties?:
    | {
        readonly podProperties?:
          | {
              readonly containers?: readonly DescribedEnding[] | undefined;
              readonly initContainers?: readonly DescribedEnding[] | undefined;
            }
          | undefined;
      }
    | undefined;
  readonly arrayProperties?:
    | { readonly size?: number | undefined; readonly index?: number | undefined }
    | undefined;
  readonly nodeProperties?: { readonly mainNode?: number | undefined } | undefined;
}

/**
 * Looks up one execution in the account and Region of its ARN. Never rejects. `unknown`: AWS does
 * not know the execution, or no longer.
 */
export type DescribeExecution = (
  executionArn: string,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'found'; readonly execution: DescribedExecution }
  | { readonly kind: 'unknown' }
  | NoAnswer
>;

/** A revision of a state machine. */
export interface Revision {
  /** Absent until the state machine is first changed. */
  readonly revisionId?: string | undefined;
}

/**
 * Reads which revision an execution runs with, and which one a new execution would have. Never rejects.
 */
export type ReadRevisions = (
  execution: Pick<DescribedExecution, 'executionArn' | 'stateMachineArn'>,
  signal: AbortSignal,
) => Promise<
  | {
      readonly kind: 'found';
      /** With the instant of its last change before the execution began. */
      readonly used: Revision & { readonly updatedMs?: number | undefined };
      readonly current: Revision;
    }
  | FailedCall
>;

/** Maximum number of jobs per call (AWS Batch API reference, DescribeJobs). */
export const maxDescribedJobs = 100;

/**
 * Looks up to {@link maxDescribedJobs} jobs of one location. Never rejects. A job that is missing
 * in the answer is unknown.
 */
export type DescribeBatchJobs = (
  request: LookupLocation & { readonly batchJobIds: readonly string[] },
  signal: AbortSignal,
) => Promise<{ readonly kind: 'found'; readonly jobs: readonly DescribedBatchJob[] } | NoAnswer>;

/** A Batch job that a search by name has found. */
export interface FoundBatchJob {
  readonly id: string;
  /** Submission of the job, in epoch milliseconds. */
  readonly createdMs: number;
}

/**
 * Searches a job queue of the account and Region of the function for jobs of exactly this name, the
 * oldest first. Never rejects. A job may be missing in the first seconds after its submission
 * (inferred: AWS does not promise that a read shows the last write).
 */
export type FindBatchJobs = (
  wanted: { readonly jobName: string; readonly jobQueue: string },
  signal: AbortSignal,
) => Promise<{ readonly kind: 'found'; readonly jobs: readonly FoundBatchJob[] } | FailedCall>;

/** The failed children of an array job. */
export interface ChildExits {
  readonly kind: 'found';
  /** Exit code of each failed child that is known, at most {@link maxDescribedJobs}. */
  readonly exitCodes: readonly (number | undefined)[];
  /** Whether there are more failed children. */
  readonly isPartial: boolean;
}

/** Reads how the failed children of an array job ended. Never rejects. */
export type ReadChildExits = (
  parentId: string,
  signal: AbortSignal,
) => Promise<ChildExits | FailedCall>;

/** Converts an error of a lookup, or of the role it needs. */
export function toNoAnswer(error: unknown): NoAnswer {
  if (!(error instanceof SourceRoleError)) return toFailedCall(error);
  return { kind: error.kind === 'denied' ? 'noRole' : error.kind, reason: error.message };
}

/** Converts an error of an AWS call. The message is left out, since it may quote the request. */
export function toFailedCall(error: unknown): FailedCall {
  const reason = toFailureReason(error);
  const status = toHttpStatus(error);
  if (status === 429 || /throttl|TooManyRequests/i.test(reason))
    return { kind: 'throttled', reason };
  return {
    kind: status === 401 || status === 403 || isDenial(reason) ? 'denied' : 'unavailable',
    reason,
  };
}

/**
 * Services with the JSON 1.0 protocol deny access with status 400; only the error name shows it.
 */
function isDenial(name: string): boolean {
  return /AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|NotAuthorized/.test(name);
}

/** HTTP status of a failed AWS call. `undefined` if there was no answer. */
export function toHttpStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const { $metadata } = error;
  if (typeof $metadata !== 'object' || $metadata === null) return undefined;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : undefined;
}
