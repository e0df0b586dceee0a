import type { CommandOutput } from '../autosys/client/index.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { printJson, printLines, printNotes } from './render.ts';

/**
 * Hands on what a command printed on AutoSys's side, line for line: what it complained of to stderr, the rest to stdout.
 *
 * The web services hand back no exit code; a complaint counts as one (inferred, as both are printed by the command's end).
 */
export function printOutput(output: CommandOutput, io: Io, json: boolean): ExitCode {
  const failed = hasComplaint(output);
  if (json) {
    printJson(io.stdout, { ok: !failed, ...output });
  } else {
    printLines(io.stdout, output.stdOut);
    printLines(io.stderr, output.stdErr);
  }
  return failed ? exitCodes.refused : exitCodes.done;
}

/** Whether a command says that it failed: `CAUAJM_I_` lines are remarks, every other line on stdErr is a complaint. */
export function hasComplaint({ stdErr }: CommandOutput): boolean {
  return stdErr.some((line) => line.trim() !== '' && !/^\s*CAUAJM_I_/.test(line));
}

/** Writes on stderr which of AutoSys's login options had no effect; their values are never repeated. */
export function printIgnoredLogin(io: Io, options: readonly string[], json: boolean): void {
  if (options.length === 0) return;
  const note = `ignored ${options.join(' ')}: the web services are signed in to with --user and --password-file`;
  printNotes(io, [note], json);
}
