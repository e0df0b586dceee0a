/**
 * Requests and answers of the launch API, version 1, as the command and the launch function both
 * use them. Types and constants only.
 */

/**
 * Version of the API, in the header {@link versionHeader} and the field `version` of every answer.
 *
 * A command of another minor version works: added fields are optional, and unknown ones ignored.
 */
export const apiVersion = '1.0';
export const versionHeader = 'autosys-bridge-version';

/** Body of `POST /v1/runs`. */
export interface StartRequest {
  readonly target: string;
  /** AutoSys job that starts the run. */
  readonly job?: string;
  /** `AUTOSERV`. @default - the only instance of the route file */
  readonly instance?: string;
  /** `run_num` of the job. Without it the bridge asks AutoSys which run is active. */
  readonly run?: number;
  /** `ntry` of the job; with `run`. */
  readonly try?: number;
  /** Name of a run outside AutoSys, in place of job, run and try. */
  readonly key?: string;
  readonly params?: Readonly<Record<string, string>>;
  /** JSON value for a target with `input: given`. */
  readonly input?: unknown;
  /** Random id of the caller for this request. A repeated request has the same id. */
  readonly launchId?: string;
  /** Starts under the next name, although the identity has been used. @default false */
  readonly again?: boolean;
  /**
   * The caller is the process of the AutoSys job and waits for the run, so that its absence is
   * noticed. @default false
   */
  readonly wait?: boolean;
}

/** Body of `POST /v1/runs/{name}/restart`. */
export interface RestartRequest {
  /** @default - `redrive` where AWS allows it, otherwise `again` */
  readonly how?: RestartWay;
  /** Parameters and input of the run; only with `again`. @default - those that AWS shows */
  readonly params?: Readonly<Record<string, string>>;
  readonly input?: unknown;
  /** Random id of the caller for this request. A repeated request has the same id. */
  readonly launchId?: string;
}

/**
 * How a run is restarted:
 *
 * - `redrive`: its execution continues where it failed
 * - `again`: a new run starts under the next name
 */
export const restartWays = ['redrive', 'again'] as const;
export type RestartWay = (typeof restartWays)[number];

/** Answer of `POST /v1/runs/{name}/restart?plan=1`. Nothing is started. */
export interface RestartPlan {
  readonly version: string;
  readonly how: RestartWay;
  /** The run that is to be restarted. */
  readonly of: string;
  /** Name of the run after the restart. */
  readonly next: string;
  /** States whose results a redrive keeps. */
  readonly kept: readonly string[];
  /** States that a redrive runs again. */
  readonly repeated: readonly string[];
  /** What would run twice: earlier work of the run, each with the reason. */
  readonly twice: readonly string[];
  /** The plan for people, in lines. */
  readonly text: readonly string[];
}

/** Body of `POST /v1/runs/{name}/stop`. */
export interface StopRequest {
  /** Why: `SIGINT received`, `timeout of 4h`, `by hand`. At most 200 characters. */
  readonly reason?: string;
  /** A kill or a timeout leaves a run of a target with `onKill: leave`. @default 'person' */
  readonly cause?: StopCause;
}

/**
 * What a stop follows from:
 *
 * - `kill`: AutoSys has killed the job that waits for the run
 * - `timeout`: the time limit of the waiting command
 * - `person`: a person; the run is stopped in any case
 */
export const stopCauses = ['kill', 'timeout', 'person'] as const;
export type StopCause = (typeof stopCauses)[number];

/**
 * Where a run is:
 *
 * - `LOOKING_UP`: it is not known yet whether AWS has accepted the start
 * - `STARTED`: AWS has accepted it, and no event has arrived
 * - `ACTIVE`: it has not ended; `status` says where it is in AWS
 * - `ENDED`: it has ended; `exit` is set
 * - `REFUSED`: AWS has refused the start; nothing was started
 */
export type RunState = 'LOOKING_UP' | 'STARTED' | 'ACTIVE' | 'ENDED' | 'REFUSED';

/** Answer of start, status and stop. Times are ISO 8601 in UTC. */
export interface RunAnswer {
  readonly version: string;
  /** Name of the run, and of the execution or Batch job in AWS. */
  readonly name: string;
  readonly target: string;
  readonly instance?: string;
  readonly job?: string;
  readonly run?: number;
  readonly try?: number;
  readonly key?: string;
  /** Caller that started it. */
  readonly caller: string;
  /** Id of the request that started it. Absent in answers of version 1.0 before this field. */
  readonly launchId?: string;
  readonly state: RunState;
  /** Status in AWS, such as `RUNNING`, `RUNNABLE` or `SUCCEEDED`. */
  readonly status?: string;
  /** Execution ARN or Batch job id. */
  readonly awsId?: string;
  /** Name of the run whose execution this run continues. */
  readonly continues?: string;
  /** Name of the run that continues the execution of this one. */
  readonly continuedBy?: string;
  /** Link to the run in the AWS console. */
  readonly console?: string;
  readonly requestedAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Revision of this answer, for `after`. It changes when anything below changes. */
  readonly rev: string;
  /** Changes, oldest first; at most 50. */
  readonly changes: readonly { readonly at: string; readonly text: string }[];
  /** Exit code of the command, once the state is `ENDED` or `REFUSED`. */
  readonly exit?: RunExit;
  readonly result?: RunResult;
  /** One paragraph: what failed and what that usually means. */
  readonly diagnosis?: string;
  readonly stop?: StopAnswer;
  /**
   * Seconds until the next request; also the header `Retry-After`. Absent once the run has ended and
   * no stop is still to be proven.
   */
  readonly retryAfter?: number;
}

export interface RunExit {
  /** 0 to 255. */
  readonly code: number;
  /** Source of the code, such as `exit code of the container` or `exitCodes: TIMED_OUT`. */
  readonly source: string;
}

/** What AWS says about the end of a run. */
export interface RunResult {
  readonly error?: string;
  /** At most 1,000 characters. */
  readonly cause?: string;
  /** `statusReason` of a Batch job. */
  readonly reason?: string;
  readonly exitCode?: number;
  /** Attempts of a Batch job, or redrives and 1 of an execution. */
  readonly attempts?: number;
  /** CloudWatch log streams of the attempts, oldest first. */
  readonly logStreams?: readonly string[];
}

/** State of a stop. */
export interface StopAnswer {
  /**
   * `proven`: nothing of the run is active any more. `parked`: not proven within ten minutes.
   * `left`: the target has `onKill: leave`, so a kill or a timeout does not stop the run.
   */
  readonly state: 'requested' | 'proven' | 'parked' | 'left';
  readonly requestedAt: string;
  readonly text: string;
  /** What may still be active: ARNs and ids, each with the reason. */
  readonly remaining: readonly string[];
}

/** Answer of `GET /v1/runs/{name}/log`. */
export interface LogAnswer {
  readonly version: string;
  /** Lines with their line ends. Control characters but tab are escaped. */
  readonly text: string;
  /** Token for `from`. */
  readonly next: string;
  /** True if there is nothing more now. Of a run that has not ended, more may follow. */
  readonly end: boolean;
}

/** Answer of `GET /v1/runs`. */
export interface FindAnswer {
  readonly version: string;
  /** `name`: the name was decoded. `ledger`: the launch row was read. */
  readonly by: 'name' | 'ledger';
  /** Newest first. */
  readonly runs: readonly RunAnswer[];
  /** What the name says, if the ledger has no row of it. */
  readonly decoded?: {
    readonly instance: string;
    readonly job: string;
    readonly run: number;
    readonly try: number;
  };
}

/** Body of `POST /v1/waits`: a job that has ended. */
export interface HintRequest {
  /** AutoSys job. */
  readonly job: string;
  /** AutoSys instance. @default - the only one */
  readonly instance?: string;
}

/** Answer of `POST /v1/waits`. */
export interface HintAnswer {
  readonly version: string;
  readonly job: string;
  readonly instance: string;
  /** Requests that waited for the job. */
  readonly waits: number;
  /** Those that were answered now. A failed job is answered after a second read. */
  readonly answered: number;
}

/** Body of every answer with a status of 400 or more. As text: three lines. */
export interface ApiErrorBody {
  readonly version: string;
  /** Stable, such as `UNKNOWN_TARGET`. */
  readonly code: string;
  /** What is wrong, where, what was found, what is allowed. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
  /** Exit code of the command if it gives up. */
  readonly exit: number;
  /** Every fault of the input. @default - only the message */
  readonly faults?: readonly { readonly path: string; readonly message: string }[];
}

/** Exit codes of the command when nothing was started (sysexits.h). */
export const nothingStarted = {
  /** Wrong usage, or an unknown target. */
  usage: 64,
  /** Invalid input or parameter. */
  input: 65,
  /** The API, the ledger or AWS was not reached, or is not available. */
  notReached: 69,
  /** Wrong login, or not allowed. */
  notAllowed: 77,
  /** AWS refused what the target names. */
  wrongTarget: 78,
} as const;
