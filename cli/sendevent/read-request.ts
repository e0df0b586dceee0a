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

/** What is sent: an event, or a whole command line. */
export type SendeventRequest = {
  readonly ignoredOptions: readonly string[];
  /** Notes on flags without effect. */
  readonly remarks: readonly string[];
} & (
  | { readonly kind: 'event'; readonly event: AutosysEvent }
  /** The whole command line. `event` is absent if it is for many jobs. */
  | { readonly kind: 'command'; readonly line: string; readonly event?: AutosysEvent }
);

/**
 * Reads the arguments of sendevent for a wire profile.
 *
 * A profile that sends command lines supports every flag. With any other profile, a flag without a
 * field in the request is rejected instead of ignored.
 *
 * @throws {SendeventUsageError} for arguments that are not an event
 * @throws {CommandLineError} for flags that the profile does not support
 */
export function readRequest(given: readonly string[], profile: WireProfile): SendeventRequest {
  const argv = separateFlags(given);
  if (targetsManyJobs(argv) && usesCommandLines(profile, readKind(argv))) {
    const { kept, ignoredOptions } = withoutLogin(argv);
    const line = ['sendevent', ...kept.map(quoteArgument)].join(' ');
    return { kind: 'command', line, ignoredOptions, remarks: [] };
  }
  const command = parseSendevent(argv);
  const { event, ignoredOptions = [], ...sending } = command;
  if (usesCommandLines(profile, event.kind)) {
    const line = printSendevent(event, sending);
    return { kind: 'command', line, event, ignoredOptions, remarks: [] };
  }
  const faults = findUnsupportedFlags(command).map(
    (flag) =>
      `${flag}: not supported by the wire profile ${profile.name}; use --profile command-run`,
  );
  if (faults.length > 0) throw new CommandLineError('sendevent', faults);
  return { kind: 'event', event, ignoredOptions, remarks: describeRemarks(sending, profile) };
}

/**
 * `-S` is accepted, because AutoSys command lines often have it, but the request has no field for
 * it.
 */
function describeRemarks({ instance }: Sending, { name }: WireProfile): readonly string[] {
  if (instance === undefined) return [];
  return [
    `-S ${instance} has no effect: the wire profile ${name} does not support it, and the URL selects the AutoSys instance`,
  ];
}

function usesCommandLines(profile: WireProfile, kind: string): boolean {
  const template = isAutosysEventKind(kind) ? profile.events[kind] : undefined;
  const texts = Object.values(template?.body ?? {});
  return profile.runCommand !== undefined && texts.some((text) => text.includes('{command}'));
}

function findUnsupportedFlags({ at, eventPriority, maxSendTries, unsend }: SendeventCommand) {
  return [
    ...(at === undefined ? [] : ['-T']),
    ...(eventPriority === undefined ? [] : ['-P']),
    ...(maxSendTries === undefined ? [] : ['-M']),
    ...(unsend ? ['-U'] : []),
  ];
}

/** True for an event for a group or an application, whose jobs only AutoSys knows. */
function targetsManyJobs(argv: readonly string[]): boolean {
  return argv.some((argument) => /^-[bi]$/i.test(argument));
}

function readKind(argv: readonly string[]): string {
  const at = argv.findIndex((argument) => /^-e$/i.test(argument));
  return at < 0 ? '' : (argv[at + 1] ?? '').toUpperCase();
}
