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
 * Options that say where AEWS is and which login is sent.
 *
 * No option holds the password itself: every user of a host can read the command lines of its
 * processes, and shells keep them in their history.
 */
export const connectionOptions = {
  url: {
    type: 'string',
    value: 'URL',
    multiple: true,
    env: 'AUTOSYS_URL',
    about: 'address of AEWS, such as https://host:9443; several are tried in the order given',
  },
  user: { type: 'string', value: 'NAME', env: 'AUTOSYS_USER', about: 'user that signs in' },
  'password-file': {
    type: 'string',
    value: 'FILE',
    env: 'AUTOSYS_PASSWORD',
    about: 'file that contains the password',
  },
  ca: {
    type: 'string',
    value: 'FILE',
    env: 'AUTOSYS_CA',
    about: 'PEM file with the CA certificates that signed the certificate of AEWS',
  },
  profile: {
    type: 'string',
    value: 'NAME|FILE.json',
    env: 'AUTOSYS_PROFILE',
    about: `wire profile of this AEWS: ${Object.keys(wireProfiles).join(', ')}, or a file with overrides (default: standard)`,
  },
  timezone: {
    type: 'string',
    value: 'ZONE',
    env: 'AUTOSYS_TIMEZONE',
    about: 'time zone of the scheduler, such as Europe/Zurich (default: UTC)',
  },
} as const satisfies Options;

/** A client of AEWS, with its settings. */
export interface Connection extends AsyncDisposable {
  readonly client: AutosysClient;
  /** Addresses of AEWS, in the order in which they are tried. */
  readonly endpoints: readonly string[];
  readonly credentials: BasicCredentials;
  /** CA certificates as PEM. @default - those that Node.js trusts */
  readonly certificateAuthority: string | undefined;
  readonly profile: WireProfile;
  /** Time zone of the scheduler. */
  readonly timezone: string;
  /** Creates a client of the same AEWS with another wire profile. */
  readonly withProfile: (profile: WireProfile) => AutosysClient;
}

/**
 * Creates a connection from the options and the environment. Nothing is sent.
 *
 * @throws {CommandLineError} with everything that is missing or wrong
 * @throws {FileError} if a file cannot be used
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
      ? ['--url: missing, and $AUTOSYS_URL is not set; give the address of AEWS']
      : []),
    ...(username
      ? []
      : ['--user: missing, and $AUTOSYS_USER is not set; give the user of AutoSys']),
    ...(password
      ? []
      : [
          '--password-file: missing, and $AUTOSYS_PASSWORD is not set; give the password of the user',
        ]),
    ...(isKnownTimezone(timezone)
      ? []
      : [
          `--timezone: expected an IANA name, such as Europe/Zurich, found ${JSON.stringify(timezone)}`,
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
  const withProfile = (other: WireProfile) => new AutosysClient({ ...common, profile: other });
  const client = withProfile(profile);
  return {
    client,
    endpoints: urls,
    // A getter, so that printing the connection does not print the password.
    get credentials() {
      return credentials;
    },
    certificateAuthority,
    profile,
    timezone,
    withProfile,
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

/** True when Node.js knows the time zone. */
export function isKnownTimezone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * Reads the password from a file, without the line end that editors append.
 *
 * @throws {FileError} if the file is empty or has several lines
 */
export function readPasswordFile(path: string, io: Pick<Io, 'readText'>): string {
  const password = readSourceFile(io, path).text.replace(/\r?\n$/, '');
  if (password !== '' && !/[\r\n]/.test(password)) return password;
  const found = password === '' ? 'it is empty' : 'it has several lines';
  throw new FileError({ file: path, reason: `expected one line with the password, but ${found}` });
}

/** Reads the password from the file of the option, or from the environment. */
export function readPassword(path: string | undefined, io: Io): string | undefined {
  return path === undefined ? io.env['AUTOSYS_PASSWORD'] : readPasswordFile(path, io);
}

function readList(text = ''): readonly string[] {
  return text.split(/[\s,]+/).filter((url) => url !== '');
}

function readCertificates(path: string, io: Io): string {
  const { text } = readSourceFile(io, path);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new FileError({
    file: path,
    reason: 'expected a PEM file with certificates, found no certificate',
  });
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
      error instanceof ProfileError ? error.message : 'expected JSON, found text that is not JSON';
    throw new FileError({ file: given, reason });
  }
}
