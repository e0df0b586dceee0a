import type { AutosysEventKind } from '../autosys/event.ts';

/** How well the embedded AutoSys implements an event. */
export interface EventSupport {
  /**
   * `supported`: as documented; `approximate`: the note states what is missing; `absent`: refused.
   */
  readonly support: 'supported' | 'approximate' | 'absent';
  readonly note: string;
}

/**
 * Every event that a user may send, and its support here. Printed into the documentation and used
 * by the server.
 */
export const eventSupport: Readonly<Record<AutosysEventKind, EventSupport>> = {
  STARTJOB: {
    support: 'supported',
    note: 'starts when the conditions other than dates and times hold',
  },
  FORCE_STARTJOB: {
    support: 'supported',
    note: 'starts a held or iced job too, unless the instance is set otherwise (not established)',
  },
  KILLJOB: { support: 'supported', note: 'a box ends, its members only with job_terminator' },
  CHANGE_STATUS: { support: 'supported', note: 'changes the record and evaluates the dependents' },
  SET_GLOBAL: { support: 'supported', note: 'the value DELETE removes the variable (inferred)' },
  JOB_ON_HOLD: { support: 'supported', note: 'ignored while the job is STARTING or RUNNING' },
  JOB_OFF_HOLD: { support: 'supported', note: 'starts at once if the conditions hold' },
  JOB_ON_ICE: { support: 'supported', note: 'ignored while the job is STARTING or RUNNING' },
  JOB_OFF_ICE: { support: 'supported', note: 'waits for the conditions to recur' },
  JOB_ON_NOEXEC: { support: 'supported', note: 'marks the members of a box too' },
  JOB_OFF_NOEXEC: { support: 'supported', note: 'unmarks the members of a box too' },
  COMMENT: { support: 'supported', note: 'a line in the event log' },
  ALARM: { support: 'approximate', note: 'a line in the event log; no alarm manager' },
  DELETEJOB: { support: 'approximate', note: 'ignored while the job runs' },
  CHANGE_PRIORITY: { support: 'approximate', note: 'recorded; there is no queue to reorder' },
  SEND_SIGNAL: {
    support: 'approximate',
    note: 'logged; reaches the processes of an executed job, a simulated run ignores it',
  },
  REPLY_RESPONSE: { support: 'absent', note: 'no job here reaches WAIT_REPLY' },
  MACH_OFFLINE: { support: 'approximate', note: 'later starts on the machine wait in PEND_MACH' },
  MACH_ONLINE: {
    support: 'approximate',
    note: 'starts the jobs that wait in PEND_MACH for the machine',
  },
  RESTARTJOB: { support: 'absent', note: 'a finished try cannot be restarted; use FORCE_STARTJOB' },
  SUSPENDJOB: { support: 'absent', note: 'a simulated run cannot be suspended' },
  RESUMEJOB: { support: 'absent', note: 'a simulated run cannot be suspended' },
  RELEASE_RESOURCE: { support: 'absent', note: 'resources are not emulated' },
  STOP_DEMON: { support: 'absent', note: 'stop the emulator instead' },
};
