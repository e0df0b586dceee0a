import type { Deps } from '../deps.ts';

/** What a command printed to its standard output, or, when it ended with a code other than 0, to its standard error. */
export type Printed =
  | { readonly stdOut: readonly string[] }
  | { readonly stdErr: readonly string[] }
  /** What was asked for, and why nobody here can do it; answered with 501. */
  | { readonly unsupported: { readonly what: string; readonly reason: string } };

/** One of AutoSys's commands, run on the server; its arguments without its name. */
export type ServerCommand = (powers: Deps) => (argv: readonly string[]) => Printed;

/** Says that the command was asked for what nobody here can do. */
export function unsupportedOption(what: string, reason: string): Printed {
  return { unsupported: { what, reason } };
}
