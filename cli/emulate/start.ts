import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/index.ts';
import { ListenError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { printNotes } from '../render.ts';
import { toJilFileError } from './jil-error.ts';
import { defaultPort } from './settings.ts';

/**
 * Starts the embedded AutoSys on the given port. Without one, uses the default port, or a free port
 * if the default port is in use.
 *
 * @throws {ListenError} if it cannot listen on the address or port
 * @throws {FileError} if JIL is rejected
 */
export async function startEmulation(
  settings: EmulatorOptions,
  port: number | undefined,
  { io, json }: { readonly io: Io; readonly json: boolean },
): Promise<Emulator> {
  try {
    return await startEmulator({ ...settings, port: port ?? defaultPort });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE' && port === undefined) {
      const note = `port ${defaultPort} is in use, so a free port was chosen; set one with --port`;
      printNotes(io, [note], json);
      return startEmulator({ ...settings, port: 0 });
    }
    throw toStartError(error, code, settings, port);
  }
}

const listenReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; use --port 0 for a free port',
  EACCES: 'the port is not allowed for this user; use --port 0 for a free port',
  EADDRNOTAVAIL: 'this host has no such address',
  ENOTFOUND: 'the host name does not resolve',
};

function toStartError(
  error: unknown,
  code: unknown,
  { host = '127.0.0.1' }: EmulatorOptions,
  port = defaultPort,
): unknown {
  const reason = typeof code === 'string' ? listenReasons[code] : undefined;
  if (reason !== undefined) return new ListenError({ address: `${host}:${port}`, reason });
  return toJilFileError(error) ?? error;
}
