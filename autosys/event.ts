import type { Comment, GlobalName, GlobalValue, JobName, MachineName } from './names.ts';
import type { JobStatus } from './status.ts';

/** The events that name a job and nothing more. */
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

/** What CHANGE_STATUS may set (AutoSys 11.3.6 reference, documented). */
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

/** A word CHANGE_STATUS takes; two of them are orders to the scheduler rather than statuses. */
export type SettableStatus = (typeof settableStatuses)[number];

interface Commented {
  /** Free text for the operator, 255 characters at most. */
  readonly comment?: Comment;
}

/** Such as STARTJOB: a job's name is all it needs. */
export interface PlainJobEvent extends Commented {
  readonly kind: (typeof plainJobEvents)[number];
  readonly job: JobName;
}

/** Ends a running job; on UNIX agents a list of signals is sent one by one. */
export interface KillJobEvent extends Commented {
  readonly kind: 'KILLJOB';
  readonly job: JobName;
  /** Such as `9` or `15,9`. */
  readonly signals?: string;
}

/** Sends signals to a running job's process without ending it by itself. */
export interface SendSignalEvent extends Commented {
  readonly kind: 'SEND_SIGNAL';
  readonly job: JobName;
  readonly signals: string;
}

/** Changes the recorded status; starts and kills nothing, yet a terminal status starts dependents. */
export interface ChangeStatusEvent extends Commented {
  readonly kind: 'CHANGE_STATUS';
  readonly job: JobName;
  readonly status: SettableStatus;
}

/** Changes a job's place in the queue. */
export interface ChangePriorityEvent extends Commented {
  readonly kind: 'CHANGE_PRIORITY';
  readonly job: JobName;
  /** The new queue priority, a whole number from 0. */
  readonly priority: number;
}

/** Answers a job in WAIT_REPLY. */
export interface ReplyResponseEvent extends Commented {
  readonly kind: 'REPLY_RESPONSE';
  readonly job: JobName;
  readonly response: string;
}

/** Leaves a remark in a job's event log. */
export interface CommentEvent {
  readonly kind: 'COMMENT';
  readonly job: JobName;
  readonly comment: Comment;
}

/** Raises an alarm by its name, such as JOBFAILURE. */
export interface AlarmEvent extends Commented {
  readonly kind: 'ALARM';
  readonly alarm: string;
  readonly job?: JobName;
}

/** Sets a global variable, and wakes the jobs whose conditions read it. */
export interface SetGlobalEvent extends Commented {
  readonly kind: 'SET_GLOBAL';
  readonly globalVariable: GlobalName;
  readonly value: GlobalValue;
}

/** Takes a machine out of service or back in. */
export interface MachineEvent extends Commented {
  readonly kind: 'MACH_OFFLINE' | 'MACH_ONLINE';
  readonly machine: MachineName;
}

/** Shuts the scheduler down. */
export interface StopDemonEvent extends Commented {
  readonly kind: 'STOP_DEMON';
}

/** What sendevent sends: one member per event a user may send (AutoSys 11.3.6 SP5, EEM actions). */
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

/** A property that lasts until it is set anew: of two events that set it the later one alone counts. */
export type Property =
  | 'value'
  | 'status'
  | 'hold'
  | 'ice'
  | 'noexec'
  | 'suspension'
  | 'priority'
  | 'service';

interface Trait {
  /** Whether sending it twice leaves AutoSys as sending it once would. */
  readonly repeatable: boolean;
  readonly because: string;
  /** What it sets of its variable, job or machine; absent: it happens, and sets nothing that lasts. */
  readonly sets?: Property;
  /** It asks for a start, which a job that runs already may refuse. */
  readonly starts?: true;
}

const start = {
  repeatable: false,
  because: 'a second start is a second run',
  starts: true,
} as const;
const mark = (sets: Property) =>
  ({ repeatable: true, because: 'it sets a mark that is already set', sets }) as const;
const release = (sets: Property) =>
  ({
    repeatable: false,
    because: 'what an operator has set again in between would be taken off',
    sets,
  }) as const;
const remark = { repeatable: true, because: 'it only adds a line to the event log' } as const;

const traits: Readonly<Record<AutosysEventKind, Trait>> = {
  STARTJOB: start,
  FORCE_STARTJOB: start,
  RESTARTJOB: start,
  KILLJOB: { repeatable: false, because: 'it could kill the run after the one that was meant' },
  SEND_SIGNAL: { repeatable: false, because: 'a process acts on each signal' },
  CHANGE_STATUS: {
    repeatable: false,
    because: 'the same status recorded again may start the dependent jobs again',
    sets: 'status',
  },
  SET_GLOBAL: {
    repeatable: false,
    because: 'the same value set again may start the waiting jobs again',
    sets: 'value',
  },
  JOB_ON_HOLD: mark('hold'),
  JOB_ON_ICE: mark('ice'),
  JOB_ON_NOEXEC: mark('noexec'),
  JOB_OFF_HOLD: release('hold'),
  JOB_OFF_ICE: release('ice'),
  JOB_OFF_NOEXEC: release('noexec'),
  SUSPENDJOB: {
    repeatable: false,
    because: 'it could suspend the run after the one that was meant',
    sets: 'suspension',
  },
  RESUMEJOB: {
    repeatable: false,
    because: 'it could resume what was suspended again in between',
    sets: 'suspension',
  },
  RELEASE_RESOURCE: { repeatable: false, because: 'it could release what was taken again' },
  REPLY_RESPONSE: { repeatable: false, because: 'it could answer the next question' },
  DELETEJOB: {
    repeatable: false,
    because: 'it could delete a job that was defined anew in between',
  },
  CHANGE_PRIORITY: mark('priority'),
  COMMENT: remark,
  ALARM: { repeatable: false, because: 'somebody is called each time' },
  MACH_OFFLINE: mark('service'),
  MACH_ONLINE: mark('service'),
  STOP_DEMON: { repeatable: false, because: 'it would stop a scheduler that was started again' },
};

/** Every event kind, in the order of the table. */
export const autosysEventKinds = Object.keys(traits) as readonly AutosysEventKind[];

/** Whether the text is an event that sendevent knows, in upper case. */
export function isAutosysEventKind(text: string): text is AutosysEventKind {
  return Object.hasOwn(traits, text);
}

/** The traits of an event, such as whether it may be sent twice; no `if` elsewhere knows. */
export function toTrait(kind: AutosysEventKind): Trait {
  return traits[kind];
}

/** One line for a person, in sendevent's own terms: `SET_GLOBAL X=1`, `CHANGE_STATUS job SUCCESS`. */
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
