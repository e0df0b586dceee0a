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
  | { readonly kind: 'refused'; readonly code: string }
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

/** Codes of failures before a connection stood: nothing was sent. */
const beforeSending =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|CERT_|UNABLE_TO_|SELF_SIGNED)/;

/** Converts a failed call that starts a run. */
export function toFailedStart(
  failed: { readonly kind: 'throttled' | 'denied' | 'unavailable'; readonly reason: string },
  status: number | undefined,
): StartAnswer {
  const { kind, reason } = failed;
  if (kind !== 'unavailable' || beforeSending.test(reason)) return { kind: 'notSent', reason };
  const isRefusal = status !== undefined && status >= 400 && status < 500;
  return isRefusal ? { kind: 'refused', code: reason } : { kind: 'unknown', reason };
}
