import { quoteArgument } from './command-line.ts';
import {
  type AutosysEvent,
  type AutosysEventKind,
  autosysEventKinds,
  isAutosysEventKind,
} from './event.ts';
import { type EventOption, readSendeventEvent } from './sendevent-event.ts';
import { readSending, type Sending } from './sendevent-sending.ts';
import { didYouMean } from './suggest.ts';
import { type OptionTable, readOptions, SendeventUsageError, separateOptions } from './usage.ts';

export { splitCommandLine } from './command-line.ts';
export type { Sending } from './sendevent-sending.ts';
export { SendeventUsageError } from './usage.ts';

/** A parsed sendevent command line. */
export interface SendeventCommand extends Sending {
  readonly event: AutosysEvent;
  /**
   * Login options of sendevent that are ignored: `-usr`, `-pw`, `-pwx`, `-saml`. Without values.
   */
  readonly ignoredOptions?: readonly string[];
}

/**
 * Every option of sendevent (AutoSys 11.3.6 reference). The letter of `-r` is inferred.
 *
 * Letters are not case-sensitive, except `-s` (status) and `-S` (instance).
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
 * Parses the arguments of sendevent, without the name of the command.
 *
 * @throws {SendeventUsageError} with all faults: what was found and what is allowed
 */
export function parseSendevent(argv: readonly string[]): SendeventCommand {
  const { values, faults: optionFaults } = readOptions(argv, options);
  const faults = [...optionFaults, ...refuseOptions(values)];
  const sending = readSending(values, faults);
  const kind = readKind(values.get('-E'), faults);
  const reading = kind && readSendeventEvent(kind, values);
  if (reading && 'faults' in reading) faults.push(...reading.faults);
  if (faults.length > 0 || !reading || !('event' in reading)) {
    throw new SendeventUsageError('sendevent', faults);
  }
  const ignoredOptions = loginOptions.filter((option) => values.has(option));
  return { event: reading.event, ...sending, ...(ignoredOptions.length > 0 && { ignoredOptions }) };
}

/** The arguments with each option and each value as a separate word. */
export function separateFlags(argv: readonly string[]): readonly string[] {
  return separateOptions(argv, options);
}

/**
 * Formats a command line that {
 *
 * @link parseSendevent} reads back, quoted for a shell if necessary.
 */
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

/** Faults of options that sendevent has and that are not supported here. */
function refuseOptions(values: ReadonlyMap<Option, string>): readonly string[] {
  const many = (['-B', '-I'] as const).filter((option) => values.has(option));
  const printing = (['-x', '-?'] as const).filter((option) => values.has(option));
  return [
    ...(many.length > 0 && values.has('-J')
      ? [`-J: cannot be combined with ${many.join(' ')}`]
      : []),
    ...many.map(
      (option) => `${option}: events for a whole group or application are not supported, use -J`,
    ),
    ...printing.map((option) => `${option}: prints information and sends no event; remove it`),
  ];
}
