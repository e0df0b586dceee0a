import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

/** One `--option` of a command. Its type, its parsing and its line in --help come from here. */
export interface Option {
  readonly type: 'string' | 'boolean' | 'number';
  /** Placeholder of the value in --help, such as `FILE`. Unused for booleans. */
  readonly value?: string;
  readonly about: string;
  /** The option may be repeated. */
  readonly multiple?: true;
  /** Value used when the option is given without one. */
  readonly bare?: string;
  /**
   * Environment variable used when the option is missing. The command reads it; --help names it.
   */
  readonly env?: string;
  /** Maximum of a `number`, which is always a whole number. */
  readonly max?: number;
}

/** The options of a command by their long names. */
export type Options = Readonly<Record<string, Option>>;

/** The parsed value of each option. */
export type Values<O extends Options> = { readonly [Name in keyof O]: Value<O[Name]> };

type Value<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O extends { readonly multiple: true }
    ? readonly string[]
    : O['type'] extends 'number'
      ? number | undefined
      : string | undefined;

/** A flag of an AutoSys command, with one dash. `autosys/` parses it; --help shows it. */
export interface AutosysFlag {
  /** Placeholder of its value, such as `JOB`. @default - the flag takes no value */
  readonly value?: string;
  readonly about: string;
}

/** Input of a command. */
export interface CommandInvocation<O extends Options = Options> {
  readonly options: Values<O>;
  readonly positionals: readonly string[];
  /** AutoSys flags and their values, in the order given. Empty without `autosysFlags`. */
  readonly autosysArguments: readonly string[];
  /** True when data is to be printed as JSON. */
  readonly json: boolean;
  readonly io: Io;
  /** Loads every command of the program, in the order of the overview. */
  readonly loadCommands: () => Promise<readonly CliCommand[]>;
}

/** The properties of a command, except its function. */
interface CommandProperties<O extends Options> {
  /** Name of the command, typed after `commandPrefix`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Its options, without `--json` and `--help`, which every command has. */
  readonly options: O;
  readonly autosysFlags?: Readonly<Record<string, AutosysFlag>>;
  /** Arguments without a dash. @default - none are allowed */
  readonly positionals?: { readonly value: string; readonly about: string };
  /** Text after the name in the usage line. @default [options] */
  readonly usage?: string;
  /** Paragraphs below the usage line. */
  readonly notes?: readonly string[];
  /** Whole command lines, without `commandPrefix`. */
  readonly examples?: readonly string[];
}

/** A command with the types of its own options. */
export interface CommandDefinition<O extends Options> extends CommandProperties<O> {
  readonly run: (invocation: CommandInvocation<O>) => Promise<ExitCode>;
}

/** How a command is run. */
export type CommandExecution =
  /** Its arguments are parsed by its options. */
  | {
      readonly kind: 'parsed';
      readonly run: (invocation: CommandInvocation) => Promise<ExitCode>;
    }
  /** It parses its own arguments, and has its own help and exit codes. */
  | {
      readonly kind: 'standalone';
      readonly help: string;
      readonly run: (argv: readonly string[], io: Io) => Promise<number>;
    };

/** A command in the table of commands, without the types of its options. */
export interface CliCommand extends CommandProperties<Options> {
  readonly execution: CommandExecution;
}

/** Checks a command against its own options, and returns it for the table of commands. */
export function defineCommand<const O extends Options>({
  run,
  ...properties
}: CommandDefinition<O>): CliCommand {
  return {
    ...properties,
    execution: {
      kind: 'parsed',
      // Safe: `readArguments` creates the values from the same options.
      run: (invocation) => run(invocation as CommandInvocation<O>),
    },
  };
}
