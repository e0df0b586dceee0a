import type { AutosysEventKind } from '../autosys/event.ts';
import type { Permission } from './accounts.ts';
import { loadJil } from './actions/load-jil.ts';
import { readDependencies } from './actions/read-dependencies.ts';
import { createReadJil } from './actions/read-jil.ts';
import { createReadJob, readJobs } from './actions/read-jobs.ts';
import { readRunInfo, readRunInfos } from './actions/read-run-info.ts';
import { runCommand } from './actions/run-command.ts';
import { sendEvent } from './actions/send-event.ts';
import { sendSingleEvent } from './actions/send-single-event.ts';
import type { Consumes } from './body.ts';
import type { Action } from './deps.ts';
import { eventSupport } from './event-support.ts';
import { verbsOfFamilyA, verbsOfFamilyB } from './verbs.ts';
import type { EmulatedProfile } from './wire.ts';

/** How near the embedded AutoSys comes to AEWS at an endpoint; `absent` is answered with a loud 501. */
export type Fidelity = 'supported' | 'approximate' | 'absent';

/** One line of the table. */
export interface EndpointRoute {
  readonly method: 'GET' | 'POST';
  /** Below the base path; `{name}` takes one segment. */
  readonly path: string;
  /** The dialects that have it. */
  readonly profiles: readonly EmulatedProfile[];
  readonly fidelity: Fidelity;
  /** How sure it is that a real AEWS has it: `documented`, `seen live`, `seen in code` of clients, `inferred`. */
  readonly evidence: string;
  /** What it does, or why it is absent; printed into docs/autosys.md. */
  readonly note: string;
  readonly consumes: Consumes;
  /** Asked of EEM before the body is read; events ask for themselves, by their kind. */
  readonly permission?: Permission;
  /** Missing where the endpoint is absent. */
  readonly action?: Action;
}

const seen = 'seen in code';
const bothFamilies: readonly EmulatedProfile[] = ['standard', 'api-prefix'];

/** KB 187058 and KB 429213; a vendor field pack of 2014. The other verbs stand in tables of clients. */
const evidenceByVerb: Readonly<Record<string, string>> = {
  'force-start-job': 'documented',
  'start-job': 'seen live',
};

const reads: readonly EndpointRoute[] = [
  {
    ...read('job', readJobs()),
    profiles: [...bothFamilies, 'api-job-field', 'single-event'],
    evidence: 'seen live',
    note: 'every job, JSON or XML by Accept; filter takes name== and boxname== with an exact value',
  },
  {
    ...read('job.xml', readJobs('application/xml')),
    evidence: 'seen live',
    note: 'every job in XML; the names of its elements are inferred',
    fidelity: 'approximate',
  },
  {
    ...read('job.json', readJobs('application/json')),
    evidence: 'inferred',
    note: 'every job in JSON',
  },
  {
    ...read('job/{name}', createReadJob),
    profiles: [...bothFamilies, 'api-job-field', 'single-event'],
    evidence: 'seen live',
    note: 'one job, wrapped, flat or in an array as the instance is set; 404 for an unknown one',
  },
  {
    ...read('job-run-info', readRunInfos),
    profiles: [...bothFamilies, 'single-event'],
    fidelity: 'approximate',
    evidence: 'seen live',
    note: 'the last run of every job; its fields are those of one tolerant client',
  },
  {
    ...read('job-run-info/{name}', readRunInfo),
    profiles: [...bothFamilies, 'single-event'],
    fidelity: 'approximate',
    evidence: 'seen live',
    note: 'the last run of one job; its fields are those of one tolerant client',
  },
  {
    ...read('jobruninfo/{name}', readRunInfo),
    profiles: ['standard', 'single-event-str'],
    fidelity: 'approximate',
    evidence: seen,
    note: 'another spelling of job-run-info/{name}',
  },
  {
    ...read('job-dependencies/{name}', readDependencies),
    fidelity: 'approximate',
    evidence: 'seen live',
    note: 'what the condition reads, JSON only; its fields are ours',
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
    note: 'carries out JIL; 200 with status success or failed, the word success is inferred',
    consumes: 'jil',
    permission: 'jil',
    action: loadJil,
  },
  {
    method: 'POST',
    path: 'command/run',
    profiles: ['command-run'],
    fidelity: 'approximate',
    evidence: 'autorep seen live by one client, sendevent and autostatus inferred',
    note: 'autorep, autostatus and sendevent; stdOut or stdErr with 200',
    consumes: 'json',
    action: runCommand,
  },
];

const absences: readonly EndpointRoute[] = [
  absent(
    'GET',
    'api',
    seen,
    'no interactive page is emulated; the table of endpoints in docs/autosys.md documents them',
  ),
  absent('GET', 'calendar/{name}', 'seen live', 'calendars are not emulated'),
  absent('GET', 'machine', 'inferred', 'machines are not told over AEWS'),
  absent('GET', 'job-log/{name}', seen, 'pretended runs write no log'),
  absent('POST', 'event/cancel-job', seen, 'no event of sendevent stands behind it'),
  absent('POST', 'event/future-event-job', seen, 'use sendevent -T through command/run'),
];

/** Everything the embedded AutoSys answers, and what it refuses knowingly; printed into docs/autosys.md. */
export const endpoints: readonly EndpointRoute[] = [
  ...Object.entries(verbsOfFamilyA).map(([verb, kind]) => event(verb, kind, 'standard')),
  ...Object.entries(verbsOfFamilyB).map(([verb, kind]) => event(verb, kind, 'api-prefix')),
  {
    ...event('set-global', 'SET_GLOBAL', 'standard'),
    profiles: bothFamilies,
    evidence: 'inferred',
    note: 'globalName and globalValue; no public source shows how AEWS sets a global variable',
  },
  { ...event('force-start-job', 'FORCE_STARTJOB', 'api-job-field'), note: 'the job stands in job' },
  {
    ...event('', 'STARTJOB', 'single-event'),
    path: 'event',
    profiles: ['single-event', 'single-event-str'],
    fidelity: 'approximate',
    note: 'the kind stands in eventType or eventTypeStr; answers 200 and Event sent',
    action: sendSingleEvent,
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
    ...(support !== 'absent' && { action: sendEvent(kind) }),
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
