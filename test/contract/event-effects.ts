import type { AutosysEvent, AutosysEventKind } from '../../autosys/event.ts';
import {
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
  parseMachineName,
} from '../../autosys/names.ts';
import type { JobStatus } from '../../autosys/status.ts';
import type { Emulator } from '../../emulator/index.ts';

/** The jobs that the deeds are done to; each run lasts until it is ended. */
export const jil = `
insert_job: FREE  job_type: CMD  machine: host1  command: sleep 3600
insert_job: GATED  job_type: CMD  machine: host1  command: sleep 3600  condition: value(NEVER) = "1"
insert_job: HELD  job_type: CMD  machine: host1  command: sleep 3600  status: ON_HOLD  condition: notrunning(FREE)
insert_job: ICED  job_type: CMD  machine: host1  command: sleep 3600  status: ON_ICE
insert_job: BYPASSED  job_type: CMD  machine: host1  command: sleep 3600  status: ON_NOEXEC
insert_job: WOKEN  job_type: CMD  machine: host1  command: sleep 3600  condition: value(FLAG) = "up"
`;

const free = parseJobName('FREE');
const gated = parseJobName('GATED');
const held = parseJobName('HELD');
const iced = parseJobName('ICED');
const bypassed = parseJobName('BYPASSED');
const host = parseMachineName('host1');
const comment = parseComment('asked from AWS, 100 % "sure"');
const start: AutosysEvent = { kind: 'STARTJOB', job: free };

type Instance = Emulator['instance'];

/** One event, and what AutoSys is like when it has had its effect. */
export interface Deed {
  /** What must have happened first. */
  readonly before?: readonly AutosysEvent[];
  readonly event: AutosysEvent;
  /** What reading the job tells in every profile, and the run where the profile tells runs. */
  readonly told?: { readonly status: JobStatus; readonly run: number };
  /** What AutoSys itself knows. */
  readonly known?: { readonly of: (instance: Instance) => unknown; readonly is: unknown };
}

/** Events of which nothing can be shown here, since the embedded AutoSys refuses them. */
export const absentEvents = {
  RESTARTJOB: { kind: 'RESTARTJOB', job: free },
  REPLY_RESPONSE: { kind: 'REPLY_RESPONSE', job: free, response: 'y' },
  SUSPENDJOB: { kind: 'SUSPENDJOB', job: free },
  RESUMEJOB: { kind: 'RESUMEJOB', job: free },
  RELEASE_RESOURCE: { kind: 'RELEASE_RESOURCE', job: free },
  STOP_DEMON: { kind: 'STOP_DEMON' },
} as const satisfies Partial<Record<AutosysEventKind, AutosysEvent>>;

type ShownKind = Exclude<AutosysEventKind, keyof typeof absentEvents>;

/** What was logged of the last event of a kind. */
const logged = (kind: AutosysEventKind) => (instance: Instance) => {
  const line = instance.events().findLast(({ name }) => name === kind);
  return { stage: line?.stage, text: line?.text };
};

/** Every event that has an effect, with the effect. */
export const deeds: Readonly<Record<ShownKind, Deed>> = {
  STARTJOB: { event: start, told: { status: 'RUNNING', run: 1 } },
  FORCE_STARTJOB: {
    event: { kind: 'FORCE_STARTJOB', job: gated, comment },
    told: { status: 'RUNNING', run: 1 },
    known: { of: logged('FORCE_STARTJOB'), is: { stage: 'PD', text: comment } },
  },
  KILLJOB: {
    before: [start],
    event: { kind: 'KILLJOB', job: free, signals: '15,9' },
    told: { status: 'TERMINATED', run: 1 },
  },
  CHANGE_STATUS: {
    event: { kind: 'CHANGE_STATUS', job: gated, status: 'SUCCESS' },
    told: { status: 'SUCCESS', run: 0 },
  },
  SET_GLOBAL: {
    event: {
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('FLAG'),
      value: parseGlobalValue('up'),
    },
    known: { of: (instance) => instance.job('WOKEN')?.status, is: 'RUNNING' },
  },
  JOB_ON_HOLD: { event: { kind: 'JOB_ON_HOLD', job: free }, told: { status: 'ON_HOLD', run: 0 } },
  JOB_OFF_HOLD: { event: { kind: 'JOB_OFF_HOLD', job: held }, told: { status: 'RUNNING', run: 1 } },
  JOB_ON_ICE: { event: { kind: 'JOB_ON_ICE', job: free }, told: { status: 'ON_ICE', run: 0 } },
  JOB_OFF_ICE: { event: { kind: 'JOB_OFF_ICE', job: iced }, told: { status: 'INACTIVE', run: 0 } },
  JOB_ON_NOEXEC: {
    event: { kind: 'JOB_ON_NOEXEC', job: free },
    known: { of: (instance) => instance.job(free)?.noexec, is: true },
  },
  JOB_OFF_NOEXEC: {
    event: { kind: 'JOB_OFF_NOEXEC', job: bypassed },
    told: { status: 'INACTIVE', run: 0 },
    known: { of: (instance) => instance.job(bypassed)?.noexec, is: false },
  },
  SEND_SIGNAL: {
    before: [start],
    event: { kind: 'SEND_SIGNAL', job: free, signals: '10' },
    told: { status: 'RUNNING', run: 1 },
    known: { of: (instance) => logged('SEND_SIGNAL')(instance).stage, is: 'PD' },
  },
  CHANGE_PRIORITY: {
    event: { kind: 'CHANGE_PRIORITY', job: free, priority: 7 },
    known: { of: (instance) => instance.job(free)?.queuePriority, is: 7 },
  },
  COMMENT: {
    event: { kind: 'COMMENT', job: free, comment },
    known: { of: logged('COMMENT'), is: { stage: 'PD', text: comment } },
  },
  ALARM: {
    event: { kind: 'ALARM', alarm: 'JOBFAILURE', job: free },
    known: { of: (instance) => logged('ALARM')(instance).stage, is: 'PD' },
  },
  DELETEJOB: {
    event: { kind: 'DELETEJOB', job: gated },
    known: { of: (instance) => instance.job(gated), is: undefined },
  },
  MACH_OFFLINE: {
    event: { kind: 'MACH_OFFLINE', machine: host },
    known: { of: (instance) => instance.machines().map(({ status }) => status), is: ['Offline'] },
  },
  MACH_ONLINE: {
    before: [{ kind: 'MACH_OFFLINE', machine: host }],
    event: { kind: 'MACH_ONLINE', machine: host },
    known: { of: (instance) => instance.machines().map(({ status }) => status), is: ['Online'] },
  },
};
