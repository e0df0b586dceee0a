import type { EventState, GlobalTable } from '../autorep/index.ts';
import type { JobName } from '../names.ts';
import type { JobStatus } from '../status.ts';
import type { UnreadableView } from '../views.ts';

/** AutoSys has queued the event. A later read shows whether the scheduler has processed it. */
export interface Accepted {
  /** Host and port of the endpoint that accepted it. */
  readonly endpoint: string;
  readonly httpStatus: number;
  /** By the `now` of the client. Absent without that option. */
  readonly acceptedAt?: Date;
}

/** The last run of a job. Fields that no reply contains are absent. */
export interface LastRun {
  readonly run?: number;
  readonly try?: number;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly exitCode?: number;
}

/** The current state of a job in AutoSys. */
export interface JobReading {
  readonly job: JobName;
  readonly status: JobStatus;
  /** Whether the job has the mark `NE`, so that it will be bypassed. Also `false` if unknown. */
  readonly onNoExec: boolean;
  readonly lastRun: LastRun;
  /** The fields of `lastRun` without a value: unknown ones, or those of a job that never ran. */
  readonly unknown: readonly (keyof LastRun)[];
}

/**
 * Several jobs, as one summary shows them. `unreadable` if the profile or the release cannot list
 * jobs. This is not an error.
 */
export type JobListReading =
  | {
      readonly kind: 'list';
      readonly jobs: ReadonlyMap<string, JobReading>;
      /** Number of printed lines. */
      readonly lines: number;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * The state of a global variable in AutoSys.
 *
 * `unreadable` if the profile or the release cannot read it. This is not an error.
 */
export type GlobalVariableReading =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'unset' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * The state of several global variables.
 *
 * `unreadable` if the profile or the release cannot list them. Each can be read separately.
 */
export type GlobalListReading =
  | ({ readonly kind: 'list' } & GlobalTable)
  | { readonly kind: 'unreadable'; readonly reason: string };

/** One line of the history of a job, as `autorep -d` prints it. */
export interface JobEventLine {
  /** `event` for an event that was sent, `status` for a new status. */
  readonly kind: 'status' | 'event' | 'alarm';
  /** Such as `FORCE_STARTJOB` or `RUNNING`. */
  readonly name: string;
  /**
   * PD processed, PG being processed, UP unprocessed, ER rejected by the scheduler, US cancelled.
   */
  readonly state: EventState;
  /** Absent if the date has another format. */
  readonly at?: Date;
  /** The text in angle brackets below: a comment, or a message of the scheduler. */
  readonly text?: string;
}

/**
 * The history of a job in one run.
 *
 * `unreadable` if the profile or the release cannot read it. This is not an error.
 */
export type JobEventsReading =
  | { readonly kind: 'events'; readonly events: readonly JobEventLine[] }
  | UnreadableView;

/** One run of a job, as `autorep -J JOB -r` shows it. */
export interface JobRunReading extends LastRun {
  readonly status: JobStatus;
  readonly run: number;
}

/**
 * The last runs of a job, the newest first.
 *
 * `unreadable` if the profile or the release cannot list them. This is not an error.
 */
export type JobRunsReading =
  | { readonly kind: 'runs'; readonly runs: readonly JobRunReading[] }
  | UnreadableView;

/** The output of a command, line by line. */
export interface CommandOutput {
  readonly stdOut: readonly string[];
  readonly stdErr: readonly string[];
}

/** The reply to a JIL text that AutoSys accepted. */
export interface JilReply {
  readonly httpStatus: number;
  /** The field `status` of the reply. Empty if it has none. */
  readonly status: string;
  /** Message of AutoSys: one line of at most 300 characters. */
  readonly said: string;
  /** Output lines of `jil`, without secrets. */
  readonly messages: readonly string[];
}
