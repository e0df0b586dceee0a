import type { CliCommand, CommandInvocation, Options } from './command.ts';
import { CommandLineError } from './exit-code.ts';
import { parseOptions } from './parse-options.ts';

/** Options of every command. */
export const commonOptions = {
  json: { type: 'boolean', about: 'print data as JSON on stdout, and errors as JSON on stderr' },
  help: { type: 'boolean', about: 'print this help' },
} as const satisfies Options;

const secretAdvice = {
  '--password':
    'other users of this host can read command lines; use --password-file FILE or $AUTOSYS_PASSWORD',
};

/** The parsed arguments of a command. */
export interface Arguments extends Omit<CommandInvocation, 'io' | 'loadCommands'> {
  readonly help: boolean;
}

/** True when `--json` is present, also in an invalid command line, whose error is JSON then. */
export function hasJsonOption(argv: readonly string[]): boolean {
  return argv.includes('--json');
}

/**
 * Parses the arguments after a command's name by the options and flags that the command declares.
 *
 * @throws {CommandLineError} with every fault
 */
export function readArguments(command: CliCommand, argv: readonly string[]): Arguments {
  const { values, positionals, autosysArguments, faults } = parseOptions(argv, {
    options: { ...command.options, ...commonOptions },
    autosysFlags: command.autosysFlags,
    allowsPositionals: command.positionals !== undefined,
    secretAdvice,
  });
  const help = values['help'] === true;
  if (faults.length > 0 && !help) throw new CommandLineError(command.name, faults);
  const json = values['json'] === true;
  // Safe: each value has the type of its option.
  const options = values as Arguments['options'];
  return { options, positionals, autosysArguments, json, help };
}
