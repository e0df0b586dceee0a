/**
 * Answer of AWS to one call that starts a run. The call is made once: the caller decides on the
 * next one.
 */
export type StartAnswer =
  | {
      readonly kind: 'started';
      /** Execution ARN or Batch job id. */
      readonly id: string;
      /** Start of the execution, or submission of the Batch job. */
      readonly beganMs: number;
    }
  /** Step Functions has an execution of this name, closed or with other input. */
  | { readonly kind: 'nameTaken' }
  /** AWS refused the request; the same request would be refused again. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      /** Message of AWS, if it quotes nothing of the input. @default - only the code is known */
      readonly message?: string;
    }
  /** AWS has certainly not accepted it: it was throttled, denied, or not reached. */
  | { readonly kind: 'notSent'; readonly reason: string }
  /** AWS may have accepted it. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** A request for an execution. */
export interface StartExecutionCall {
  /** With alias or version, if the target names one. */
  readonly stateMachineArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

/** Starts an execution. Never rejects. */
export type StartExecution = (
  start: StartExecutionCall,
  signal: AbortSignal,
) => Promise<StartAnswer>;

/** A request for a Batch job, with the members of SubmitJob (API reference). */
export interface BatchSubmission {
  /** 1 to 128 characters. */
  readonly jobName: string;
  /** Name in the account and Region of the bridge. */
  readonly jobQueue: string;
  /** Name, with `:revision` if the target names one. */
  readonly jobDefinition: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Children of an array job, 2 to 10,000. @default - no array job */
  readonly arraySize?: number;
  /** Ids of at most 20 Batch jobs that must end first. */
  readonly dependsOn: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly vcpus?: number;
  /** MiB. */
  readonly memory?: number;
  /** 1 to 10. @default - that of the job definition */
  readonly attempts?: number;
  /** Time limit of each attempt, at least 60. @default - that of the job definition */
  readonly timeoutSeconds?: number;
  /** Tags of the job, which AWS Batch also gives to its ECS tasks. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Submits a Batch job with one request, which is never repeated. Never rejects. */
export type SubmitJob = (submission: BatchSubmission, signal: AbortSignal) => Promise<StartAnswer>;

/** A request to continue an execution. */
export interface RedriveExecutionCall {
  readonly executionArn: string;
  /**
   * 1 to 64 printable characters. A repeated token has the answer of its first redrive, for 15 minutes
   * and among the last ten tokens of the execution (API reference).
   */
  readonly clientToken: string;
}

/** A call that has started nothing, or may have. */
export type FailedStart = Extract<
  StartAnswer,
  { readonly kind: 'refused' | 'notSent' | 'unknown' }
>;

/** Continues an execution where it failed, with one request. Never rejects. */
export type RedriveExecution = (
  redrive: RedriveExecutionCall,
  signal: AbortSignal,
) => Promise<
  /** The instant of the redrive, in epoch milliseconds. */
  { readonly kind: 'redriven'; readonly redrivenMs: number } | FailedStart
>;

/** Codes of failures before a connection stood: nothing was sent. */
const beforeSending =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|CERT_|UNABLE_TO_|SELF_SIGNED)/;

/** Converts a failed call that starts a run. */
export function toFailedStart(
  failed: { readonly kind: 'throttled' | 'denied' | 'unavailable'; readonly reason: string },
  status: number | undefined,
): FailedStart {
  const { kind, reason } = failed;
  if (kind !== 'unavailable' || beforeSending.test(reason)) return { kind: 'notSent', reason };
  // 408: a proxy or AWS has waited too long, and may have passed the request on.
  const isRefusal = status !== undefined && status >= 400 && status < 500 && status !== 408;
  return isRefusal ? { kind: 'refused', code: reason } : { kind: 'unknown', reason };
}
