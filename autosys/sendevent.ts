import { quoteArgument } from './command-line.ts';
import { NameError } from './errors.ts';
import {
  type AutosysEvent,
  type AutosysEventKind,
  autosysEventKinds,
  isAutosysEventKind,
} from './event.ts';
import { type AutosysInstance, parseAutosysInstance } from './names.ts';
import { type EventOption, readEvent } from './sendevent-event.ts';
import { didYouMean } from './suggest.ts';
import { type OptionTable, readOptions, SendeventUsageError } from './usage.ts';

export { splitCommandLine } from './command-line.ts';
export { SendeventUsageError } from './usage.ts';

/** How an event is sent, beside what it says. */
export interface Sending {
  /** `-S`; the site's own without it. */
  readonly instance?: AutosysInstance;
  /** `-T`: the scheduler's local time as `MM/DD/YYYY HH:MM`; at once without it. */
  readonly at?: string;
  /** `-P`: the place of the event itself in the queue, 1 to 1000, 1 most urgent. */
  readonly eventPriority?: number;
  /** `-M`: how often sending is tried. */
  readonly maxSendTries?: number;
  /** `-U`: take the last such event back that is not yet processed. */
  readonly unsend?: true;
}

/** A sendevent command line as it was meant. */
export interface SendeventCommand extends Sending {
  readonly event: AutosysEvent;
  /** Options for a login of sendevent's own, whose values were dropped: `-usr`, `-pw`, `-pwx`, `-saml`. */
  readonly ignoredOptions?: readonly string[];
}

/**
 * Every option of sendevent (AutoSys 11.3.6 reference), but `-r`, whose letter is inferred.
 *
 * Letters count in either case; only `-s` (status) and `-S` (instance) differ by it.
 */
const options = {
  '-E': 'value',
  '-S': 'value',
  '-A': 'value',
  '-J': 'value',
  '-B': 'value',
  '-I': 'value',
  '-s': 'value',
  '-P': 'value',
  '-M': 'value',
  '-q': 'value',
  '-G': 'value',
  '-C': 'value',
  '-U': 'flag',
  '-T': 'value',
  '-K': 'value',
  '-N': 'value',
  '-r': 'value',
  '-usr': 'value',
  '-pw': 'value',
  '-pwx': 'value',
  '-saml': 'value',
  '-x': 'flag',
  '-?': 'flag',
} as const satisfies OptionTable;

type Option = keyof typeof options;

const loginOptions = ['-usr', '-pw', '-pwx', '-saml'] as const;

/**
 * Reads the arguments of sendevent, without the name of the command.
 *
 * @throws {SendeventUsageError} with every fault: what was found and what is allowed
 */
export function parseSendevent(argv: readonly string[]): SendeventCommand {
  const { values, faults: optionFaults } = readOptions(argv, options);
  const faults = [...optionFaults, ...refuseOptions(values)];
  const sending = readSending(values, faults);
  const kind = readKind(values.get('-E'), faults);
  const reading = kind && readEvent(kind, values);
  if (reading && 'faults' in reading) faults.push(...reading.faults);
  if (faults.length > 0 || !reading || !('event' in reading)) {
    throw new SendeventUsageError('sendevent', faults);
  }
  const ignoredOptions = loginOptions.filter((option) => values.has(option));
  return { event: reading.event, ...sending, ...(ignoredOptions.length > 0 && { ignoredOptions }) };
}

/** Writes the command line that {@link parseSendevent} reads back, quoted for a shell where it must be. */
export function printSendevent(event: AutosysEvent, sending: Sending = {}): string {
  const words: readonly (readonly [Option, string | number | undefined])[] = [
    ['-E', event.kind],
    ['-S', sending.instance],
    ...printFields(event),
    ['-C', event.comment],
    ['-T', sending.at],
    ['-P', sending.eventPriority],
    ['-M', sending.maxSendTries],
  ];
  const printed = words.flatMap(([option, value]) =>
    value === undefined ? [] : [option, quoteArgument(String(value))],
  );
  return ['sendevent', ...printed, ...(sending.unsend ? ['-U'] : [])].join(' ');
}

function printFields(
  event: AutosysEvent,
): readonly (readonly [EventOption, string | number | undefined])[] {
  switch (event.kind) {
    case 'SET_GLOBAL':
      return [['-G', `${event.globalVariable}=${event.value}`]];
    case 'MACH_OFFLINE':
    case 'MACH_ONLINE':
      return [['-N', event.machine]];
    case 'STOP_DEMON':
      return [];
    case 'ALARM':
      return [
        ['-A', event.alarm],
        ['-J', event.job],
      ];
    default: {
      const status = event.kind === 'CHANGE_STATUS' ? event.status : undefined;
      const priority = event.kind === 'CHANGE_PRIORITY' ? event.priority : undefined;
      const response = event.kind === 'REPLY_RESPONSE' ? event.response : undefined;
      return [
        ['-J', event.job],
        ['-s', status],
        ['-q', priority],
        ['-r', response],
        ['-K', 'signals' in event ? event.signals : undefined],
      ];
    }
  }
}

function readKind(text: string | undefined, faults: string[]): AutosysEventKind | undefined {
  const upper = text?.toUpperCase() ?? '';
  if (isAutosysEventKind(upper)) return upper;
  const found = text === undefined ? 'no -E' : JSON.stringify(text.slice(0, 40));
  const hint = didYouMean(upper, autosysEventKinds);
  faults.push(
    `-E: expected an event, found ${found}, allowed: ${autosysEventKinds.join(' ')}${hint}`,
  );
  return undefined;
}

/** Options that sendevent has and that cannot be carried out here. */
function refuseOptions(values: ReadonlyMap<Option, string>): readonly string[] {
  const many = (['-B', '-I'] as const).filter((option) => values.has(option));
  const printing = (['-x', '-?'] as const).filter((option) => values.has(option));
  return [
    ...(many.length > 0 && values.has('-J') ? [`-J: not together with ${many.join(' ')}`] : []),
    ...many.map(
      (option) => `${option}: events for a whole group or application are not supported, use -J`,
    ),
    ...printing.map((option) => `${option}: only prints, allowed: options that send an event`),
  ];
}

function readSending(values: ReadonlyMap<Option, string>, faults: string[]): Sending {
  const [instance, at, priority, tries] = [
    readInstance(values.get('-S'), faults),
    readTime(values.get('-T'), faults),
    readNumber('-P', values.get('-P'), { max: 1000, faults }),
    readNumber('-M', values.get('-M'), { max: 1_000_000, faults }),
  ];
  return {
    ...(instance && { instance }),
    ...(at !== undefined && { at }),
    ...(priority !== undefined && { eventPriority: priority }),
    ...(tries !== undefined && { maxSendTries: tries }),
    ...(values.has('-U') && { unsend: true as const }),
  };
}

function readInstance(text: string | undefined, faults: string[]): AutosysInstance | undefined {
  if (text === undefined) return undefined;
  try {
    return parseAutosysInstance(text);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    faults.push(`-S: ${error.message}`);
    return undefined;
  }
}

/** `MM/dd/[yy]yy hh:mm`; two digits of a year mean this century. */
function readTime(text: string | undefined, faults: string[]): string | undefined {
  if (text === undefined) return undefined;
  const match =
    /^(?<month>\d\d)\/(?<day>\d\d)\/(?<century>\d\d)?(?<year>\d\d) (?<time>([01]\d|2[0-3]):[0-5]\d)$/.exec(
      text,
    );
  const { month, day, century = '20', year, time } = match?.groups ?? {};
  const date = new Date(`${century}${year}-${month}-${day}T00:00:00Z`);
  if (match && date.getUTCDate() === Number(day))
    return `${month}/${day}/${century}${year} ${time}`;
  const found = JSON.stringify(text.slice(0, 40));
  faults.push(`-T: expected a time such as "12/31/2026 23:59", found ${found}`);
  return undefined;
}

function readNumber(
  option: Option,
  text: string | undefined,
  { max, faults }: { readonly max: number; readonly faults: string[] },
): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d{1,7}$/.test(text) && number >= 1 && number <= max) return number;
  const found = JSON.stringify(text.slice(0, 40));
  faults.push(`${option}: expected a whole number from 1 to ${max}, found ${found}`);
  return undefined;
}
