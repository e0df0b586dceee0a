import { didYouMean } from '../autosys/suggest.ts';
import manifest from '../package.json' with { type: 'json' };
import { asksForJson, readArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import { CommandLineError, type ExitCode, exitCodes, toExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { printJson, printLines, tellError } from './render.ts';
import { printHelp, printOverview, programName } from './usage.ts';

/**
 * Carries out one command line; never throws.
 *
 * @param argv without the interpreter and the program
 * @returns the exit code
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const json = asksForJson(argv);
  try {
    const [first, ...rest] = argv;
    return first === undefined || first.startsWith('-') || first === 'help'
      ? runWithoutCommand(argv, io, json)
      : await runCommand(findCommand(first), rest, io);
  } catch (error) {
    tellError(io, error, json);
    if (error instanceof CommandLineError && !json) printLines(io.stderr, [toHint(argv)]);
    return toExitCode(error);
  }
}

async function runCommand(command: Command, argv: readonly string[], io: Io): Promise<ExitCode> {
  const { help, ...read } = readArguments(command, argv);
  if (!help) return command.run({ ...read, io });
  io.stdout.write(printHelp(command));
  return exitCodes.done;
}

function runWithoutCommand(argv: readonly string[], io: Io, json: boolean): ExitCode {
  const [first, second] = argv.filter((argument) => argument !== '--json');
  switch (first) {
    case '--version':
    case '-V':
      if (json) printJson(io.stdout, { name: programName, version: manifest.version });
      else printLines(io.stdout, [manifest.version]);
      return exitCodes.done;
    case '--help':
    case '-h':
    case 'help': {
      const named = second === undefined || second.startsWith('-') ? undefined : second;
      io.stdout.write(
        named === undefined ? printOverview(commands) : printHelp(findCommand(named)),
      );
      return exitCodes.done;
    }
    case undefined:
      io.stderr.write(printOverview(commands));
      return exitCodes.usage;
    default:
      throw new CommandLineError(programName, [
        `expected a command or --help or --version first, found an option, allowed: ${names().join(' ')}`,
      ]);
  }
}

function findCommand(name: string): Command {
  const command = commands.find((known) => known.name === name);
  if (command) return command;
  const hint = didYouMean(name, names());
  const found = JSON.stringify(name.slice(0, 40));
  throw new CommandLineError(programName, [
    `unknown command ${found}, allowed: ${names().join(' ')}${hint}`,
  ]);
}

function names(): readonly string[] {
  return commands.map(({ name }) => name);
}

function toHint([first]: readonly string[]): string {
  const known = commands.some(({ name }) => name === first);
  return `see ${programName} ${known ? `${first} ` : ''}--help`;
}
