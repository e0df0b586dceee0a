import { commonOptions } from './arguments.ts';
import type { CliCommand } from './command.ts';
import { commandPrefix, programName } from './command-prefix.ts';
import { exitCodeMeanings } from './exit-code.ts';
import { formatHelp, formatParagraphs, formatRows } from './help-layout.ts';

/** Help of the program: its commands, options and exit codes. */
export function printOverview(commands: readonly CliCommand[]): string {
  const standalone = commands.filter(({ execution }) => execution.kind === 'standalone');
  const others = standalone.map(({ name }) => name).join(', ');
  return formatParagraphs([
    [`${programName}: operates and checks the bridge between AWS and AutoSys`],
    [`usage: ${commandPrefix} COMMAND [options]`],
    ['commands', ...formatRows(commands.map(({ name, summary }) => [name, summary]))],
    [
      'options',
      ...formatRows([
        ['--help', `print this help; ${commandPrefix} COMMAND --help prints the help of a command`],
        ['--version', 'print the version'],
      ]),
    ],
    [
      'exit codes',
      ...formatRows(exitCodes),
      ...(others === '' ? [] : [`  other exit codes: ${others}; see their help`]),
    ],
  ]);
}

/** Help of one command, from its definition. */
export function printHelp(command: CliCommand): string {
  if (command.execution.kind === 'standalone') return command.execution.help;
  const options = { ...command.options, ...commonOptions };
  return formatHelp({ ...command, options, prefix: commandPrefix, exitCodes });
}

const exitCodes = Object.entries(exitCodeMeanings);
