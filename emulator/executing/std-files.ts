import { closeSync, constants, openSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { expandVariables } from './environment.ts';
import type { JobCommand } from './job-command.ts';
import { KeptStream } from './kept-stream.ts';

/** A command cannot be started. The message is for the event log. */
export class CommandNotStartedError extends Error {
  override readonly name = 'CommandNotStartedError';
}

/** Where the std files of a job are, and the variables in their names. */
export interface StdFileContext {
  /** An absolute path. */
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The standard streams of a command. */
export interface StdFiles {
  readonly stdin: number | 'ignore';
  readonly stdout: number;
  readonly stderr: number;
  /** The output that goes to no file of the job. */
  readonly keptStdout?: KeptStream;
  readonly keptStderr?: KeptStream;
  /** Closes the job's own files here, when the process has its copies. */
  close(): void;
}

/**
 * Opens the std files of a job. `>` truncates, `>>` and no prefix append (documented).
 *
 * @throws {CommandNotStartedError} if a file cannot be opened, for example because its directory
 *   does not exist
 */
export function openStdFiles(
  { stdIn, stdOut, stdErr }: JobCommand,
  context: StdFileContext,
): StdFiles {
  using kept = new DisposableStack();
  using opened = new DisposableStack();
  const open = (attribute: string, text: string, read: (path: string) => number) => {
    const fd = openFile({ attribute, path: toPath(attribute, text, context), open: read });
    opened.defer(() => closeSync(fd));
    return fd;
  };
  const openOutput = (attribute: string, text: string | undefined) => {
    if (text === undefined) return { stream: kept.use(createKeptStream()) };
    const { truncates, name } = splitPrefix(text);
    return { fd: open(attribute, name, (path) => openSync(path, toFlags(truncates), 0o666)) };
  };
  const stdin =
    stdIn === undefined
      ? 'ignore'
      : open('std_in_file', stdIn, (path) => openSync(path, constants.O_RDONLY));
  const { stream: keptStdout, fd: stdout = keptStdout?.fd } = openOutput('std_out_file', stdOut);
  const { stream: keptStderr, fd: stderr = keptStderr?.fd } = openOutput('std_err_file', stdErr);
  if (stdout === undefined || stderr === undefined) throw new CommandNotStartedError('no output');
  kept.move();
  const files = opened.move();
  return {
    stdin,
    stdout,
    stderr,
    ...(keptStdout && { keptStdout }),
    ...(keptStderr && { keptStderr }),
    close: () => files.dispose(),
  };
}

function splitPrefix(text: string): { readonly truncates: boolean; readonly name: string } {
  const [, prefix = '', name = ''] = /^(>{0,2})\s*(.*)$/s.exec(text) ?? [];
  return { truncates: prefix === '>', name };
}

/** Each write goes to the end, so that both streams of a job may have the same file. */
function toFlags(truncates: boolean): number {
  const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC } = constants;
  return O_WRONLY | O_CREAT | O_APPEND | (truncates ? O_TRUNC : 0);
}

function toPath(
  attribute: string,
  text: string,
  { workingDirectory, environment }: StdFileContext,
): string {
  const name = expandVariables(text, environment);
  if (name !== '' && !name.includes('\0')) return resolve(workingDirectory, name);
  throw new CommandNotStartedError(`${attribute}: found ${JSON.stringify(text)}, expected a path`);
}

function openFile({
  attribute,
  path,
  open,
}: {
  readonly attribute: string;
  readonly path: string;
  readonly open: (path: string) => number;
}): number {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    // Opening a FIFO waits for its other end, and would stop the whole emulator.
    if (stats && !stats.isFile() && !stats.isCharacterDevice()) {
      throw new CommandNotStartedError(`${attribute}: ${path} is neither a file nor a device`);
    }
    return open(path);
  } catch (error) {
    if (error instanceof CommandNotStartedError) throw error;
    throw new CommandNotStartedError(`${attribute}: cannot open ${path}: ${toErrorCode(error)}`);
  }
}

function createKeptStream(): KeptStream {
  try {
    return new KeptStream();
  } catch (error) {
    throw new CommandNotStartedError(`cannot create a temporary file: ${toErrorCode(error)}`);
  }
}

/** The code of a system error, such as ENOENT. */
export function toErrorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
