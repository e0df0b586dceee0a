import type { AutosysEventKind } from '../autosys/event.ts';

/** How well the embedded AutoSys does what an event asks for. */
export interface EventSupport {
  /** `supported` by the facts, `approximate` with what is left out in the note, `absent`: refused. */
  readonly support: 'supported' | 'approximate' | 'absent';
  readonly note: string;
}

/** Every event a user may send, and what becomes of it here; printed into the documentation and asked by the server. */
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
  CHANGE_STATUS: { support: 'supported', note: 'changes the record and wakes dependents' },
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
  SEND_SIGNAL: { support: 'approximate', note: 'logged; a pretended run does not hear it' },
  REPLY_RESPONSE: { support: 'absent', note: 'no job here comes to WAIT_REPLY' },
  MACH_OFFLINE: { support: 'approximate', note: 'later starts on it wait in PEND_MACH' },
  MACH_ONLINE: { support: 'approximate', note: 'starts what waits in PEND_MACH for it' },
  RESTARTJOB: { support: 'absent', note: 'no restart of a finished try; use FORCE_STARTJOB' },
  SUSPENDJOB: { support: 'absent', note: 'a pretended run cannot be suspended' },
  RESUMEJOB: { support: 'absent', note: 'a pretended run cannot be suspended' },
  RELEASE_RESOURCE: { support: 'absent', note: 'resources are not emulated' },
  STOP_DEMON: { support: 'absent', note: 'stop the emulator instead' },
};
