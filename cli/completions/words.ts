import { commonOptions } from '../arguments.ts';
import type { CliCommand, Options } from '../command.ts';

/** An option or an AutoSys flag of a command, as it is typed. */
export interface CompletedOption {
  /** With its dashes: `--table`, `-J`. */
  readonly word: string;
  readonly about: string;
  /** Placeholder of its value. Absent if it takes none. */
  readonly value?: string;
  /** The value may be the path of a file or directory. */
  readonly isPath: boolean;
  readonly isRepeatable: boolean;
}

/** A command with everything that a shell can complete after it. */
export interface CompletedCommand {
  readonly name: string;
  readonly about: string;
  readonly options: readonly CompletedOption[];
  /** Its other arguments may be paths. */
  readonly takesPaths: boolean;
}

/** What a shell completes, from the table of commands. */
export function toCompletedCommands(commands: readonly CliCommand[]): readonly CompletedCommand[] {
  return commands.map((command) => ({
    name: command.name,
    about: command.summary,
    options: [...toOptions(command), ...toFlags(command)],
    takesPaths: isPath(command.positionals?.value),
  }));
}

/** Words that may stand in the place of a command. */
export const otherFirstWords = [
  { name: 'help', about: 'prints the help of a command' },
  { name: '--help', about: 'print the help' },
  { name: '--version', about: 'print the version' },
] as const;

/** A standalone command has its own `--json`, or none; every command has `--help`. */
function toOptions({ options, execution }: CliCommand): readonly CompletedOption[] {
  const { help } = commonOptions;
  const all: Options = {
    ...options,
    ...(execution.kind === 'standalone' ? { help } : commonOptions),
  };
  return Object.entries(all).map(([name, { type, value = 'VALUE', about, multiple }]) => ({
    ...{ word: `--${name}`, about, isRepeatable: multiple === true },
    ...(type !== 'boolean' && { value }),
    isPath: type !== 'boolean' && isPath(value),
  }));
}

function toFlags({ autosysFlags = {} }: CliCommand): readonly CompletedOption[] {
  return Object.entries(autosysFlags).map(([word, { value, about }]) => ({
    ...{ word, about, isPath: false, isRepeatable: false },
    ...(value !== undefined && { value }),
  }));
}

function isPath(placeholder: string | undefined): boolean {
  return placeholder !== undefined && /\b(?:FILE|DIR|DIRECTORY)\b/.test(placeholder);
}
