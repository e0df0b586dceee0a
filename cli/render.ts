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
import { escapeLine, markColour } from './escape.ts';
import {
  FileError,
  ListenError,
  NoSuchEntryError,
  toExitCode,
  UnknownHereError,
} from './exit-code.ts';
import type { Io, Output } from './io.ts';

/** Writes lines, each with its end. A line feed within a line is data and is escaped; see {@link toTerminalLines}. */
export function printLines(output: Output, lines: readonly string[]): void {
  if (lines.length > 0) output.write(`${lines.map(escapeLine).join('\n')}\n`);
}

/** The lines of a text of ours that has several, such as the message of a fault with its code frame. */
export function toTerminalLines(text: string): readonly string[] {
  return text.split('\n');
}

/** Writes one JSON document on a line of its own. */
export function printJson(output: Output, value: unknown): void {
  output.write(`${JSON.stringify(value)}\n`);
}

/** Talks on stderr beside the data: lines, or with --json one `{"note": …}` each, so that stderr stays readable to programs. */
export function printNotes(io: Pick<Io, 'stderr'>, notes: readonly string[], json: boolean): void {
  if (json) for (const note of notes) printJson(io.stderr, { note });
  else printLines(io.stderr, notes.flatMap(toTerminalLines));
}

const colours = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

/** Puts colour on a text, or leaves it alone. */
export type Paint = (colour: keyof typeof colours, text: string) => string;

/** Colour for a person at a terminal, unless NO_COLOR says otherwise (no-color.org). */
export function createPaint({ isTTY }: Output, env: Io['env']): Paint {
  const coloured = isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return (colour, text) => (coloured ? markColour(colours[colour], text) : text);
}

/** A place in a text with what is wrong there, for programs. */
export interface FaultDocument {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Every problem of a source as data. */
export function toFaultDocuments({ source, problems }: SourceError): readonly FaultDocument[] {
  return problems.map((problem) => ({
    file: source.name,
    ...toPosition(source, problem.start),
    message: problem.message,
  }));
}

/** An error as `--json` tells it. */
export interface ErrorDocument {
  readonly error: {
    readonly name: string;
    readonly code: string;
    readonly message: string;
    readonly exitCode: number;
    /** Of an error of AutoSys: whether to repeat it, to look first, or to ask a person. */
    readonly disposition?: string;
    /** Whom to ask, and what to do. */
    readonly advice?: string;
    readonly faults?: readonly (string | FaultDocument)[];
  };
}

/** Tells an error on stderr, in words or as JSON; nothing but the message of known errors is told. */
export function printError(io: Pick<Io, 'stderr' | 'env'>, error: unknown, json: boolean): void {
  if (json) {
    printJson(io.stderr, toErrorDocument(error));
    return;
  }
  const paint = createPaint(io.stderr, io.env);
  // The code first, as AutoSys's own commands print it and as scripts look for it.
  const code = error instanceof JobNotFoundError ? [toCauajm(error)] : [];
  const login = error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
  printLines(io.stderr, [
    ...code,
    ...toTerminalLines(`${paint('red', 'error:')} ${describe(error)}`),
    ...(login ? ['here they come from --user and --password-file, or the environment'] : []),
    ...(error instanceof AutosysUnreachableError && error.advice ? [error.advice] : []),
    ...(error instanceof LedgerError ? [tableHint] : []),
  ]);
}

/** The SDK tells little more than a name, and that mostly for one of these reasons. */
const tableHint =
  "the table's Region and login come from AWS's own environment, such as AWS_REGION and AWS_PROFILE; its name from --table or $LEDGER_TABLE";

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

/** What sendevent and autorep say of an unknown job (documented). */
function toCauajm({ job }: JobNotFoundError): string {
  return `CAUAJM_E_50027 Invalid Job Name: ${job}`;
}

/** A text of the user's that does not read has faults with their places, and one code for all. */
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
    error instanceof ListenError ||
    error instanceof UnknownHereError ||
    error instanceof NoSuchEntryError ||
    error instanceof LedgerError
  );
}

function describe(error: unknown): string {
  if (isKnown(error) || error instanceof SourceError) return error.message;
  if (error instanceof Error && error.name === 'AbortError') return 'it was cancelled';
  // A fault of ours: its place is worth more than manners. What hangs on the error is never printed.
  return error instanceof Error
    ? `unexpected, please report it: ${error.stack ?? error.message}`
    : `unexpected, please report it: a ${typeof error} was thrown`;
}
