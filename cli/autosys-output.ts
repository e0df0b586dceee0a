import type { CommandOutput } from '../autosys/client/index.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { printJson, printLines, printNotes } from './render.ts';

/**
 * Prints the output of a command that ran on the AutoSys server: its stderr on stderr, its stdout
 * on stdout.
 *
 * The web services return no exit code. An error line counts as a failure. That is inferred: the
 * command prints both before it ends.
 */
export function printOutput(output: CommandOutput, io: Io, json: boolean): ExitCode {
  const failed = hasComplaint(output);
  if (json) {
    printJson(io.stdout, { ok: !failed, ...output });
  } else {
    printLines(io.stdout, output.stdOut);
    printLines(io.stderr, output.stdErr);
  }
  return failed ? exitCodes.rejected : exitCodes.done;
}

/**
 * True when a command printed an error line. A `CAUAJM_I_` line on stdErr is information; every
 * other line on stdErr is an error.
 */
export function hasComplaint({ stdErr }: CommandOutput): boolean {
  return stdErr.some((line) => line.trim() !== '' && !/^\s*CAUAJM_I_/.test(line));
}

/** Prints on stderr which AutoSys login options had no effect. Their values are never printed. */
export function printIgnoredLogin(io: Io, options: readonly string[], json: boolean): void {
  if (options.length === 0) return;
  const note = `${options.join(' ')} ignored: the login for the web services comes from --user and --password-file`;
  printNotes(io, [note], json);
}
