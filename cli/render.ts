import {
  AutosysError,
  AutosysUnauthorizedError,
  AutosysUnreachableError,
  JobNotFoundError,
  NameError,
} from '../autosys/errors.ts';
import { SourceError, toPosition } from '../autosys/source.ts';
import { UsageError } from '../autosys/usage.ts';
import { LedgerError } from '../lambda/errors.ts';
import { markColour } from './escape.ts';
import { escapeLine } from './escape-text.ts';
import {
  FileError,
  ListenError,
  NoSuchEntryError,
  PackageError,
  toExitCode,
  UnknownCallerError,
  UnknownHereError,
} from './exit-code.ts';
import { fitLines, readColumns } from './fit-lines.ts';
import type { Io, Output } from './io.ts';

/**
 * Prints lines. A line feed within a line is data, and is escaped. Split a text of several lines
 * with {@link toTerminalLines} first.
 */
export function printLines(output: Output, lines: readonly string[]): void {
  if (lines.length > 0) output.write(`${lines.map(escapeLine).join('\n')}\n`);
}

/** As {@link printLines}, fitted to the width of the terminal. A pipe gets whole lines. */
export function printFitted({ stdout, env }: Pick<Io, 'stdout' | 'env'>, lines: readonly string[]) {
  printLines(stdout, fitLines(lines, readColumns(stdout, env)));
}

/** Splits a text of this program into lines, such as an error message with its code frame. */
export function toTerminalLines(text: string): readonly string[] {
  return text.split('\n');
}

/** Prints one JSON document on its own line. */
export function printJson(output: Output, value: unknown): void {
  output.write(`${JSON.stringify(value)}\n`);
}

/** Prints notes on stderr: one line each, or with --json one `{"note": …}` document each. */
export function printNotes(io: Pick<Io, 'stderr'>, notes: readonly string[], json: boolean): void {
  if (json) for (const note of notes) printJson(io.stderr, { note });
  else printLines(io.stderr, notes.flatMap(toTerminalLines));
}

const colours = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

/** Colours a text, or returns it unchanged. */
export type Paint = (colour: keyof typeof colours, text: string) => string;

/** Creates a function that colours text on a terminal, unless NO_COLOR is set (no-color.org). */
export function createPaint({ isTTY }: Output, env: Io['env']): Paint {
  const coloured = isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return function paint(colour, text) {
    return coloured ? markColour(colours[colour], text) : text;
  };
}

/** A fault of a source, with its location, for --json. */
export interface FaultDocument {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The problems of a source, for --json. */
export function toFaultDocuments({ source, problems }: SourceError): readonly FaultDocument[] {
  return problems.map((problem) => ({
    file: source.name,
    ...toPosition(source, problem.start),
    message: problem.message,
  }));
}

/** The error document of `--json`. */
export interface ErrorDocument {
  readonly error: {
    readonly name: string;
    readonly code: string;
    readonly message: string;
    readonly exitCode: number;
    /** For an AutoSys error: whether the request may be repeated. See docs/architecture.md. */
    readonly disposition?: string;
    /** What to do, and who can do it. */
    readonly advice?: string;
    readonly faults?: readonly (string | FaultDocument)[];
  };
}

/** Prints an error on stderr, as text or as JSON. Of a known error, only its message is printed. */
export function printError(io: Pick<Io, 'stderr' | 'env'>, error: unknown, json: boolean): void {
  if (json) {
    printJson(io.stderr, toErrorDocument(error));
    return;
  }
  const paint = createPaint(io.stderr, io.env);
  // The code first, as AutoSys's own commands print it: scripts search for it.
  const code = error instanceof JobNotFoundError ? [toCauajm(error)] : [];
  const login = error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
  printLines(io.stderr, [
    ...code,
    ...toTerminalLines(`${paint('red', 'error:')} ${describe(error)}`),
    ...(login
      ? [
          'this command reads the login from --user and --password-file, or from $AUTOSYS_USER and $AUTOSYS_PASSWORD',
        ]
      : []),
    ...(error instanceof AutosysUnreachableError && error.advice ? [error.advice] : []),
    ...(error instanceof LedgerError ? [tableHint] : []),
  ]);
}

/** Advice for ledger errors. Error messages of the SDK rarely say what to check. */
const tableHint =
  'check the Region and credentials of AWS (AWS_REGION, AWS_PROFILE), and the table name (--table or $LEDGER_TABLE)';

/** An error as data. */
function toErrorDocument(error: unknown): ErrorDocument {
  const { name } = error instanceof Error ? error : { name: typeof error };
  return {
    error: {
      name,
      code: toCode(error),
      message: describe(error),
      exitCode: toExitCode(error),
      ...(error instanceof AutosysError && { disposition: error.disposition }),
      ...(error instanceof AutosysUnreachableError && error.advice && { advice: error.advice }),
      ...(error instanceof SourceError && { faults: toFaultDocuments(error) }),
      ...(error instanceof UsageError && { faults: error.faults }),
    },
  };
}

/** The message of sendevent and autorep for an unknown job (documented). */
function toCauajm({ job }: JobNotFoundError): string {
  return `CAUAJM_E_50027 Invalid Job Name: ${job}`;
}

/** The code of an error. All errors in an input file share `CLI_SOURCE`. */
function toCode(error: unknown): string {
  if (isKnown(error)) return error.code;
  return error instanceof SourceError ? 'CLI_SOURCE' : 'UNEXPECTED';
}

function isKnown(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof AutosysError ||
    error instanceof NameError ||
    error instanceof UsageError ||
    error instanceof FileError ||
    error instanceof PackageError ||
    error instanceof ListenError ||
    error instanceof UnknownHereError ||
    error instanceof UnknownCallerError ||
    error instanceof NoSuchEntryError ||
    error instanceof LedgerError
  );
}

function describe(error: unknown): string {
  if (isKnown(error) || error instanceof SourceError) return error.message;
  if (error instanceof Error && error.name === 'AbortError') return 'cancelled';
  // A bug of this program: print the stack. Other properties of the error are never printed.
  return error instanceof Error
    ? `unexpected error, please report it: ${error.stack ?? error.message}`
    : `unexpected error, please report it: a value of type ${typeof error} was thrown`;
}
