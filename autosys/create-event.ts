import { NameError } from './errors.ts';
import {
  type AutosysEvent,
  type AutosysEventKind,
  type SettableStatus,
  settableStatuses,
} from './event.ts';
import {
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
  parseMachineName,
} from './names.ts';

type Fields = Readonly<Record<string, string>>;

/**
 * Creates an AutoSys event from texts and checks each of them.
 *
 * @param fields by their names in `AutosysEvent`; fields that the kind does not have are ignored
 * @throws {NameError} for the first field that is missing or invalid
 */
export function createAutosysEvent(kind: AutosysEventKind, fields: Fields): AutosysEvent {
  const text = fields['comment'];
  const comment = text === undefined ? {} : { comment: parseComment(text) };
  const job = () => parseJobName(need(fields, 'job'));
  switch (kind) {
    case 'SET_GLOBAL':
      return {
        kind,
        globalVariable: parseGlobalName(need(fields, 'globalVariable')),
        value: parseGlobalValue(need(fields, 'value')),
        ...comment,
      };
    case 'CHANGE_STATUS':
      return { kind, job: job(), status: parseSettable(need(fields, 'status')), ...comment };
    case 'CHANGE_PRIORITY':
      return { kind, job: job(), priority: parsePriority(need(fields, 'priority')), ...comment };
    case 'SEND_SIGNAL':
      return { kind, job: job(), signals: needLine(fields, 'signals'), ...comment };
    case 'KILLJOB': {
      const signals =
        fields['signals'] === undefined ? {} : { signals: needLine(fields, 'signals') };
      return { kind, job: job(), ...signals, ...comment };
    }
    case 'REPLY_RESPONSE':
      return { kind, job: job(), response: needLine(fields, 'response'), ...comment };
    case 'COMMENT':
      return { kind, job: job(), comment: parseComment(need(fields, 'comment')) };
    case 'ALARM':
      return {
        kind,
        alarm: needLine(fields, 'alarm'),
        ...(fields['job'] !== undefined && { job: job() }),
        ...comment,
      };
    case 'MACH_OFFLINE':
    case 'MACH_ONLINE':
      return { kind, machine: parseMachineName(need(fields, 'machine')), ...comment };
    case 'STOP_DEMON':
      return { kind, ...comment };
    default:
      return { kind, job: job(), ...comment };
  }
}

function need(fields: Fields, name: string): string {
  const text = fields[name];
  if (text !== undefined) return text;
  throw new NameError({ what: name, found: 'nothing', allowed: 'a text; the event requires it' });
}

/**
 * Maximum length of these texts, in characters.
 *
 * AutoSys documents no maximum. Its command lines are hardly longer, and a ledger row holds 400 KB.
 */
const longestLine = 4_096;

function needLine(fields: Fields, name: string): string {
  const text = need(fields, name);
  if (text.length <= longestLine) return text;
  const found = `${text.length} characters, "${text.slice(0, 40)}…"`;
  throw new NameError({ what: name, found, allowed: `at most ${longestLine} characters` });
}

function parseSettable(text: string): SettableStatus {
  const status = settableStatuses.find((one) => one === text);
  if (status !== undefined) return status;
  throw new NameError({
    what: 'status',
    found: JSON.stringify(text.slice(0, 40)),
    allowed: settableStatuses.join(', '),
  });
}

function parsePriority(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new NameError({
    what: 'queue priority',
    found: JSON.stringify(text.slice(0, 40)),
    allowed: 'a whole number from 0 to 9999',
  });
}
