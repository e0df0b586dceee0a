import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

/** One `--option` of a command: its type, its parsing and its line in --help all come from here. */
export interface Option {
  readonly type: 'string' | 'boolean' | 'number';
  /** What is shown behind the option in --help, such as `FILE`; not for booleans. */
  readonly value?: string;
  readonly about: string;
  /** May be given several times. */
  readonly multiple?: true;
  /** What the option means where nothing stands behind it. */
  readonly bare?: string;
  /** The environment variable that stands in; the command reads it, --help names it. */
  readonly env?: string;
  /** Of a number: whole, and at most this. */
  readonly max?: number;
}

/** The options of a command by their long names. */
export type Options = Readonly<Record<string, Option>>;

/** What stands for each option once the command line is read. */
export type Values<O extends Options> = { readonly [Name in keyof O]: Value<O[Name]> };

type Value<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O extends { readonly multiple: true }
    ? readonly string[]
    : O['type'] extends 'number'
      ? number | undefined
      : string | undefined;

/** A flag of AutoSys's own, with one dash; the languages of `autosys/` read it, --help shows it. */
export interface AutosysFlag {
  /** What follows it, such as `JOB`; without it nothing does. */
  readonly value?: string;
  readonly about: string;
}

/** What a command gets to work with. */
export interface CommandInvocation<O extends Options = Options> {
  readonly options: Values<O>;
  readonly positionals: readonly string[];
  /** AutoSys's own flags and their values in the order given, for commands that have `autosysFlags`. */
  readonly autosysArguments: readonly string[];
  /** Data as JSON. */
  readonly json: boolean;
  readonly io: Io;
}

/** What a command needs beside its name and its deed. */
interface Shape<O extends Options> {
  /** The word behind `autosys-bridge`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** --json and --help come by themselves. */
  readonly options: O;
  readonly autosysFlags?: Readonly<Record<string, AutosysFlag>>;
  /** Arguments without a dash; a command without it takes none. */
  readonly positionals?: { readonly value: string; readonly about: string };
  /** What follows the name in the line of usage. @default [options] */
  readonly usage?: string;
  /** Paragraphs below the line of usage. */
  readonly notes?: readonly string[];
  /** Whole command lines behind `autosys-bridge`. */
  readonly examples?: readonly string[];
}

/** A command that knows the types of its own options. */
export interface CommandDefinition<O extends Options> extends Shape<O> {
  readonly run: (invocation: CommandInvocation<O>) => Promise<ExitCode>;
}

/** A command as the table of commands holds it. */
export interface CliCommand extends Shape<Options> {
  readonly run: (invocation: CommandInvocation) => Promise<ExitCode>;
}

/** Types a command by its own options. */
export function defineCommand<const O extends Options>(
  definition: CommandDefinition<O>,
): CliCommand {
  const { run } = definition;
  return {
    ...definition,
    // `readArguments` makes the values from these very options; the table only forgets which they are.
    run: (invocation) => run(invocation as CommandInvocation<O>),
  };
}
