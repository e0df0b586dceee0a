import { NameError } from './errors.ts';
import {
  type AutosysEvent,
  type AutosysEventKind,
  type SettableStatus,
  settableStatuses,
} from './event.ts';
import {
  type Comment,
  type GlobalName,
  type GlobalValue,
  type JobName,
  type MachineName,
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
  parseMachineName,
} from './names.ts';
import { didYouMean } from './suggest.ts';

/** The options with the fields of an event. */
export type EventOption = '-J' | '-A' | '-s' | '-q' | '-G' | '-C' | '-K' | '-N' | '-r';

/** Required and optional options of each event. `-C` is allowed with all events. */
const optionsByKind: Readonly<
  Partial<
    Record<
      AutosysEventKind,
      { readonly needs: readonly EventOption[]; readonly takes?: readonly EventOption[] }
    >
  >
> = {
  KILLJOB: { needs: ['-J'], takes: ['-K'] },
  SEND_SIGNAL: { needs: ['-J', '-K'] },
  CHANGE_STATUS: { needs: ['-J', '-s'] },
  CHANGE_PRIORITY: { needs: ['-J', '-q'] },
  REPLY_RESPONSE: { needs: ['-J', '-r'] },
  COMMENT: { needs: ['-J', '-C'] },
  ALARM: { needs: ['-A'], takes: ['-J'] },
  SET_GLOBAL: { needs: ['-G'] },
  MACH_OFFLINE: { needs: ['-N'] },
  MACH_ONLINE: { needs: ['-N'] },
  STOP_DEMON: { needs: [] },
};
const plainJobOptions = { needs: ['-J'], takes: [] } as const;

/** The value of each option, for messages. */
const meanings: Readonly<Record<EventOption, string>> = {
  '-J': 'a job',
  '-A': 'an alarm',
  '-s': 'a status',
  '-q': 'a queue priority',
  '-G': 'NAME=value',
  '-C': 'a comment',
  '-K': 'signals',
  '-N': 'a machine',
  '-r': 'a response',
};
const eventOptions = Object.keys(meanings) as readonly EventOption[];

/** Reads the event of a kind from its options. Returns all faults if an option is wrong. */
export function readSendeventEvent(
  kind: AutosysEventKind,
  values: ReadonlyMap<string, string>,
): { readonly event: AutosysEvent } | { readonly faults: readonly string[] } {
  const faults = [...checkOptions(kind, values)];
  const fields = readFields(values, faults);
  const event = faults.length === 0 ? toEvent(kind, fields) : undefined;
  return event ? { event } : { faults };
}

function checkOptions(kind: AutosysEventKind, values: ReadonlyMap<string, string>): string[] {
  const { needs, takes = [] } = optionsByKind[kind] ?? plainJobOptions;
  const missing = needs.filter((option) => !values.has(option));
  const unexpected = eventOptions.filter(
    (option) => option !== '-C' && values.has(option) && ![...needs, ...takes].includes(option),
  );
  return [
    ...missing.map((option) => `${option}: ${kind} needs ${meanings[option]}, found no ${option}`),
    ...unexpected.map(
      (option) => `${option}: not allowed with ${kind}, allowed: ${list(needs, takes)}`,
    ),
  ];
}

function list(needs: readonly string[], takes: readonly string[]): string {
  return [...needs, ...takes, ...(needs.includes('-C') ? [] : ['-C'])].join(' ');
}

interface Fields {
  readonly job: JobName | undefined;
  readonly alarm: string | undefined;
  readonly status: SettableStatus | undefined;
  readonly priority: number | undefined;
  readonly set: { readonly globalVariable: GlobalName; readonly value: GlobalValue } | undefined;
  readonly comment: Comment | undefined;
  readonly signals: string | undefined;
  readonly machine: MachineName | undefined;
  readonly response: string | undefined;
}

function readFields(values: ReadonlyMap<string, string>, faults: string[]): Fields {
  const field = <Value>(option: EventOption, parse: (text: string) => Value): Value | undefined => {
    const text = values.get(option);
    if (text === undefined) return undefined;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof NameError)) throw error;
      faults.push(`${option}: ${error.message}`);
      return undefined;
    }
  };
  return {
    job: field('-J', parseJobName),
    alarm: field('-A', matching('alarm', /^[A-Z][A-Z0-9_]*$/, 'a name such as JOBFAILURE')),
    status: field('-s', parseSettableStatus),
    priority: field('-q', parsePriority),
    set: field('-G', parseAssignment),
    comment: field('-C', parseComment),
    signals: field('-K', matching('signals', /^\w+(,\w+)*$/, 'numbers such as 9 or 15,9')),
    machine: field('-N', parseMachineName),
    response: field(
      '-r',
      matching('response', /^\P{Cc}+$/u, 'one line without control characters'),
    ),
  };
}

function toEvent(kind: AutosysEventKind, fields: Fields): AutosysEvent | undefined {
  const { job, alarm, status, priority, set, comment, signals, machine, response } = fields;
  const commented = comment === undefined ? {} : { comment };
  switch (kind) {
    case 'STOP_DEMON':
      return { kind, ...commented };
    case 'SET_GLOBAL':
      return set && { kind, ...set, ...commented };
    case 'MACH_OFFLINE':
    case 'MACH_ONLINE':
      return machine && { kind, machine, ...commented };
    case 'ALARM':
      return alarm === undefined ? undefined : { kind, alarm, ...(job && { job }), ...commented };
    case 'COMMENT':
      return job && comment !== undefined ? { kind, job, comment } : undefined;
    case 'KILLJOB':
      return job && { kind, job, ...(signals && { signals }), ...commented };
    case 'SEND_SIGNAL':
      return job && signals ? { kind, job, signals, ...commented } : undefined;
    case 'CHANGE_STATUS':
      return job && status && { kind, job, status, ...commented };
    case 'CHANGE_PRIORITY':
      return job && priority !== undefined ? { kind, job, priority, ...commented } : undefined;
    case 'REPLY_RESPONSE':
      return job && response ? { kind, job, response, ...commented } : undefined;
    default:
      return job && { kind, job, ...commented };
  }
}

function matching(what: string, pattern: RegExp, allowed: string): (text: string) => string {
  return function parseMatching(text) {
    if (pattern.test(text)) return text;
    throw new NameError({ what, found: JSON.stringify(text.slice(0, 40)), allowed });
  };
}

function parseSettableStatus(text: string): SettableStatus {
  const upper = text.toUpperCase();
  const status = settableStatuses.find((settable) => settable === upper);
  if (status) return status;
  const allowed = `${settableStatuses.join(' ')}${didYouMean(upper, settableStatuses)}`;
  throw new NameError({ what: 'status', found: JSON.stringify(text.slice(0, 40)), allowed });
}

function parsePriority(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const found = JSON.stringify(text.slice(0, 40));
  throw new NameError({ what: 'queue priority', found, allowed: 'a whole number from 0' });
}

/** `NAME=value`, split at the first `=`. The value may be empty (inferred). */
function parseAssignment(text: string): { globalVariable: GlobalName; value: GlobalValue } {
  const equals = text.indexOf('=');
  if (equals < 0) {
    const found = JSON.stringify(text.slice(0, 40));
    const allowed = 'NAME=value without spaces around the "="';
    throw new NameError({ what: 'assignment', found, allowed });
  }
  return {
    globalVariable: parseGlobalName(text.slice(0, equals)),
    value: parseGlobalValue(text.slice(equals + 1)),
  };
}
