import { type AutosysEventKind, autosysEventKinds, plainJobEvents } from '../event.ts';
import type { Evidence, JilRead, JobRead, RequestTemplate, WireProfile } from './profile.ts';

/** The profiles that come with the client. */
export type BuiltInProfileName =
  | 'standard'
  | 'api-prefix'
  | 'api-job-field'
  | 'single-event'
  | 'single-event-str'
  | 'command-run';

type Body = Readonly<Record<string, string>>;
type Events = WireProfile['events'];

const job = { jobName: '{job}', comment: '{comment}' };
const machine = { machineName: '{machine}', comment: '{comment}' };

/**
 * Bodies of events with other fields than job and comment.
 *
 * Field names of one independent client (family A). `alarm`, `signal` of KILLJOB and the fields of
 * SET_GLOBAL are in no source (inferred).
 */
const otherBodies: Readonly<Partial<Record<AutosysEventKind, Body>>> = {
  KILLJOB: { ...job, signal: '{signals}' },
  SEND_SIGNAL: { ...job, signal: '{signals}' },
  CHANGE_STATUS: { ...job, jobStatus: '{status}' },
  CHANGE_PRIORITY: { ...job, priority: '{priority}' },
  REPLY_RESPONSE: { ...job, response: '{response}' },
  ALARM: { ...job, alarm: '{alarm}' },
  // Only the required fields: the whole request is inferred, and each further field may be wrong.
  SET_GLOBAL: { globalName: '{globalVariable}', globalValue: '{value}' },
  MACH_OFFLINE: machine,
  MACH_ONLINE: machine,
  STOP_DEMON: { comment: '{comment}' },
};
const bodyOf = (kind: AutosysEventKind): Body => otherBodies[kind] ?? job;

const named = (kind: AutosysEventKind, address: string, evidence: Evidence): Events => ({
  [kind]: { method: 'POST', path: `event/${address}`, body: bodyOf(kind), evidence },
});

/**
 * Addresses of family A: the newest table of one client. Entries that it marks unverified:
 * inferred.
 */
const familyA: Events = {
  ...named('STARTJOB', 'start-job', 'seen'),
  ...named('FORCE_STARTJOB', 'force-start-job', 'documented'), // Broadcom KB 429213, KB 187058
  ...named('RESTARTJOB', 'restart-job', 'seen'),
  ...named('JOB_ON_HOLD', 'hold-job', 'seen'),
  ...named('JOB_OFF_HOLD', 'off-hold-job', 'seen'),
  ...named('JOB_ON_ICE', 'ice-job', 'seen'),
  ...named('JOB_OFF_ICE', 'off-ice-job', 'seen'),
  ...named('JOB_ON_NOEXEC', 'noexec-job', 'seen'),
  ...named('JOB_OFF_NOEXEC', 'off-noexec-job', 'seen'),
  ...named('SUSPENDJOB', 'suspend-job', 'seen'),
  ...named('RESUMEJOB', 'resume-job', 'seen'),
  ...named('RELEASE_RESOURCE', 'release-resources-job', 'seen'),
  ...named('DELETEJOB', 'delete-job', 'inferred'),
  ...named('KILLJOB', 'kill-job', 'inferred'),
  ...named('SEND_SIGNAL', 'send-signal-job', 'seen'),
  ...named('CHANGE_STATUS', 'change-status-job', 'seen'),
  ...named('CHANGE_PRIORITY', 'change-priority-job', 'inferred'),
  ...named('REPLY_RESPONSE', 'reply-job', 'seen'),
  ...named('COMMENT', 'comment-job', 'inferred'),
  ...named('ALARM', 'alarm-job', 'inferred'),
  ...named('SET_GLOBAL', 'set-global', 'inferred'), // in no source: try it first at a site
  ...named('MACH_OFFLINE', 'machine-offline', 'inferred'),
  ...named('MACH_ONLINE', 'machine-online', 'inferred'),
  ...named('STOP_DEMON', 'stop-demon', 'inferred'),
};

/** Addresses of family B: the older table of the same client, under `/AEWS/api`. */
const familyB: Events = {
  ...named('STARTJOB', 'start-job', 'seen'),
  ...named('FORCE_STARTJOB', 'force-start-job', 'seen'),
  ...named('JOB_ON_HOLD', 'on-hold', 'seen'),
  ...named('JOB_OFF_HOLD', 'off-hold', 'seen'),
  ...named('JOB_ON_ICE', 'on-ice', 'seen'),
  ...named('JOB_OFF_ICE', 'off-ice', 'seen'),
  ...named('JOB_ON_NOEXEC', 'on-noexec', 'seen'),
  ...named('JOB_OFF_NOEXEC', 'off-noexec', 'seen'),
  ...named('SUSPENDJOB', 'suspend', 'seen'),
  ...named('RESUMEJOB', 'resume', 'seen'),
  ...named('RELEASE_RESOURCE', 'release-resource', 'seen'),
  ...named('SEND_SIGNAL', 'send-signal', 'seen'),
  ...named('CHANGE_STATUS', 'change-status', 'seen'),
  ...named('CHANGE_PRIORITY', 'change-priority', 'seen'),
  ...named('REPLY_RESPONSE', 'reply', 'seen'),
  ...named('COMMENT', 'comment', 'seen'),
  ...named('ALARM', 'alarm', 'seen'),
  ...named('SET_GLOBAL', 'set-global', 'inferred'),
};

/** Commands of release 12: autorep was seen live, sendevent is inferred. */
const command = (text: string, evidence: Evidence): RequestTemplate => ({
  method: 'POST',
  path: 'command/run',
  body: { command: text },
  success: { kind: 'stdOut' },
  evidence,
});

const jobJson: JobRead = { method: 'GET', path: 'job/{job}', reads: 'json', evidence: 'seen' };
/** The path was seen live. Its fields are unknown, so the reader accepts several names. */
const runJson: JobRead = { ...jobJson, path: 'job-run-info/{job}' };
const summary: JobRead = { ...command('autorep -J {job}', 'seen'), reads: 'summary' };
/**
 * The layout of `-d` is documented. Inferred: that `command/run` accepts it, and the run under
 * which an event is listed. So the two previous runs are requested too.
 */
const details = ['', ' -r -1', ' -r -2'].map((run) =>
  command(`autorep -J {job} -d${run}`, 'inferred'),
);
const jil: JilRead = {
  method: 'GET',
  path: 'jil/job?name={job}',
  reads: 'text',
  evidence: 'seen',
};

const reads = {
  readJob: [jobJson, runJson, summary],
  readGlobalVariable: { ...command('autorep -G {globalVariable}', 'seen'), reads: 'stdOut' },
  readJobEvents: details,
  readJil: jil,
  loadJil: { method: 'POST', path: 'jil', evidence: 'seen' },
  runCommand: command('{command}', 'seen'),
} as const;

const status = { kind: 'status' } as const;

/** The built-in profiles by name. The default is `standard`, which contradicts no evidence. */
export const wireProfiles: Readonly<Record<BuiltInProfileName, WireProfile>> = {
  standard: {
    name: 'standard',
    about: 'vendor knowledge base, one run-book and live clients',
    basePath: '/AEWS',
    success: status,
    events: familyA,
    ...reads,
  },
  'api-prefix': {
    name: 'api-prefix',
    about: 'the older table of one independent client',
    basePath: '/AEWS/api',
    success: status,
    events: familyB,
    ...reads,
  },
  'api-job-field': {
    name: 'api-job-field',
    about: 'one speculative client, which forces a start and reads jobs and no more',
    basePath: '/AEWS/api',
    success: status,
    events: {
      FORCE_STARTJOB: {
        method: 'POST',
        path: 'event/force-start-job',
        body: { job: '{job}', comment: '{comment}' },
        evidence: 'seen',
      },
    },
    readJob: [jobJson],
  },
  'single-event': {
    name: 'single-event',
    about: 'one speculative client: every event at one address, named in the body',
    basePath: '/AEWS',
    success: { kind: 'text', contains: 'Event sent' },
    events: oneAddress('eventType', autosysEventKinds),
    readJob: [jobJson, runJson],
  },
  'single-event-str': {
    name: 'single-event-str',
    about: 'another speculative client: as single-event, with other words and jobs alone',
    basePath: '/AEWS',
    success: status,
    events: oneAddress('eventTypeStr', [...plainJobEvents, 'KILLJOB', 'COMMENT']),
    readJob: [{ ...jobJson, path: 'jobruninfo/{job}' }],
  },
  'command-run': {
    name: 'command-run',
    about: 'release 12: everything as the text of sendevent and autorep',
    basePath: '/AEWS',
    success: { kind: 'stdOut' },
    events: Object.fromEntries(
      autosysEventKinds.map((kind) => [kind, command('{command}', 'inferred')]),
    ),
    ...reads,
    readJob: [summary],
    readJil: { ...command('autorep -q -J {job}', 'seen'), reads: 'stdOut' },
  },
};

/** Whether the text names a built-in profile. */
export function isBuiltInProfileName(text: string): text is BuiltInProfileName {
  return Object.hasOwn(wireProfiles, text);
}

/** STARTJOB and FORCE_STARTJOB are in the sources. The other kinds are inferred from them. */
function oneAddress(
  field: 'eventType' | 'eventTypeStr',
  kinds: readonly AutosysEventKind[],
): Events {
  const evidenceOf = (kind: AutosysEventKind): Evidence =>
    kind === 'STARTJOB' || kind === 'FORCE_STARTJOB' ? 'seen' : 'inferred';
  return Object.fromEntries(
    kinds.map((kind) => {
      const { jobStatus, ...rest } = bodyOf(kind);
      const body = { [field]: kind, ...rest, ...(jobStatus && { status: jobStatus }) };
      return [kind, { method: 'POST', path: 'event', body, evidence: evidenceOf(kind) }];
    }),
  );
}
