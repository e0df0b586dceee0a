import { didYouMean } from '../autosys/suggest.ts';
import { UsageError } from '../autosys/usage.ts';
import { hasJsonOption, readArguments } from './arguments.ts';
import type { CliCommand } from './command.ts';
import { commandPrefix, programName } from './command-prefix.ts';
import { commands } from './commands/index.ts';
import { createSafeOutput } from './escape.ts';
import { CommandLineError, type ExitCode, exitCodes, toExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { formatBuild, readProgramBuild } from './program-build.ts';
import { printError, printJson, printLines } from './render.ts';
import { printHelp, printOverview } from './usage.ts';

/**
 * Runs one command line. Never throws.
 *
 * @param argv arguments after the interpreter and the script
 * @returns the exit code
 */
export async function run(argv: readonly string[], environment: Io): Promise<number> {
  const io = {
    ...environment,
    stdout: createSafeOutput(environment.stdout),
    stderr: createSafeOutput(environment.stderr),
  };
  const json = hasJsonOption(argv);
  try {
    const [first, ...rest] = argv;
    return first === undefined || first.startsWith('-') || first === 'help'
      ? await runWithoutCommand(argv, io, json)
      : await runCommand(await loadCommand(first), rest, io);
  } catch (error) {
    printError(io, error, json);
    if (error instanceof UsageError && !json) printLines(io.stderr, [toHint(argv)]);
    return toExitCode(error);
  }
}

async function runCommand(command: CliCommand, argv: readonly string[], io: Io): Promise<number> {
  const { execution } = command;
  if (execution.kind === 'standalone') return execution.run(argv, io);
  const { help, ...read } = readArguments(command, argv);
  if (!help) return execution.run({ ...read, io, loadCommands });
  io.stdout.write(printHelp(command));
  return exitCodes.done;
}

async function runWithoutCommand(
  argv: readonly string[],
  io: Io,
  json: boolean,
): Promise<ExitCode> {
  const [first, second] = argv.filter((argument) => argument !== '--json');
  switch (first) {
    case '--version':
    case '-V':
      await printVersion(io, json);
      return exitCodes.done;
    case '--help':
    case '-h':
    case 'help': {
      const isNamed = second !== undefined && !second.startsWith('-');
      const text = isNamed ? printHelp(await loadCommand(second)) : await loadOverview();
      io.stdout.write(text);
      return exitCodes.done;
    }
    case undefined:
      io.stderr.write(await loadOverview());
      return exitCodes.usage;
    default:
      throw new CommandLineError(programName, [
        `expected a command, --help or --version, found another option; commands: ${names.join(' ')}`,
      ]);
  }
}

async function printVersion({ stdout }: Io, json: boolean): Promise<void> {
  const build = await readProgramBuild();
  const origin = build.bundled ? '' : ', computed from the sources of this clone';
  if (json) printJson(stdout, { name: programName, ...build });
  else printLines(stdout, [`${formatBuild(build)}${origin}`]);
}

const names = Object.keys(commands);

async function loadOverview(): Promise<string> {
  return printOverview(await loadCommands());
}

function loadCommands(): Promise<readonly CliCommand[]> {
  return Promise.all(names.map(loadCommand));
}

async function loadCommand(name: string): Promise<CliCommand> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load) return load();
  const found = JSON.stringify(name.slice(0, 40));
  throw new CommandLineError(programName, [
    `unknown command ${found}, allowed: ${names.join(' ')}${didYouMean(name, names)}`,
  ]);
}

function toHint([first = '']: readonly string[]): string {
  return `see ${commandPrefix} ${names.includes(first) ? `${first} ` : ''}--help`;
}
