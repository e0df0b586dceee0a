import { didYouMean } from '../../autosys/suggest.ts';
import {
  type Emulator,
  type EmulatorOptions,
  startEmulator,
  type WireProfile,
  wireProfiles,
} from '../../emulator/index.ts';
import { checkJil } from '../check-jil.ts';
import { defineCommand, type Options, type Values } from '../command.ts';
import { isTimezone, readPasswordFile } from '../connection.ts';
import { type Access, printAnnouncement } from '../emulate/announcement.ts';
import { printChange, toChangeDocument } from '../emulate/print-change.ts';
import { faultNames, readFault } from '../emulate/read-fault.ts';
import { CommandLineError, exitCodes, FileError, ListenError } from '../exit-code.ts';
import { readSource, writeFile } from '../files.ts';
import type { Io, TemporaryFile } from '../io.ts';
import { createPaint, printJson, printLines } from '../render.ts';

/** Where AEWS listens as installed (Broadcom KB 187058). */
const usualPort = 9443;
const loopback = ['localhost', '127.0.0.1', '::1'];

const options = {
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
    about: `a dialect it speaks, of ${wireProfiles.join(', ')}; standard, api-prefix and command-run without it`,
  },
  fault: {
    type: 'string',
    value: 'FAULT',
    multiple: true,
    about: 'misbehaviour, NAME[=NUMBER][@PATH][:TIMES]; once without TIMES',
  },
} as const satisfies Options;

type EmulateOptions = Values<typeof options>;

/** Runs the embedded AutoSys as a server until it is told to stop. */
export const emulate = defineCommand({
  name: 'emulate',
  summary: 'runs an embedded AutoSys with AEWS over HTTPS, until it is stopped',
  options,
  positionals: { value: '[FILE…]', about: 'more JIL, as --jil' },
  notes: [
    'Says on stderr where it listens and how to get in, with lines to copy; then one line on stdout for everything that happens. With --json the first line on stdout is {"url", "user", "password", "caFile"}, and each line after it one happening. Ends with 0 on SIGINT or SIGTERM.',
    `Faults: ${faultNames.join(', ')}; such as --fault reset-after-accept@event/ or --fault respond=503:3 or --fault never-answer:always.`,
  ],
  examples: [
    'emulate --jil night.jil',
    'emulate --jil night.jil --port 0 --ca-out ca.pem --json',
    'emulate --fault accept-and-lose@event/:2',
  ],
  run: async ({ options: given, positionals, json, io }) => {
    const settings = readSettings(given, io);
    const paths = [...given.jil, ...positionals];
    const sources = await Promise.all(paths.map((path) => readSource(io, path)));
    for (const source of sources) checkJil(source, io);
    await using emulator = await start({ ...settings, jil: sources }, given.port, io);
    await using caFile = await keepCertificate(emulator, given['ca-out'], io);
    announce(emulator, { caFile: caFile.path, given, json, io });
    using _listener = follow(emulator, json, io);
    await untilStopped(io);
    if (!json) printLines(io.stderr, ['stopped']);
    return exitCodes.done;
  },
});

function readSettings(given: EmulateOptions, io: Io): EmulatorOptions {
  const { host, timezone, delay, user, instance } = given;
  const faults = given.fault.map(readFault);
  const profiles = given.profile.map(readProfile);
  const wrong = [...faults, ...profiles].flatMap((read) => ('wrong' in read ? [read.wrong] : []));
  if (timezone !== undefined && !isTimezone(timezone)) {
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

function readProfile(text: string): { profile: WireProfile } | { wrong: string } {
  const profile = wireProfiles.find((name) => name === text);
  if (profile) return { profile };
  const found = JSON.stringify(text.slice(0, 40));
  const hint = didYouMean(text, wireProfiles);
  return { wrong: `--profile: expected one of ${wireProfiles.join(', ')}, found ${found}${hint}` };
}

/** On the port asked for; on the usual one or, where somebody has it, on a free one. */
async function start(
  settings: EmulatorOptions,
  port: number | undefined,
  io: Io,
): Promise<Emulator> {
  try {
    return await startEmulator({ ...settings, port: port ?? usualPort });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE' && port === undefined) {
      printLines(io.stderr, [
        `port ${usualPort} is taken, a free one is used instead; --port chooses one`,
      ]);
      return startEmulator({ ...settings, port: 0 });
    }
    throw toStartError(error, code, settings, port);
  }
}

const listenReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken; --port 0 finds a free one',
  EACCES: 'the port is not allowed for this user; --port 0 finds a free one',
  EADDRNOTAVAIL: 'this host has no such address',
  ENOTFOUND: 'the name does not resolve',
};

function toStartError(
  error: unknown,
  code: unknown,
  { host = '127.0.0.1' }: EmulatorOptions,
  port = usualPort,
): unknown {
  const reason = typeof code === 'string' ? listenReasons[code] : undefined;
  if (reason !== undefined) return new ListenError({ address: `${host}:${port}`, reason });
  const refusal = /^(?<file>[^\n]*): the JIL is not carried out\n(?<said>[\s\S]*)$/;
  const { file, said } = refusal.exec(error instanceof Error ? error.message : '')?.groups ?? {};
  if (file === undefined || said === undefined) return error;
  return new FileError({ file, reason: `the JIL is not carried out\n${said}` });
}

async function keepCertificate(
  { certificateAuthority }: Emulator,
  path: string | undefined,
  io: Io,
): Promise<TemporaryFile> {
  if (path === undefined) return io.writeTemporary('ca.pem', certificateAuthority);
  writeFile(io, path, certificateAuthority);
  return { path, [Symbol.asyncDispose]: async () => undefined };
}

function announce(
  emulator: Emulator,
  {
    caFile,
    given,
    json,
    io,
  }: {
    readonly caFile: string;
    readonly given: EmulateOptions;
    readonly json: boolean;
    readonly io: Io;
  },
): void {
  const { user, password } = emulator;
  // An address that means every interface is none to connect to.
  const url = emulator.url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//localhost');
  const file = given['password-file'];
  const access: Access = { url, user, ...(file === undefined && { password }), caFile };
  if (json) printJson(io.stdout, access);
  else printLines(io.stderr, printAnnouncement(emulator, access, { password, file }));
}

function follow({ instance }: Emulator, json: boolean, io: Io): Disposable {
  const paint = createPaint(io.stdout, io.env);
  return instance.onChange((change) => {
    if (json) printJson(io.stdout, toChangeDocument(change));
    else printLines(io.stdout, [printChange(change, instance.timezone, paint)]);
  });
}

function untilStopped({ signal }: Io): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
