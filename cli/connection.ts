import {
  AutosysClient,
  type BasicCredentials,
  isBuiltInProfileName,
  ProfileError,
  parseProfile,
  type WireProfile,
  wireProfiles,
} from '../autosys/client/index.ts';
import { didYouMean } from '../autosys/suggest.ts';
import type { Options, Values } from './command.ts';
import { CommandLineError, FileError } from './exit-code.ts';
import { readSourceFile } from './files.ts';
import type { Io } from './io.ts';

/**
 * How a command reaches an AEWS.
 *
 * There is no option for the password itself: everyone on a host can read the command lines of its processes, and shells
 * keep them in their history.
 */
export const connectionOptions = {
  url: {
    type: 'string',
    value: 'URL',
    multiple: true,
    env: 'AUTOSYS_URL',
    about: 'address of AEWS such as https://host:9443; several are tried in order',
  },
  user: { type: 'string', value: 'NAME', env: 'AUTOSYS_USER', about: 'who signs in' },
  'password-file': {
    type: 'string',
    value: 'FILE',
    env: 'AUTOSYS_PASSWORD',
    about: 'file that holds the password; never on the command line, where everyone can read it',
  },
  ca: {
    type: 'string',
    value: 'FILE',
    env: 'AUTOSYS_CA',
    about: "PEM file of the authority that signed AEWS's certificate",
  },
  profile: {
    type: 'string',
    value: 'NAME|FILE.json',
    env: 'AUTOSYS_PROFILE',
    about: `how this AEWS speaks: ${Object.keys(wireProfiles).join(', ')}, or a file with overrides; standard without it`,
  },
  timezone: {
    type: 'string',
    value: 'ZONE',
    env: 'AUTOSYS_TIMEZONE',
    about: "the scheduler's timezone, such as Europe/Zurich; UTC without it",
  },
} as const satisfies Options;

/** A client that is ready to ask, and how it asks. */
export interface Connection extends AsyncDisposable {
  readonly client: AutosysClient;
  /** In the order in which they are tried. */
  readonly endpoints: readonly string[];
  readonly credentials: BasicCredentials;
  /** PEM; absent: what Node.js trusts. */
  readonly certificateAuthority: string | undefined;
  readonly profile: WireProfile;
  /** The scheduler's. */
  readonly timezone: string;
  /** Another client of the same AEWS that speaks a different profile. */
  readonly speaking: (profile: WireProfile) => AutosysClient;
}

/**
 * Makes a connection of options and environment; nothing is sent yet.
 *
 * @throws {CommandLineError} with everything that is missing or wrong
 * @throws {FileError} for a file that cannot be used
 */
export function connect(
  command: string,
  options: Values<typeof connectionOptions>,
  io: Io,
): Connection {
  const { env } = io;
  const urls = options.url.length > 0 ? options.url : readList(env['AUTOSYS_URL']);
  const username = options.user ?? env['AUTOSYS_USER'];
  const timezone = options.timezone ?? env['AUTOSYS_TIMEZONE'] ?? 'UTC';
  const password = readPassword(options['password-file'], io);
  const faults = [
    ...(urls.length === 0
      ? ['--url: expected the address of AEWS, found neither it nor $AUTOSYS_URL']
      : []),
    ...(username ? [] : ['--user: expected a user, found neither it nor $AUTOSYS_USER']),
    ...(password
      ? []
      : ['--password-file: expected a password, found neither it nor $AUTOSYS_PASSWORD']),
    ...(isKnownTimezone(timezone)
      ? []
      : [
          `--timezone: expected an IANA name such as Europe/Zurich, found ${JSON.stringify(timezone)}`,
        ]),
  ];
  if (faults.length > 0 || !username || !password) throw new CommandLineError(command, faults);

  const ca = options.ca ?? env['AUTOSYS_CA'];
  const credentials = { username, password };
  const certificateAuthority = ca ? readCertificates(ca, io) : undefined;
  const common = {
    endpoints: urls,
    credentials: async () => credentials,
    certificateAuthority,
    timezone,
    now: () => io.clock.now(),
  };
  const profile = readProfile(command, options.profile ?? env['AUTOSYS_PROFILE'], io);
  const speaking = (other: WireProfile) => new AutosysClient({ ...common, profile: other });
  const client = speaking(profile);
  return {
    client,
    endpoints: urls,
    // No property of its own, so that printing the connection does not show it.
    get credentials() {
      return credentials;
    },
    certificateAuthority,
    profile,
    timezone,
    speaking,
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

/** Whether the platform knows the timezone. */
export function isKnownTimezone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The password in a file, without the line end that editors put behind it. */
export function readPasswordFile(path: string, io: Pick<Io, 'readText'>): string {
  const password = readSourceFile(io, path).text.replace(/\r?\n$/, '');
  if (password !== '' && !/[\r\n]/.test(password)) return password;
  const found = password === '' ? 'it is empty' : 'it has several lines';
  throw new FileError({ file: path, reason: `expected one line with the password, ${found}` });
}

/** The password of the option, or of the environment. */
export function readPassword(path: string | undefined, io: Io): string | undefined {
  return path === undefined ? io.env['AUTOSYS_PASSWORD'] : readPasswordFile(path, io);
}

function readList(text = ''): readonly string[] {
  return text.split(/[\s,]+/).filter((url) => url !== '');
}

function readCertificates(path: string, io: Io): string {
  const { text } = readSourceFile(io, path);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new FileError({ file: path, reason: 'expected a PEM file with certificates, found none' });
}

function readProfile(command: string, given: string | undefined, io: Io): WireProfile {
  if (!given) return wireProfiles.standard;
  if (isBuiltInProfileName(given)) return wireProfiles[given];
  if (!/[./\\]/.test(given)) {
    const names = Object.keys(wireProfiles);
    throw new CommandLineError(command, [
      `--profile: expected a file or one of ${names.join(', ')}, found ${JSON.stringify(given)}${didYouMean(given, names)}`,
    ]);
  }
  const { text } = readSourceFile(io, given);
  try {
    return parseProfile(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof ProfileError || error instanceof SyntaxError)) throw error;
    const reason =
      error instanceof ProfileError ? error.message : 'expected JSON, found other text';
    throw new FileError({ file: given, reason });
  }
}
