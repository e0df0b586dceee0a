import { nothingStarted } from '../../lambda/launch/api.ts';
import { findJsonPosition } from '../../lambda/launch/json-position.ts';
import { AgentError, describeFileError } from './agent-error.ts';
import type { AgentIo } from './agent-io.ts';

/** Parameters, or every fault. */
export type ParamReading =
  | { readonly kind: 'params'; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

/** Reads `--param K=V` options. No fault repeats a value. */
export function readParams(given: readonly string[]): ParamReading {
  const params = new Map<string, string>();
  const faults: string[] = [];
  for (const text of given) {
    const [, name, value] = /^([^=\s]{1,64})=([\s\S]*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      const reason = text.includes('=')
        ? 'a name that is empty, longer than 64 characters, or has spaces'
        : 'no equals sign';
      faults.push(`--param: expected NAME=VALUE, such as date=2026-11-20, found ${reason}`);
    } else if (params.has(name)) {
      faults.push(`--param ${name}: given more than once, allowed: once`);
    } else {
      params.set(name, value);
    }
  }
  return faults.length > 0
    ? { kind: 'faults', faults }
    : { kind: 'params', params: Object.fromEntries(params) };
}

/** Longest input of an execution, in bytes (StartExecution, documented). */
const maxInputBytes = 262_144;

/**
 * Reads the JSON value of `--input`: a file, or stdin for `-`.
 *
 * @returns the text as it is, so that numbers above 2^53 keep their digits
 * @throws {AgentError} without any part of the input
 */
export async function readInput(
  io: Pick<AgentIo, 'readFile' | 'readStdin'>,
  path: string,
): Promise<string> {
  const name = path === '-' ? 'stdin' : path;
  const bytes = await readBytes(io, path);
  if (bytes.length > maxInputBytes) {
    throw refuse(`${name}: expected at most ${maxInputBytes} bytes, found ${bytes.length}`);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw refuse(`${name}: expected JSON in UTF-8, found other bytes`);
  const fault = findJsonFault(text);
  if (fault !== undefined) throw refuse(`${name}${fault}`);
  return text.trim();
}

async function readBytes(
  { readFile, readStdin }: Pick<AgentIo, 'readFile' | 'readStdin'>,
  path: string,
): Promise<Uint8Array> {
  try {
    return path === '-' ? await readStdin() : readFile(path);
  } catch (error) {
    const name = path === '-' ? 'stdin' : path;
    throw refuse(`${name}: cannot be read: ${describeFileError(error)}`);
  }
}

function refuse(fault: string): AgentError {
  return new AgentError(nothingStarted.input, [`error: --input: ${fault}`]);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function findJsonFault(text: string): string | undefined {
  if (text.trim() === '') return ': expected a JSON value, found nothing';
  const position = findJsonPosition(text);
  return position === undefined
    ? undefined
    : `${toPlace(text, position)}: expected a JSON value, found text that is not JSON`;
}

function toPlace(text: string, position: number): string {
  const before = text.slice(0, position).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
