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

/** The jobs of the events. Each run lasts until an event ends it. */
export const jil = `
insert_job: FREE  job_type: CMD  machine: host1  command: sleep 3600
insert_job: BLOCKED  job_type: CMD  machine: host1  command: sleep 3600  condition: value(NEVER) = "1"
insert_job: HELD  job_type: CMD  machine: host1  command: sleep 3600  status: ON_HOLD  condition: notrunning(FREE)
insert_job: ICED  job_type: CMD  machine: host1  command: sleep 3600  status: ON_ICE
insert_job: BYPASSED  job_type: CMD  machine: host1  command: sleep 3600  status: ON_NOEXEC
insert_job: WOKEN  job_type: CMD  machine: host1  command: sleep 3600  condition: value(FLAG) = "up"
`;

const free = parseJobName('FREE');
const blocked = parseJobName('BLOCKED');
const held = parseJobName('HELD');
const iced = parseJobName('ICED');
const bypassed = parseJobName('BYPASSED');
const host = parseMachineName('host1');
const comment = parseComment('asked from AWS, 100 % "sure"');
const start: AutosysEvent = { kind: 'STARTJOB', job: free };

type Instance = Emulator['instance'];

/** One event and its effect in AutoSys. */
export interface EventEffect {
  /** The events that are sent first. */
  readonly before?: readonly AutosysEvent[];
  readonly event: AutosysEvent;
  /** The reading of the job with every profile; the run only if the profile reads runs. */
  readonly reading?: { readonly status: JobStatus; readonly run: number };
  /** The state of the embedded AutoSys. */
  readonly state?: { readonly of: (instance: Instance) => unknown; readonly is: unknown };
}

/** Events without a test of their effect, because the embedded AutoSys rejects them. */
export const absentEvents = {
  RESTARTJOB: { kind: 'RESTARTJOB', job: free },
  REPLY_RESPONSE: { kind: 'REPLY_RESPONSE', job: free, response: 'y' },
  SUSPENDJOB: { kind: 'SUSPENDJOB', job: free },
  RESUMEJOB: { kind: 'RESUMEJOB', job: free },
  RELEASE_RESOURCE: { kind: 'RELEASE_RESOURCE', job: free },
  STOP_DEMON: { kind: 'STOP_DEMON' },
} as const satisfies Partial<Record<AutosysEventKind, AutosysEvent>>;

type SupportedKind = Exclude<AutosysEventKind, keyof typeof absentEvents>;

/** The log line of the last event of a kind. */
const logged = (kind: AutosysEventKind) => (instance: Instance) => {
  const line = instance.events().findLast(({ name }) => name === kind);
  return { stage: line?.stage, text: line?.text };
};

/** Every other event, with its effect. */
export const eventEffects: Readonly<Record<SupportedKind, EventEffect>> = {
  STARTJOB: { event: start, reading: { status: 'RUNNING', run: 1 } },
  FORCE_STARTJOB: {
    event: { kind: 'FORCE_STARTJOB', job: blocked, comment },
    reading: { status: 'RUNNING', run: 1 },
    state: { of: logged('FORCE_STARTJOB'), is: { stage: 'PD', text: comment } },
  },
  KILLJOB: {
    before: [start],
    event: { kind: 'KILLJOB', job: free, signals: '15,9' },
    reading: { status: 'TERMINATED', run: 1 },
  },
  CHANGE_STATUS: {
    event: { kind: 'CHANGE_STATUS', job: blocked, status: 'SUCCESS' },
    reading: { status: 'SUCCESS', run: 0 },
  },
  SET_GLOBAL: {
    event: {
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('FLAG'),
      value: parseGlobalValue('up'),
    },
    state: { of: (instance) => instance.job('WOKEN')?.status, is: 'RUNNING' },
  },
  JOB_ON_HOLD: {
    event: { kind: 'JOB_ON_HOLD', job: free },
    reading: { status: 'ON_HOLD', run: 0 },
  },
  JOB_OFF_HOLD: {
    event: { kind: 'JOB_OFF_HOLD', job: held },
    reading: { status: 'RUNNING', run: 1 },
  },
  JOB_ON_ICE: { event: { kind: 'JOB_ON_ICE', job: free }, reading: { status: 'ON_ICE', run: 0 } },
  JOB_OFF_ICE: {
    event: { kind: 'JOB_OFF_ICE', job: iced },
    reading: { status: 'INACTIVE', run: 0 },
  },
  JOB_ON_NOEXEC: {
    event: { kind: 'JOB_ON_NOEXEC', job: free },
    state: { of: (instance) => instance.job(free)?.noexec, is: true },
  },
  JOB_OFF_NOEXEC: {
    event: { kind: 'JOB_OFF_NOEXEC', job: bypassed },
    reading: { status: 'INACTIVE', run: 0 },
    state: { of: (instance) => instance.job(bypassed)?.noexec, is: false },
  },
  SEND_SIGNAL: {
    before: [start],
    event: { kind: 'SEND_SIGNAL', job: free, signals: '10' },
    reading: { status: 'RUNNING', run: 1 },
    state: { of: (instance) => logged('SEND_SIGNAL')(instance).stage, is: 'PD' },
  },
  CHANGE_PRIORITY: {
    event: { kind: 'CHANGE_PRIORITY', job: free, priority: 7 },
    state: { of: (instance) => instance.job(free)?.queuePriority, is: 7 },
  },
  COMMENT: {
    event: { kind: 'COMMENT', job: free, comment },
    state: { of: logged('COMMENT'), is: { stage: 'PD', text: comment } },
  },
  ALARM: {
    event: { kind: 'ALARM', alarm: 'JOBFAILURE', job: free },
    state: { of: (instance) => logged('ALARM')(instance).stage, is: 'PD' },
  },
  DELETEJOB: {
    event: { kind: 'DELETEJOB', job: blocked },
    state: { of: (instance) => instance.job(blocked), is: undefined },
  },
  MACH_OFFLINE: {
    event: { kind: 'MACH_OFFLINE', machine: host },
    state: { of: (instance) => instance.machines().map(({ status }) => status), is: ['Offline'] },
  },
  MACH_ONLINE: {
    before: [{ kind: 'MACH_OFFLINE', machine: host }],
    event: { kind: 'MACH_ONLINE', machine: host },
    state: { of: (instance) => instance.machines().map(({ status }) => status), is: ['Online'] },
  },
};
