import type { EventState, GlobalTable } from '../autorep/index.ts';
import type { JobName } from '../names.ts';
import type { JobStatus } from '../status.ts';

/** AutoSys has queued the event; whether and when the scheduler acts is for a later reading to say. */
export interface Accepted {
  /** Host and port of the endpoint that took it. */
  readonly endpoint: string;
  readonly httpStatus: number;
  /** By the client's `now`; absent where it was given none. */
  readonly acceptedAt?: Date;
}

/** The last run of a job, as far as any answer told of it. */
export interface LastRun {
  readonly run?: number;
  readonly try?: number;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly exitCode?: number;
}

/** What AutoSys says of a job now. */
export interface JobReading {
  readonly job: JobName;
  readonly status: JobStatus;
  /** Marked `NE` beside its status: it will be bypassed. `false` also where no answer tells. */
  readonly onNoExec: boolean;
  readonly lastRun: LastRun;
  /** The fields of `lastRun` that no answer named; a job that never ran leaves the times and the exit code here. */
  readonly unknown: readonly (keyof LastRun)[];
}

/**
 * What AutoSys says of a global variable.
 *
 * `unreadable` where the profile or the release has no way to ask: nothing is wrong, nobody can tell.
 */
export type GlobalVariableReading =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'unset' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * What AutoSys says of several global variables at once.
 *
 * `unreadable` where the profile or the release cannot list them; each can still be read singly.
 */
export type GlobalListReading =
  | ({ readonly kind: 'list' } & GlobalTable)
  | { readonly kind: 'unreadable'; readonly reason: string };

/** One line of a job's history, as `autorep -d` tells it. */
export interface JobEventLine {
  /** `event` for what was sent, `status` for what came of it. */
  readonly kind: 'status' | 'event' | 'alarm';
  /** Such as `FORCE_STARTJOB` or `RUNNING`. */
  readonly name: string;
  /** PD processed, PG being processed, UP not yet, ER refused by the scheduler, US taken back before its turn. */
  readonly state: EventState;
  /** Absent where the date is of another format. */
  readonly at?: Date;
  /** What stood in angle brackets below: a comment, or what the scheduler has to say. */
  readonly text?: string;
}

/**
 * What AutoSys says has happened to a job in one run.
 *
 * `unreadable` where the profile or the release has no way to ask: nothing is wrong, nobody can tell.
 */
export type JobEventsReading =
  | { readonly kind: 'events'; readonly events: readonly JobEventLine[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What a command printed, line by line. */
export interface CommandOutput {
  readonly stdOut: readonly string[];
  readonly stdErr: readonly string[];
}

/** What AutoSys said to a JIL text it took. */
export interface JilReply {
  readonly httpStatus: number;
  /** The word in the reply's `status` field; empty where it has none. */
  readonly status: string;
  /** What it said, one line, cut to 300 characters. */
  readonly said: string;
  /** What `jil` printed, line by line, secrets taken out. */
  readonly messages: readonly string[];
}
