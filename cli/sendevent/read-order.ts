import type { WireProfile } from '../../autosys/client/index.ts';
import { quoteArgument } from '../../autosys/command-line.ts';
import { type AutosysEvent, isAutosysEventKind } from '../../autosys/event.ts';
import {
  parseSendevent,
  printSendevent,
  type SendeventCommand,
  type Sending,
  separateFlags,
} from '../../autosys/sendevent.ts';
import { CommandLineError } from '../exit-code.ts';
import { withoutLogin } from '../login-options.ts';

/** What is to be sent, and which way. */
export type SendeventOrder = {
  readonly ignoredOptions: readonly string[];
  /** What a person has to know of a flag that has no effect. */
  readonly remarks: readonly string[];
} & (
  | { readonly kind: 'event'; readonly event: AutosysEvent }
  /** The whole command line; `event` is absent where it is for many jobs at once. */
  | { readonly kind: 'command'; readonly line: string; readonly event?: AutosysEvent }
);

/**
 * Reads sendevent's arguments for a wire profile.
 *
 * A profile that says events as command lines can carry every flag; with any other, those that have no place in its
 * requests are refused by name rather than dropped.
 *
 * @throws {SendeventUsageError} for arguments that say no event
 * @throws {CommandLineError} for flags that the profile cannot carry
 */
export function readOrder(given: readonly string[], profile: WireProfile): SendeventOrder {
  const argv = separateFlags(given);
  if (isForMany(argv) && saysCommands(profile, readKind(argv))) {
    const { kept, ignoredOptions } = withoutLogin(argv);
    const line = ['sendevent', ...kept.map(quoteArgument)].join(' ');
    return { kind: 'command', line, ignoredOptions, remarks: [] };
  }
  const command = parseSendevent(argv);
  const { event, ignoredOptions = [], ...sending } = command;
  if (saysCommands(profile, event.kind)) {
    const line = printSendevent(event, sending);
    return { kind: 'command', line, event, ignoredOptions, remarks: [] };
  }
  const faults = findUncarried(command).map(
    (flag) => `${flag}: the wire profile ${profile.name} cannot carry it, command-run can`,
  );
  if (faults.length > 0) throw new CommandLineError('sendevent', faults);
  return { kind: 'event', event, ignoredOptions, remarks: remarkOn(sending, profile) };
}

/** Every command line of AutoSys may name its instance, so it is taken; yet the request has no place for it. */
function remarkOn({ instance }: Sending, { name }: WireProfile): readonly string[] {
  if (instance === undefined) return [];
  return [
    `-S ${instance} is only a remark: the wire profile ${name} cannot carry it, the URL decides which AutoSys is told`,
  ];
}

function saysCommands(profile: WireProfile, kind: string): boolean {
  const template = isAutosysEventKind(kind) ? profile.events[kind] : undefined;
  const texts = Object.values(template?.body ?? {});
  return profile.runCommand !== undefined && texts.some((text) => text.includes('{command}'));
}

function findUncarried({ at, eventPriority, maxSendTries, unsend }: SendeventCommand) {
  return [
    ...(at === undefined ? [] : ['-T']),
    ...(eventPriority === undefined ? [] : ['-P']),
    ...(maxSendTries === undefined ? [] : ['-M']),
    ...(unsend ? ['-U'] : []),
  ];
}

/** Events for a group or an application, which AutoSys itself has to take apart. */
function isForMany(argv: readonly string[]): boolean {
  return argv.some((argument) => /^-[bi]$/i.test(argument));
}

function readKind(argv: readonly string[]): string {
  const at = argv.findIndex((argument) => /^-e$/i.test(argument));
  return at < 0 ? '' : (argv[at + 1] ?? '').toUpperCase();
}
