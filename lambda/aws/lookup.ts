import { SourceRoleError } from '../errors.ts';
import { toFailureReason } from './failure-reason.ts';

/** Where a run is. */
export interface LookupLocation {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** AWS has not answered: nothing is known of the run. */
export interface NoAnswer {
  /**
   * - `throttled`: too many calls, of ours or of others who share the quota
   * - `denied`: this function may not ask
   * - `shut`: it is let into that account and Region for no run at all
   * - `away`: not reached, not in time, or a failure of AWS's own
   */
  readonly kind: 'throttled' | 'denied' | 'shut' | 'away';
  /** For people: the name of the failure, or what to do about it. */
  readonly reason: string;
}

/** A call of AWS that failed. */
export interface FailedCall extends NoAnswer {
  readonly kind: Exclude<NoAnswer['kind'], 'shut'>;
}

/** An execution as DescribeExecution shows it. What may be left out there may be left out here. */
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

/** How one container ended. */
export interface DescribedEnding {
  /** Of an EKS container, or of one of several ECS containers. */
  readonly name?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
}

/** The tasks of an ECS job with several containers. */
export type DescribedTasks =
  | readonly { readonly containers?: readonly DescribedEnding[] | undefined }[]
  | undefined;

/** One ended attempt of a Batch job, wherever this kind of job keeps its containers. */
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
 * A Batch job as DescribeJobs shows it, as far as the bridge may know it.
 *
 * Image, command, environment, parameters and tags are left at the door: they hold what nobody may store or log.
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

/** Asks AWS for one execution, where its ARN says; never rejects. `unknown` where AWS does not know it, or not any more. */
export type DescribeExecution = (
  executionArn: string,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'found'; readonly execution: DescribedExecution }
  | { readonly kind: 'unknown' }
  | NoAnswer
>;

/** How many jobs one call may name (AWS Batch API reference, DescribeJobs). */
export const maxDescribedJobs = 100;

/** Asks AWS for up to {@link maxDescribedJobs} jobs of one place; never rejects. A job that is missing is unknown. */
export type DescribeBatchJobs = (
  asked: LookupLocation & { readonly batchJobIds: readonly string[] },
  signal: AbortSignal,
) => Promise<{ readonly kind: 'found'; readonly jobs: readonly DescribedBatchJob[] } | NoAnswer>;

/** What a failed question says, whether the question itself failed or the way to it. */
export function toNoAnswer(error: unknown): NoAnswer {
  if (!(error instanceof SourceRoleError)) return toFailedCall(error);
  return { kind: error.kind === 'denied' ? 'shut' : error.kind, reason: error.message };
}

/** What a failed call says: of an error of the SDK never its message, which may quote the request. */
export function toFailedCall(error: unknown): FailedCall {
  const reason = toFailureReason(error);
  const status = toHttpStatus(error);
  if (status === 429 || /throttl|TooManyRequests/i.test(reason))
    return { kind: 'throttled', reason };
  return { kind: status === 401 || status === 403 || isDenial(reason) ? 'denied' : 'away', reason };
}

/** Services of AWS that speak JSON 1.0 refuse a caller with 400, and only the name tells. */
function isDenial(name: string): boolean {
  return /AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|NotAuthorized/.test(name);
}

function toHttpStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const { $metadata } = error;
  if (typeof $metadata !== 'object' || $metadata === null) return undefined;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : undefined;
}
