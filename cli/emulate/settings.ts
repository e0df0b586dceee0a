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
import { readFault } from './read-fault.ts';

/** Where AEWS listens as installed (Broadcom KB 187058). */
export const usualPort = 9443;
const loopback = ['localhost', '127.0.0.1', '::1'];

/** The options of `emulate`. */
export const emulateOptions = {
  jil: { type: 'string', value: 'FILE', multiple: true, about: 'the jobs it begins with' },
  port: {
    type: 'number',
    value: 'PORT',
    max: 65_535,
    about: `${usualPort} without it, or a free one where that is taken; 0 for a free one`,
  },
  host: { type: 'string', value: 'ADDRESS', about: 'where to listen; 127.0.0.1 without it' },
  'server-name': {
    type: 'string',
    value: 'NAME',
    multiple: true,
    about: 'a name on the certificate beside those of loopback, for clients on other hosts',
  },
  user: { type: 'string', value: 'NAME', about: 'who may sign in; autosys without it' },
  'password-file': {
    type: 'string',
    value: 'FILE',
    about: 'file with the password; one is made without it',
  },
  instance: { type: 'string', value: 'NAME', about: 'three letters or digits; ACE without it' },
  'ca-out': {
    type: 'string',
    value: 'FILE',
    about: 'where to write the CA certificate; a temporary file without it',
  },
  timezone: { type: 'string', value: 'ZONE', about: "the scheduler's; UTC without it" },
  delay: {
    type: 'number',
    value: 'MS',
    max: 600_000,
    about: 'from the acceptance of an event to its effect; 200 without it',
  },
  profile: {
    type: 'string',
    value: 'NAME',
    multiple: true,
    about: `a dialect it speaks, of ${emulatedProfiles.join(', ')}; standard, api-prefix and command-run without it`,
  },
  fault: {
    type: 'string',
    value: 'FAULT',
    multiple: true,
    about: 'misbehaviour, NAME[=NUMBER][@PATH][:TIMES]; once without TIMES',
  },
} as const satisfies Options;

/** Their values. */
export type EmulateOptions = Values<typeof emulateOptions>;

/**
 * Makes of the options what the embedded AutoSys is started with, but for port and jobs.
 *
 * @throws {CommandLineError} with everything that is wrong
 * @throws {FileError} for a password file that cannot be used
 */
export function readEmulateSettings(given: EmulateOptions, io: Io): EmulatorOptions {
  const { host, timezone, delay, user, instance } = given;
  const faults = given.fault.map(readFault);
  const profiles = given.profile.map(readProfile);
  const wrong = [...faults, ...profiles].flatMap((read) => ('wrong' in read ? [read.wrong] : []));
  if (timezone !== undefined && !isKnownTimezone(timezone)) {
    const found = JSON.stringify(timezone);
    wrong.push(`--timezone: expected an IANA name such as Europe/Zurich, found ${found}`);
  }
  if (wrong.length > 0) throw new CommandLineError('emulate', wrong);
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
    ...(passwordFile !== undefined && { password: readPasswordFile(passwordFile, io) }),
  };
}

function readProfile(text: string): { profile: EmulatedProfile } | { wrong: string } {
  const profile = emulatedProfiles.find((name) => name === text);
  if (profile) return { profile };
  const found = JSON.stringify(text.slice(0, 40));
  const hint = didYouMean(text, emulatedProfiles);
  return {
    wrong: `--profile: expected one of ${emulatedProfiles.join(', ')}, found ${found}${hint}`,
  };
}
