import { NameError } from '../autosys/errors.ts';
import {
  type AutosysEventKind,
  autosysEventKinds,
  isAutosysEventKind,
  type PlainJobEvent,
  plainJobEvents,
  type SettableStatus,
  settableStatuses,
} from '../autosys/event.ts';
import {
  type Comment,
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
  parseMachineName,
} from '../autosys/names.ts';
import type { Fields } from './fields.ts';
import type { QueuedEvent } from './instance-types.ts';

/** Every known wire profile of AEWS (docs/autosys.md, wire profiles). */
export const emulatedProfiles = [
  'standard',
  'api-prefix',
  'api-job-field',
  'single-event',
  'single-event-str',
  'command-run',
] as const;

/** One wire profile of AEWS. */
export type EmulatedProfile = (typeof emulatedProfiles)[number];

/** The field names on which the wire profiles differ. */
export interface Spelling {
  /** One name, or several if several wire profiles are enabled. */
  readonly job: readonly string[];
  /** The new status of CHANGE_STATUS. */
  readonly status: string;
}

/**
 * The field names for events whose kind is in the path; `job` belongs to one speculative client.
 */
export function spellingInPath(profiles: ReadonlySet<EmulatedProfile>): Spelling {
  const jobName = profiles.has('standard') || profiles.has('api-prefix') ? ['jobName'] : [];
  const job = profiles.has('api-job-field') ? ['job'] : [];
  return { job: [...jobName, ...job], status: 'jobStatus' };
}

/** The field names for events whose kind is in the body. */
export const spellingInBody: Spelling = { job: ['jobName'], status: 'status' };

/**
 * Reads the kind of an event from the body of `POST /AEWS/event`.
 *
 * @throws {FieldError} when `eventType`, or `eventTypeStr` if that wire profile is enabled, is
 * missing or not an event
 */
export function readEventKind(
  fields: Fields,
  profiles: ReadonlySet<EmulatedProfile>,
): AutosysEventKind {
  const plain = profiles.has('single-event') ? ['eventType'] : [];
  const suffixed = profiles.has('single-event-str') ? ['eventTypeStr'] : [];
  return fields.required([...plain, ...suffixed], (text) => {
    if (isAutosysEventKind(text)) return text;
    throw new NameError({
      what: 'event',
      found: quote(text),
      allowed: autosysEventKinds.join(', '),
    });
  });
}

/**
 * Reads an event of a known kind from its fields. The first error is reported, in the order job,
 * fields of the kind, comment.
 *
 * @throws {FieldError} with the field that is missing or invalid
 */
export function readQueuedEvent(
  kind: AutosysEventKind,
  fields: Fields,
  spelling: Spelling,
): QueuedEvent {
  const job = () => fields.required(spelling.job, parseJobName);
  const comment = () => readComment(fields);
  if (isPlain(kind)) return { kind, job: job(), ...comment() };
  switch (kind) {
    case 'CHANGE_STATUS': {
      const changed = { job: job(), status: fields.required(spelling.status, parseSettable) };
      return { kind, ...changed, ...comment() };
    }
    case 'SET_GLOBAL':
      return readSetGlobal(fields);
    case 'KILLJOB': {
      const target = job();
      const signals = fields.optional('signal', parseSignals);
      return { kind, job: target, ...(signals !== undefined && { signals }), ...comment() };
    }
    case 'SEND_SIGNAL':
      return { kind, job: job(), signals: fields.required('signal', parseSignals), ...comment() };
    case 'CHANGE_PRIORITY':
      return {
        kind,
        job: job(),
        priority: fields.required('priority', parsePriority),
        ...comment(),
      };
    case 'REPLY_RESPONSE':
      return {
        kind,
        job: job(),
        response: fields.required('response', parseComment),
        ...comment(),
      };
    case 'COMMENT':
      return { kind, job: job(), comment: fields.required('comment', parseComment) };
    case 'ALARM': {
      const alarm = fields.required('alarm', parseAlarm);
      const alarmJob = fields.optional(spelling.job[0] ?? 'jobName', parseJobName);
      return { kind, alarm, ...(alarmJob !== undefined && { job: alarmJob }), ...comment() };
    }
    case 'MACH_OFFLINE':
    case 'MACH_ONLINE':
      return { kind, machine: fields.required('machineName', parseMachineName), ...comment() };
    case 'STOP_DEMON':
      return { kind, ...comment() };
    default:
      return kind satisfies never;
  }
}

/** The word that deletes is an event of its own, because `parseGlobalValue` rejects it. */
function readSetGlobal(fields: Fields): QueuedEvent {
  const kind = 'SET_GLOBAL';
  const globalVariable = fields.required('globalName', parseGlobalName);
  const value = fields.required('globalValue', (text) => {
    return text === 'DELETE' ? text : parseGlobalValue(text);
  });
  if (value === 'DELETE') return { kind, globalVariable, value };
  return { kind, globalVariable, value, ...readComment(fields) };
}

function isPlain(kind: AutosysEventKind): kind is PlainJobEvent['kind'] {
  return plainJobEvents.some((plain) => plain === kind);
}

function readComment(fields: Fields): { readonly comment?: Comment } {
  const comment = fields.optional('comment', parseComment);
  return comment === undefined ? {} : { comment };
}

function parseSettable(text: string): SettableStatus {
  const status = settableStatuses.find((word) => word === text.toUpperCase());
  if (status) return status;
  const allowed = settableStatuses.join(', ');
  throw new NameError({ what: 'status', found: quote(text), allowed });
}

function parseSignals(text: string): string {
  if (/^[A-Z0-9]{1,10}(,[A-Z0-9]{1,10})*$/.test(text)) return text;
  throw new NameError({ what: 'signals', found: quote(text), allowed: 'such as 9 or 15,9' });
}

function parsePriority(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new NameError({ what: 'queue priority', found: quote(text), allowed: 'a number from 0' });
}

function parseAlarm(text: string): string {
  if (/^[A-Z_]{1,64}$/.test(text)) return text;
  throw new NameError({ what: 'alarm', found: quote(text), allowed: 'a name such as JOBFAILURE' });
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
