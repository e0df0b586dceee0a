import type { AutosysInstance, JobName } from '../../autosys/names.ts';
import type { JobStatus } from '../../autosys/status.ts';
import type { HistoryEntry } from '../ledger/entry.ts';
import type { JobStart, RequestAction } from '../routing/requests.ts';
import type { RequestResult, RunJobAnswer } from './result.ts';

/**
 * A request of an AWS process, as the ledger has it. One row holds the request, its wait and its
 * result, so that one conditional write decides each.
 */
export interface StoredRequest {
  readonly format: 1;
  readonly kind: 'request';
  /** Name of the entry in `requests:`. */
  readonly entry: string;
  /** The key of the caller, or the default key. */
  readonly key: string;
  /**
   * Number of the attempt that began a new request under the key, from 0: a Retrier asks again after
   * a failed job.
   */
  readonly attempt: number;
  readonly instance: AutosysInstance;
  readonly action: RequestAction;
  /** Digest of the content. Another content under the same key is refused. */
  readonly digest: string;
  /** Name of the target, for people: `job LOAD`, `global AWS_RATES`. */
  readonly subject: string;
  /** ARN of the execution that asked. Absent if the caller named none. */
  readonly execution?: string;
  /** State, and item of a Map state, that asked. Absent if the caller named none. */
  readonly state?: string;
  /**
   * Highest retry count of the state among the attempts that found this request. Absent if no
   * attempt named one.
   */
  readonly retry?: number;
  /** When the bridge received it, in epoch milliseconds. It orders requests for one target. */
  readonly receivedMs: number;
  /**
   * - `open`: its effect is not decided, or the job has not ended
   * - `ended`: it has a result, which every further attempt finds
   */
  readonly stage: 'open' | 'ended';
  readonly result?: RequestResult;
  /**
   * No attempt has received the failure: its task token was no longer valid, or it had none. The next
   * attempt of the state is informed of it, instead of beginning a new request.
   */
  readonly undelivered?: true;
  /**
   * Another invocation continues the request, and may have sent its effect. It writes this first.
   * Never present for `runJob`, whose start is never replaced.
   */
  readonly joined?: true;
  /** Present for `runJob`. */
  readonly wait?: JobWait;
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
}

/** The wait of a `runJob` for the end of one run of a job. */
export interface JobWait {
  readonly job: JobName;
  readonly start: JobStart;
  /**
   * The job before the start, as AutoSys showed it, and when it was read, in epoch milliseconds. It
   * is written before the start is sent, so without it nothing was sent.
   */
  readonly before?: SeenRun & { readonly status: JobStatus; readonly readMs?: number };
  /** The run that is awaited. Absent until AutoSys has shown it. */
  readonly run?: SeenRun;
  /** End of the wait, in epoch milliseconds. */
  readonly untilMs: number;
  /** What happens to the job when the execution is aborted or times out. */
  readonly onAbort: 'leave' | 'kill';
  /**
   * Task token of the state. Removed when the wait has ended. Never logged or shown. Without one,
   * the wait ends when the run is identified.
   */
  readonly token?: string;
  /**
   * Since when Step Functions says that the state no longer waits with this token, in epoch
   * milliseconds. Its Retrier may ask again with a new one. Absent while the state waits.
   */
  readonly goneMs?: number;
  /** When the last heartbeat was sent, in epoch milliseconds. */
  readonly heartbeatMs?: number;
  /** Number of the first try of the awaited run. @default 1 */
  readonly firstTry?: number;
  /**
   * Whether another start began a run between this start and the awaited run. AutoSys may have ignored
   * this start then, and the awaited run may be that of a person. It is not killed.
   * @default false
   */
  readonly isDoubtful?: true;
  /** `n_retrys` of the job. Absent until a failure needs it. */
  readonly retries?: number | 'unknown';
  /** First of the two reads that a failure needs, with the run as it was shown. */
  readonly failure?: { readonly firstMs: number; readonly end: RunJobAnswer };
  /**
   * Since when the result is being sent with the task token. It is written before the first call, and
   * the result in the row is never changed from here on.
   */
  readonly answering?: { readonly sinceMs: number };
  /**
   * The execution is gone, and the run is still to be killed. `tries`: number of earlier ones.
   * `sinceMs`: since when the state no longer waits, in epoch milliseconds.
   */
  readonly kill?: { readonly tries: number; readonly sinceMs?: number };
  /** When the next pass reads the job, in epoch milliseconds. */
  readonly nextMs: number;
}

/** A run of a job, as AutoSys shows it. */
export interface SeenRun {
  readonly run?: number;
  /** From 1. */
  readonly try?: number;
  readonly startedMs?: number;
}
