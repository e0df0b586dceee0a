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

/** Exit codes of every command. Scripts rely on them. */
export const exitCodes = {
  done: 0,
  rejected: 1,
  usage: 2,
  unknown: 3,
} as const;

/** 0, 1, 2 or 3. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Meaning of each exit code, for --help. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'rejected by AutoSys or AWS, or invalid input file',
  2: 'invalid command line; nothing was sent',
  3: 'not reached, or outcome unknown; check the target before you repeat the command',
};

/** The command line is invalid. Nothing was done. */
export class CommandLineError extends UsageError {
  override readonly name = 'CommandLineError';
}

/** A file cannot be read or written, or its content is invalid. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code = 'CLI_FILE';
  readonly file: string;

  constructor({ file, reason }: { readonly file: string; readonly reason: string }) {
    super(`${file}: ${reason}`);
    this.file = file;
  }
}

/** A package for a deployment without CDK cannot be made. Nothing was written. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
  readonly code = 'CLI_PACKAGE';
}

/** The command cannot listen on its address or port. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code = 'CLI_LISTEN';

  constructor({ address, reason }: { readonly address: string; readonly reason: string }) {
    super(`cannot listen on ${address}: ${reason}`);
  }
}

/** The requested information is not available. The message says why. Nothing was changed. */
export class UnknownHereError extends Error {
  override readonly name = 'UnknownHereError';
  readonly code = 'CLI_UNKNOWN';
}

/** The ledger has no entry or run as requested. The message says why. Nothing was changed. */
export class NoSuchEntryError extends Error {
  override readonly name = 'NoSuchEntryError';
  readonly code = 'CLI_NO_ENTRY';
}

/** AWS does not say who the caller is, so nothing was changed: each change names its caller. */
export class UnknownCallerError extends Error {
  override readonly name = 'UnknownCallerError';
  readonly code = 'CLI_CALLER';
  /** True if AWS rejects the credentials; false if STS was not reached. */
  readonly isRejected: boolean;

  constructor({ isRejected, reason }: { readonly isRejected: boolean; readonly reason: string }) {
    super(
      `the caller is unknown (STS GetCallerIdentity: ${reason}), so nothing was changed: the ledger records who makes a change. Sign in to AWS, or check AWS_PROFILE, AWS_REGION and the way to STS`,
    );
    this.isRejected = isRejected;
  }
}

/** The exit code of a command that fails with this error. */
export function toExitCode(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof NameError) return exitCodes.usage;
  if (error instanceof UnsupportedByProfileError) return exitCodes.usage;
  if (error instanceof FileError || error instanceof SourceError) return exitCodes.rejected;
  if (error instanceof UnknownCallerError)
    return error.isRejected ? exitCodes.rejected : exitCodes.unknown;
  if (error instanceof ListenError || error instanceof NoSuchEntryError) return exitCodes.rejected;
  if (error instanceof PackageError) return exitCodes.rejected;
  if (
    error instanceof AutosysUnreachableError ||
    error instanceof AutosysUnavailableError ||
    error instanceof UnexplainedNotFoundError ||
    error instanceof AutosysOutcomeUnknownError ||
    error instanceof AutosysProtocolError
  ) {
    return exitCodes.unknown;
  }
  return error instanceof AutosysError ? exitCodes.rejected : exitCodes.unknown;
}
