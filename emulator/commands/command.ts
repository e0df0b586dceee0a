import type { Deps } from '../deps.ts';

/**
 * The output of a command: its standard output, or its standard error if it ended with a code other
 * than 0.
 */
export type Printed =
  | { readonly stdOut: readonly string[] }
  | { readonly stdErr: readonly string[] }
  /** What was requested, and why the emulator does not support it; answered with 501. */
  | { readonly unsupported: { readonly what: string; readonly reason: string } };

/** One of AutoSys's commands, run on the server; its arguments without its name. */
export type ServerCommand = (deps: Deps) => (argv: readonly string[]) => Printed;

/** The output of a command for an option that the emulator does not support. */
export function unsupportedOption(what: string, reason: string): Printed {
  return { unsupported: { what, reason } };
}
