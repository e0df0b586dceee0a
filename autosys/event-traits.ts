/**
 * A lasting property of a variable, job or machine. Of two events that set it, the later one wins.
 */
export type Property =
  | 'value'
  | 'status'
  | 'hold'
  | 'ice'
  | 'noexec'
  | 'suspension'
  | 'priority'
  | 'service';

/** What sending an event does, for the decision whether it may be sent again. */
export interface EventTrait {
  /** Whether sending it twice leaves AutoSys in the same state as sending it once. */
  readonly repeatable: boolean;
  /** The reason for `repeatable`, as the end of a sentence. */
  readonly because: string;
  /** The property that it sets. Undefined if it sets no lasting property. */
  readonly sets?: Property;
  /** It requests a start, which AutoSys may reject if the job is already running. */
  readonly starts?: true;
}

const start = {
  repeatable: false,
  because: 'a second start is a second run',
  starts: true,
} as const;
const setting = (sets: Property) =>
  ({ repeatable: true, because: 'it sets a state that is already set', sets }) as const;
const release = (sets: Property) =>
  ({
    repeatable: false,
    because: 'it would undo what an operator has set again in the meantime',
    sets,
  }) as const;
const remark = { repeatable: true, because: 'it only adds a line to the event log' } as const;

/** The traits of every event that a user may send, by the event kind. */
export const eventTraits = {
  STARTJOB: start,
  FORCE_STARTJOB: start,
  RESTARTJOB: start,
  KILLJOB: { repeatable: false, because: 'it could kill the next run' },
  SEND_SIGNAL: { repeatable: false, because: 'the process acts on each signal' },
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
  JOB_ON_HOLD: setting('hold'),
  JOB_ON_ICE: setting('ice'),
  JOB_ON_NOEXEC: setting('noexec'),
  JOB_OFF_HOLD: release('hold'),
  JOB_OFF_ICE: release('ice'),
  JOB_OFF_NOEXEC: release('noexec'),
  SUSPENDJOB: {
    repeatable: false,
    because: 'it could suspend the next run',
    sets: 'suspension',
  },
  RESUMEJOB: {
    repeatable: false,
    because: 'it could resume a job that was suspended again in the meantime',
    sets: 'suspension',
  },
  RELEASE_RESOURCE: {
    repeatable: false,
    because: 'it could release a resource that was acquired again',
  },
  REPLY_RESPONSE: { repeatable: false, because: 'it could answer the next question' },
  DELETEJOB: {
    repeatable: false,
    because: 'it could delete a job that was defined again in the meantime',
  },
  CHANGE_PRIORITY: setting('priority'),
  COMMENT: remark,
  ALARM: { repeatable: false, because: 'operators are notified each time' },
  MACH_OFFLINE: setting('service'),
  MACH_ONLINE: setting('service'),
  STOP_DEMON: { repeatable: false, because: 'it would stop a scheduler that was started again' },
} as const satisfies Readonly<Record<string, EventTrait>>;
