import type { JobStatus } from '../../autosys/status.ts';

/**
 * Names of the failures of a request. Step Functions compares them with `ErrorEquals`. Those in
 * {@link retriableFailures} may succeed if the same request is sent again.
 */
export const requestFailures = [
  /** The request, its entry or its alias is invalid, or the entry does not allow it. */
  'AutoSys.InvalidRequest',
  'AutoSys.NotAllowed',
  /** The key was used with other content. */
  'AutoSys.KeyConflict',
  /** The entry's rate is used up. */
  'AutoSys.TooManyRequests',
  /** AutoSys cannot be called now, or has not decided yet. The ledger continues the request. */
  'AutoSys.Pending',
  /** AutoSys or the bridge refused it; nothing was sent, or it had no effect. */
  'AutoSys.Rejected',
  /** It may have had an effect, which AutoSys does not show. A person must decide. */
  'AutoSys.Unknown',
  'AutoSys.JobFailed',
  'AutoSys.JobTerminated',
  /** The job has not ended in time. */
  'AutoSys.Timeout',
] as const;

export type RequestFailure = (typeof requestFailures)[number];

/** Failures after which the same request may be sent again. */
export const retriableFailures = ['AutoSys.TooManyRequests', 'AutoSys.Pending'] as const;

/** Failures after which an attempt with a higher retry count is a new request. */
export const repeatedFailures = [
  'AutoSys.JobFailed',
  'AutoSys.JobTerminated',
  'AutoSys.Timeout',
] as const;

/** What a request came to. Times are ISO 8601 in UTC. */
export type RequestResult =
  | { readonly kind: 'answer'; readonly answer: RequestAnswer }
  | { readonly kind: 'failure'; readonly failure: RequestFailure; readonly cause: string };

/** Answers that are stored. Reads are answered without a row. */
export type RequestAnswer = GlobalAnswer | EventAnswer | RunJobAnswer;

/** Answer of `setGlobal`. */
export interface GlobalAnswer {
  /** Whether AutoSys showed the value. False only where the wire profile cannot read variables. */
  readonly confirmed: boolean;
  readonly value: string;
  /** When AutoSys showed the value, or accepted it. */
  readonly at: string;
}

/** Answer of `sendEvent`. */
export interface EventAnswer {
  readonly accepted: true;
  /** Whether AutoSys showed the effect. Absent if it can never show it. */
  readonly confirmed?: boolean;
  readonly reason: string;
}

/** Answer of `runJob`. */
export interface RunJobAnswer {
  readonly status: JobStatus;
  readonly exitCode?: number;
  readonly run?: number;
  readonly try?: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
}
