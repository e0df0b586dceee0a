import type { Source } from '../autosys/source.ts';
import { FileError } from './exit-code.ts';
import type { Io } from './io.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
};

/** Reads a file, or stdin for `-`. @throws {FileError} if it cannot be read */
export async function readSource(io: Pick<Io, 'readText' | 'readStdin'>, path: string) {
  if (path === '-') return { name: '<stdin>', text: await io.readStdin() } satisfies Source;
  return readSourceFile(io, path);
}

/** Reads a file. @throws {FileError} if it cannot be read */
export function readSourceFile({ readText }: Pick<Io, 'readText'>, path: string): Source {
  try {
    return { name: path, text: readText(path) };
  } catch (error) {
    throw new FileError({ file: path, reason: `cannot be read: ${toReason(error)}` });
  }
}

/** Reads a file that another file names. `undefined` if it cannot be read. */
export function readOptionalFile({ readText }: Pick<Io, 'readText'>, path: string) {
  try {
    return readText(path);
  } catch {
    // The reader of the other file reports it, with the line that names the file.
    return undefined;
  }
}

/** Writes a file. @throws {FileError} if it cannot be written */
export function writeFile({ writeText }: Pick<Io, 'writeText'>, path: string, text: string): void {
  try {
    writeText(path, text);
  } catch (error) {
    throw new FileError({ file: path, reason: `cannot be written: ${toReason(error)}` });
  }
}

function toReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return reasons[code] ?? code;
}
