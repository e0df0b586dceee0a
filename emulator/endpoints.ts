import type { AutosysEventKind } from '../autosys/event.ts';
import type { Permission } from './accounts.ts';
import { createLoadJil } from './actions/load-jil.ts';
import { createReadDependencies } from './actions/read-dependencies.ts';
import { createReadJil } from './actions/read-jil.ts';
import { createReadJob, createReadJobs } from './actions/read-jobs.ts';
import { createReadRunInfo, createReadRunInfos } from './actions/read-run-info.ts';
import { createRunCommand } from './actions/run-command.ts';
import { createSendEvent } from './actions/send-event.ts';
import { createSendSingleEvent } from './actions/send-single-event.ts';
import type { Consumes } from './body.ts';
import type { Action } from './deps.ts';
import { eventSupport } from './event-support.ts';
import { verbsOfFamilyA, verbsOfFamilyB } from './verbs.ts';
import type { EmulatedProfile } from './wire.ts';

/** How closely the embedded AutoSys matches AEWS at an endpoint. `absent` is answered with 501. */
export type Fidelity = 'supported' | 'approximate' | 'absent';

/** One line of the endpoint table. */
export interface EndpointRoute {
  readonly method: 'GET' | 'POST';
  /** Relative to the base path; `{name}` matches one segment. */
  readonly path: string;
  /** The wire profiles that have it. */
  readonly profiles: readonly EmulatedProfile[];
  readonly fidelity: Fidelity;
  /**
   * Evidence that a real AEWS has it: `documented`, `seen live`, `seen in code` of clients,
   * `inferred`.
   */
  readonly evidence: string;
  /** What it does, or why it is absent; printed into docs/autosys.md. */
  readonly note: string;
  readonly consumes: Consumes;
  /** Checked with EEM before the body is read. Events check their own permission, by their kind. */
  readonly permission?: Permission;
  /** Undefined if the endpoint is absent. */
  readonly action?: Action;
}

const seen = 'seen in code';
const bothFamilies: readonly EmulatedProfile[] = ['standard', 'api-prefix'];

/**
 * KB 187058 and KB 429213; a vendor field pack of 2014. The other verbs are in tables of clients.
 */
const evidenceByVerb: Readonly<Record<string, string>> = {
  'force-start-job': 'documented',
  'start-job': 'seen live',
};

const reads: readonly EndpointRoute[] = [
  {
    ...read('job', createReadJobs()),
    profiles: [...bothFamilies, 'api-job-field', 'single-event'],
    evidence: 'seen live',
    note: 'every job, as JSON or XML by Accept; filter accepts name== and boxname== with an exact value',
  },
  {
    ...read('job.xml', createReadJobs('application/xml')),
    evidence: 'seen live',
    note: 'every job in XML; the names of its elements are inferred',
    fidelity: 'approximate',
  },
  {
    ...read('job.json', createReadJobs('application/json')),
    evidence: 'inferred',
    note: 'every job in JSON',
  },
  {
    ...read('job/{name}', createReadJob),
    profiles: [...bothFamilies, 'api-job-field', 'single-event'],
    evidence: 'seen live',
    note: 'one job: wrapped, flat or in an array, as configured; 404 for an unknown job',
  },
  {
    ...read('job-run-info', createReadRunInfos),
    profiles: [...bothFamilies, 'single-event'],
    fidelity: 'approximate',
    evidence: 'seen live',
    note: 'the last run of every job; its fields are the ones that one tolerant client reads',
  },
  {
    ...read('job-run-info/{name}', createReadRunInfo),
    profiles: [...bothFamilies, 'single-event'],
    fidelity: 'approximate',
    evidence: 'seen live',
    note: 'the last run of one job; its fields are the ones that one tolerant client reads',
  },
  {
    ...read('jobruninfo/{name}', createReadRunInfo),
    profiles: ['standard', 'single-event-str'],
    fidelity: 'approximate',
    evidence: seen,
    note: 'another spelling of job-run-info/{name}',
  },
  {
    ...read('job-dependencies/{name}', createReadDependencies),
    fidelity: 'approximate',
    evidence: 'seen live',
    note: 'the jobs and variables of the condition, JSON only; its field names are inferred',
  },
  {
    ...read('jil/job', createReadJil),
    evidence: 'seen live by one client',
    note: 'definitions as autorep -q prints them, text/plain only; ?name= one job, or a box with its members',
  },
];

const commands: readonly EndpointRoute[] = [
  {
    method: 'POST',
    path: 'jil',
    profiles: bothFamilies,
    fidelity: 'supported',
    evidence: 'seen live',
    note: 'executes JIL; 200 with status success or failed; the word success is inferred',
    consumes: 'jil',
    permission: 'jil',
    action: createLoadJil,
  },
  {
    method: 'POST',
    path: 'command/run',
    profiles: ['command-run'],
    fidelity: 'approximate',
    evidence: 'autorep seen live by one client, sendevent and autostatus inferred',
    note: 'autorep, autostatus and sendevent; stdOut or stdErr with 200',
    consumes: 'json',
    action: createRunCommand,
  },
];

const absences: readonly EndpointRoute[] = [
  absent(
    'GET',
    'api',
    seen,
    'no interactive page is emulated; docs/autosys.md lists the endpoints',
  ),
  absent('GET', 'calendar/{name}', 'seen live', 'calendars are not emulated'),
  absent('GET', 'machine', 'inferred', 'machines are not reported over AEWS'),
  absent('GET', 'job-log/{name}', seen, 'simulated runs write no log'),
  absent('POST', 'event/cancel-job', seen, 'sendevent has no such event'),
  absent('POST', 'event/future-event-job', seen, 'use sendevent -T through command/run'),
];

/**
 * Every endpoint that the embedded AutoSys answers or deliberately refuses; printed into
 * docs/autosys.md.
 */
export const endpoints: readonly EndpointRoute[] = [
  ...Object.entries(verbsOfFamilyA).map(([verb, kind]) => event(verb, kind, 'standard')),
  ...Object.entries(verbsOfFamilyB).map(([verb, kind]) => event(verb, kind, 'api-prefix')),
  {
    ...event('set-global', 'SET_GLOBAL', 'standard'),
    profiles: bothFamilies,
    evidence: 'inferred',
    note: 'globalName and globalValue; no public source shows how AEWS sets a global variable',
  },
  {
    ...event('force-start-job', 'FORCE_STARTJOB', 'api-job-field'),
    note: 'the job name is in the field job',
  },
  {
    ...event('', 'STARTJOB', 'single-event'),
    path: 'event',
    profiles: ['single-event', 'single-event-str'],
    fidelity: 'approximate',
    note: 'the event kind is in eventType or eventTypeStr; answers 200 and Event sent',
    action: createSendSingleEvent,
  },
  ...reads,
  ...commands,
  ...absences,
];

function event(verb: string, kind: AutosysEventKind, profile: EmulatedProfile): EndpointRoute {
  const { support, note } = eventSupport[kind];
  return {
    method: 'POST',
    path: `event/${verb}`,
    profiles: [profile],
    fidelity: support,
    evidence: (profile === 'standard' ? evidenceByVerb[verb] : undefined) ?? seen,
    note: `${kind}: ${note}`,
    consumes: 'json',
    ...(support !== 'absent' && { action: createSendEvent(kind) }),
  };
}

function read(path: string, action: Action) {
  return {
    method: 'GET',
    path,
    profiles: bothFamilies,
    fidelity: 'supported',
    consumes: 'nothing',
    permission: 'read',
    action,
  } as const;
}

function absent(
  method: EndpointRoute['method'],
  path: string,
  evidence: string,
  note: string,
): EndpointRoute {
  const profiles: readonly EmulatedProfile[] = ['standard', 'api-prefix', 'single-event'];
  return { method, path, profiles, fidelity: 'absent', evidence, note, consumes: 'nothing' };
}
