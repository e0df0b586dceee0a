import {
  AutosysError,
  AutosysOutcomeUnknownError,
  AutosysProtocolError,
  AutosysUnavailableError,
  AutosysUnreachableError,
  NameError,
  UnexplainedNotFoundError,
  UnsupportedByProfileError,
} from '../autosys/errors.ts';
import { SourceError } from '../autosys/source.ts';
import { UsageError } from '../autosys/usage.ts';

/** How every command ends; part of what scripts rely on. */
export const exitCodes = {
  done: 0,
  refused: 1,
  usage: 2,
  unknown: 3,
} as const;

/** 0, 1, 2 or 3. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each code means, for --help. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'the other side said no, or a file is wrong',
  2: 'the command line is wrong; nothing was sent',
  3: 'not reached, or the outcome is unknown: look before you repeat',
};

/** The command line asks for what cannot be: nothing was done. */
export class CommandLineError extends UsageError {
  override readonly name = 'CommandLineError';
}

/** A file cannot be read or written, or holds what it should not. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code = 'CLI_FILE';
  readonly file: string;

  constructor({ file, reason }: { readonly file: string; readonly reason: string }) {
    super(`${file}: ${reason}`);
    this.file = file;
  }
}

/** This host does not let the command listen where it should. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code = 'CLI_LISTEN';

  constructor({ address, reason }: { readonly address: string; readonly reason: string }) {
    super(`cannot listen on ${address}: ${reason}`);
  }
}

/** What was asked for cannot be found out here, and why; nothing was changed. */
export class UnknownHereError extends Error {
  override readonly name = 'UnknownHereError';
  readonly code = 'CLI_UNKNOWN';
}

/** The ledger holds no such entry, or none this can be done to, and why; nothing was changed. */
export class NoSuchEntryError extends Error {
  override readonly name = 'NoSuchEntryError';
  readonly code = 'CLI_NO_ENTRY';
}

/** How a command ends that fails with this error. */
export function toExitCode(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof NameError) return exitCodes.usage;
  if (error instanceof UnsupportedByProfileError) return exitCodes.usage;
  if (error instanceof FileError || error instanceof SourceError) return exitCodes.refused;
  if (error instanceof ListenError || error instanceof NoSuchEntryError) return exitCodes.refused;
  if (
    error instanceof AutosysUnreachableError ||
    error instanceof AutosysUnavailableError ||
    error instanceof UnexplainedNotFoundError ||
    error instanceof AutosysOutcomeUnknownError ||
    error instanceof AutosysProtocolError
  ) {
    return exitCodes.unknown;
  }
  return error instanceof AutosysError ? exitCodes.refused : exitCodes.unknown;
}
