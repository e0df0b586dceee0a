import { type EventTrait, eventTraits } from './event-traits.ts';
import type { Comment, GlobalName, GlobalValue, JobName, MachineName } from './names.ts';
import type { JobStatus } from './status.ts';

export type { Property } from './event-traits.ts';

/** The events that have a job and no further fields. */
export const plainJobEvents = [
  'STARTJOB',
  'FORCE_STARTJOB',
  'RESTARTJOB',
  'JOB_ON_HOLD',
  'JOB_OFF_HOLD',
  'JOB_ON_ICE',
  'JOB_OFF_ICE',
  'JOB_ON_NOEXEC',
  'JOB_OFF_NOEXEC',
  'SUSPENDJOB',
  'RESUMEJOB',
  'RELEASE_RESOURCE',
  'DELETEJOB',
] as const;

/** The values of CHANGE_STATUS (AutoSys 11.3.6 reference, documented). */
export const settableStatuses = [
  'ACTIVATED',
  'FAILURE',
  'INACTIVE',
  'ON_HOLD',
  'ON_ICE',
  'QUE_WAIT',
  'REFRESH_DEPENDENCIES',
  'REFRESH_FILEWATCHER',
  'RESTART',
  'RUNNING',
  'STARTING',
  'SUCCESS',
  'TERMINATED',
] as const satisfies readonly (JobStatus | 'REFRESH_DEPENDENCIES' | 'REFRESH_FILEWATCHER')[];

/** A value of CHANGE_STATUS. The two that begin with REFRESH are commands, not job statuses. */
export type SettableStatus = (typeof settableStatuses)[number];

interface Commented {
  /** Free text for the operator, at most 255 characters. */
  readonly comment?: Comment;
}

/** An event such as STARTJOB, which has a job and no further fields. */
export interface PlainJobEvent extends Commented {
  readonly kind: (typeof plainJobEvents)[number];
  readonly job: JobName;
}

/** Ends a running job. UNIX agents send the signals of a list one after the other. */
export interface KillJobEvent extends Commented {
  readonly kind: 'KILLJOB';
  readonly job: JobName;
  /** Such as `9` or `15,9`. */
  readonly signals?: string;
}

/** Sends signals to the process of a running job. The event itself does not end the job. */
export interface SendSignalEvent extends Commented {
  readonly kind: 'SEND_SIGNAL';
  readonly job: JobName;
  readonly signals: string;
}

/**
 * Changes the recorded status of a job.
 *
 * It starts and kills no process of the job, but a terminal status starts dependent jobs.
 */
export interface ChangeStatusEvent extends Commented {
  readonly kind: 'CHANGE_STATUS';
  readonly job: JobName;
  readonly status: SettableStatus;
}

/** Changes the queue priority of a job. */
export interface ChangePriorityEvent extends Commented {
  readonly kind: 'CHANGE_PRIORITY';
  readonly job: JobName;
  /** A whole number from 0. */
  readonly priority: number;
}

/** Answers a job in WAIT_REPLY. */
export interface ReplyResponseEvent extends Commented {
  readonly kind: 'REPLY_RESPONSE';
  readonly job: JobName;
  readonly response: string;
}

/** Adds a comment to the event log of a job. */
export interface CommentEvent {
  readonly kind: 'COMMENT';
  readonly job: JobName;
  readonly comment: Comment;
}

/** Raises an alarm, such as JOBFAILURE. */
export interface AlarmEvent extends Commented {
  readonly kind: 'ALARM';
  readonly alarm: string;
  readonly job?: JobName;
}

/** Sets a global variable. The scheduler then evaluates the jobs whose conditions read it. */
export interface SetGlobalEvent extends Commented {
  readonly kind: 'SET_GLOBAL';
  readonly globalVariable: GlobalName;
  readonly value: GlobalValue;
}

/** Takes a machine out of service or returns it to service. */
export interface MachineEvent extends Commented {
  readonly kind: 'MACH_OFFLINE' | 'MACH_ONLINE';
  readonly machine: MachineName;
}

/** Shuts the scheduler down. */
export interface StopDemonEvent extends Commented {
  readonly kind: 'STOP_DEMON';
}

/** An event of sendevent: all that a user may send (AutoSys 11.3.6 SP5, EEM actions). */
export type AutosysEvent =
  | PlainJobEvent
  | KillJobEvent
  | SendSignalEvent
  | ChangeStatusEvent
  | ChangePriorityEvent
  | ReplyResponseEvent
  | CommentEvent
  | AlarmEvent
  | SetGlobalEvent
  | MachineEvent
  | StopDemonEvent;

/** The word after `sendevent -E`. */
export type AutosysEventKind = AutosysEvent['kind'];

const traits: Readonly<Record<AutosysEventKind, EventTrait>> = eventTraits;

/** Every event kind, in the order of the table. */
export const autosysEventKinds = Object.keys(traits) as readonly AutosysEventKind[];

/** Whether the text is an event of sendevent, in upper case. */
export function isAutosysEventKind(text: string): text is AutosysEventKind {
  return Object.hasOwn(traits, text);
}

/** The traits of an event, such as whether it may be sent twice. This table is the only source. */
export function toTrait(kind: AutosysEventKind): EventTrait {
  return traits[kind];
}

/** Formats an event as one line: `SET_GLOBAL X=1`, `CHANGE_STATUS job SUCCESS`. */
export function describeEvent(event: AutosysEvent): string {
  switch (event.kind) {
    case 'SET_GLOBAL':
      return `SET_GLOBAL ${event.globalVariable}=${event.value}`;
    case 'CHANGE_STATUS':
      return `CHANGE_STATUS ${event.job} ${event.status}`;
    case 'CHANGE_PRIORITY':
      return `CHANGE_PRIORITY ${event.job} ${event.priority}`;
    case 'SEND_SIGNAL':
      return `SEND_SIGNAL ${event.job} ${event.signals}`;
    case 'MACH_OFFLINE':
    case 'MACH_ONLINE':
      return `${event.kind} ${event.machine}`;
    case 'ALARM':
      return `ALARM ${event.alarm}${event.job === undefined ? '' : ` ${event.job}`}`;
    case 'STOP_DEMON':
      return 'STOP_DEMON';
    default:
      return `${event.kind} ${event.job}`;
  }
}
