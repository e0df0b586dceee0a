import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/index.ts';
import { FileError, ListenError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { printNotes } from '../render.ts';
import { usualPort } from './settings.ts';

/**
 * Starts it on the port asked for; on the usual one or, where somebody has that, on a free one.
 *
 * @throws {ListenError} where this host does not let it
 * @throws {FileError} for JIL that is not carried out
 */
export async function startEmulation(
  settings: EmulatorOptions,
  port: number | undefined,
  { io, json }: { readonly io: Io; readonly json: boolean },
): Promise<Emulator> {
  try {
    return await startEmulator({ ...settings, port: port ?? usualPort });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE' && port === undefined) {
      const note = `port ${usualPort} is taken, a free one is used instead; --port chooses one`;
      printNotes(io, [note], json);
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
