import { CommandLineError, UnknownHereError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import type { ControlAccess } from './control-server.ts';

/** Environment variable with the path of the file that holds the {@link ControlAccess}. */
export const controlVariable = 'AUTOSYS_BRIDGE_PLAY';

/** Operations of the control endpoint. */
export type ControlOperation = 'trigger' | 'break' | 'mend';

interface Refused {
  readonly kind: 'refused';
  readonly faults: readonly string[];
}

/**
 * Asks the embedded worlds of `demo --serve` or `play --serve`.
 *
 * @throws {CommandLineError} with the faults of the request
 * @throws {UnknownHereError} if no embedded worlds are running
 */
export async function askWorlds<Result extends { readonly kind: string }>(
  operation: ControlOperation,
  request: object,
  io: Pick<Io, 'env' | 'readText' | 'signal'>,
): Promise<Exclude<Result, Refused>> {
  const { url, token } = readAccess(io);
  const result = await post<Result>(`${url}/${operation}`, token, { request, signal: io.signal });
  if (isRefused(result)) throw new CommandLineError(operation, result.faults);
  return result as Exclude<Result, Refused>;
}

const howToStart =
  'start `demo --serve` or `play --serve` in another terminal, and run the line beginning with a dot that it prints';

function readAccess({ env, readText }: Pick<Io, 'env' | 'readText'>): ControlAccess {
  const path = env[controlVariable];
  if (!path) throw new UnknownHereError(`$${controlVariable} is not set; ${howToStart}`);
  try {
    const { url, token } = JSON.parse(readText(path));
    if (typeof url === 'string' && typeof token === 'string') return { url, token };
  } catch {
    // Reported below: the file is deleted when the embedded worlds end.
  }
  throw new UnknownHereError(`the embedded worlds of ${path} have ended; ${howToStart}`);
}

async function post<Result>(
  url: string,
  token: string,
  { request, signal }: { readonly request: object; readonly signal: AbortSignal },
): Promise<Result | Refused> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal,
    });
    return (await response.json()) as Result | Refused;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new UnknownHereError(`the embedded worlds at ${url} do not answer; ${howToStart}`);
  }
}

function isRefused<Result extends { readonly kind: string }>(
  result: Result | Refused,
): result is Refused {
  return result.kind === 'refused';
}
