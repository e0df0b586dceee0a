import { didYouMean } from '../../autosys/suggest.ts';
import {
  type EmulatedProfile,
  type EmulatorOptions,
  emulatedProfiles,
} from '../../emulator/index.ts';
import type { Options, Values } from '../command.ts';
import { isKnownTimezone, readPasswordFile } from '../connection.ts';
import { CommandLineError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { executeOptions, readExecuteOptions } from './execute.ts';
import { readFault } from './read-fault.ts';

/** Default port of an AEWS installation (Broadcom KB 187058). */
export const defaultPort = 9443;
const loopback = ['localhost', '127.0.0.1', '::1'];

/** The options of `emulate`. */
export const emulateOptions = {
  jil: { type: 'string', value: 'FILE', multiple: true, about: 'JIL file to load at the start' },
  port: {
    type: 'number',
    value: 'PORT',
    max: 65_535,
    about: `port to listen on; 0 for a free port (default: ${defaultPort}, or a free port if it is in use)`,
  },
  host: { type: 'string', value: 'ADDRESS', about: 'address to listen on (default: 127.0.0.1)' },
  'server-name': {
    type: 'string',
    value: 'NAME',
    multiple: true,
    about: 'additional host name on the certificate, for clients on other hosts',
  },
  user: { type: 'string', value: 'NAME', about: 'user that may sign in (default: autosys)' },
  'password-file': {
    type: 'string',
    value: 'FILE',
    about: 'file with the password (default: a generated password)',
  },
  instance: {
    type: 'string',
    value: 'NAME',
    about: 'instance name, three letters or digits (default: ACE)',
  },
  'ca-out': {
    type: 'string',
    value: 'FILE',
    about: 'file to write the CA certificate to (default: a temporary file)',
  },
  timezone: { type: 'string', value: 'ZONE', about: 'time zone of the scheduler (default: UTC)' },
  delay: {
    type: 'number',
    value: 'MS',
    max: 600_000,
    about: 'milliseconds from accepting an event to its effect (default: 200)',
  },
  profile: {
    type: 'string',
    value: 'NAME',
    multiple: true,
    about: `wire profile to support: ${emulatedProfiles.join(', ')} (default: standard, api-prefix and command-run)`,
  },
  fault: {
    type: 'string',
    value: 'FAULT',
    multiple: true,
    about: 'fault to inject, NAME[=NUMBER][@PATH][:TIMES]; TIMES defaults to 1',
  },
  ...executeOptions,
} as const satisfies Options;

/** The parsed options of `emulate`. */
export type EmulateOptions = Values<typeof emulateOptions>;

/**
 * Converts the options to those of the embedded AutoSys, without port and jobs.
 *
 * @throws {CommandLineError} with every invalid option
 * @throws {FileError} if the password file cannot be used
 */
export function readEmulateSettings(given: EmulateOptions, io: Io): EmulatorOptions {
  const { host, timezone, delay, user, instance } = given;
  const faults = given.fault.map(readFault);
  const profiles = given.profile.map(readProfile);
  const invalid = [...faults, ...profiles].flatMap((read) =>
    'invalid' in read ? [read.invalid] : [],
  );
  if (timezone !== undefined && !isKnownTimezone(timezone)) {
    const found = JSON.stringify(timezone);
    invalid.push(`--timezone: expected an IANA name, such as Europe/Zurich, found ${found}`);
  }
  const { execute, invalid: invalidExecute } = readExecuteOptions(given, io);
  invalid.push(...invalidExecute);
  if (invalid.length > 0) throw new CommandLineError('emulate', invalid);
  const passwordFile = given['password-file'];
  const names = [...(host === undefined ? [] : [host]), ...given['server-name']];
  return {
    clock: io.clock,
    certificate: { hosts: [...new Set([...loopback, ...names])] },
    faults: faults.flatMap((read) => ('fault' in read ? [read.fault] : [])),
    ...(profiles.length > 0 && {
      profiles: profiles.flatMap((read) => ('profile' in read ? [read.profile] : [])),
    }),
    ...(host !== undefined && { host }),
    ...(timezone !== undefined && { timezone }),
    ...(delay !== undefined && { eventDelayMs: delay }),
    ...(user !== undefined && { user }),
    ...(instance !== undefined && { name: instance }),
    ...(execute && { execute }),
    ...(passwordFile !== undefined && { password: readPasswordFile(passwordFile, io) }),
  };
}

function readProfile(text: string): { profile: EmulatedProfile } | { invalid: string } {
  const profile = emulatedProfiles.find((name) => name === text);
  if (profile) return { profile };
  const found = JSON.stringify(text.slice(0, 40));
  const hint = didYouMean(text, emulatedProfiles);
  return {
    invalid: `--profile: expected one of ${emulatedProfiles.join(', ')}, found ${found}${hint}`,
  };
}
