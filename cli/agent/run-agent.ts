import { didYouMean } from '../../autosys/suggest.ts';
import { programName } from '../command-prefix.ts';
import { formatHelp, formatParagraphs, formatRows } from '../help-layout.ts';
import { parseOptions } from '../parse-options.ts';
import type { AgentCommand, AgentInvocation } from './agent-command.ts';
import { AgentError, refuseUsage } from './agent-error.ts';
import type { AgentIo } from './agent-io.ts';
import { createLineWriter, writeJson } from './agent-output.ts';
import { logOfRun } from './commands/log-of-run.ts';
import { restartRun } from './commands/restart-run.ts';
import { runTarget } from './commands/run-target.ts';
import { stopRun } from './commands/stop-run.ts';
import { whoisRun } from './commands/whois-run.ts';
import { agentSecretAdvice } from './settings.ts';

/** The commands of the agent, in the order of the help. */
export const agentCommands: readonly AgentCommand[] = [
  runTarget,
  stopRun,
  restartRun,
  logOfRun,
  whoisRun,
];

const helpOption = { help: { type: 'boolean', about: 'print this help' } } as const;

/**
 * Runs one command line of the agent.
 *
 * @param argv arguments after the script
 * @param commands the commands of this file
 * @returns the exit code
 */
export async function runAgent(
  argv: readonly string[],
  io: AgentIo,
  commands: readonly AgentCommand[] = agentCommands,
): Promise<number> {
  const [first, second, ...more] = argv;
  switch (first) {
    case '--version':
    case '-V':
      io.writeOut(`${io.version}\n`);
      return 0;
    case '--help':
    case '-h':
      io.writeOut(formatAgentOverview(io.prefix, commands));
      return 0;
    case 'help':
      return runAgent([...(second === undefined ? [] : [second]), '--help', ...more], io, commands);
    case undefined:
      io.writeError(formatAgentOverview(io.prefix, commands));
      return usageExit;
    default:
      return runNamed(argv, io, commands);
  }
}

const usageExit = 64;
/** EX_SOFTWARE of sysexits.h. */
const defectExit = 70;

async function runNamed(
  [name = '', ...argv]: readonly string[],
  io: AgentIo,
  commands: readonly AgentCommand[],
): Promise<number> {
  const command = commands.find((one) => one.name === name);
  try {
    if (command === undefined) throw refuseCommand(name, commands);
    return await runAgentCommand(command, argv, io);
  } catch (error) {
    const known = error instanceof AgentError ? error : toDefect(error);
    printAgentError(known, { io, argv, command });
    return known.exit;
  }
}

/** A defect of this program: the stack is printed. Other properties of the error never are. */
function toDefect(error: unknown): AgentError {
  const stack = error instanceof Error ? (error.stack ?? error.message) : `a ${typeof error}`;
  return new AgentError(defectExit, [
    'error: unexpected error, please report it; a run may be active',
    ...stack.split('\n'),
  ]);
}

async function runAgentCommand(
  command: AgentCommand,
  argv: readonly string[],
  io: AgentIo,
): Promise<number> {
  const { values, positionals, faults } = parseOptions(argv, {
    options: { ...command.options, ...helpOption },
    allowsPositionals: true,
    secretAdvice: agentSecretAdvice,
  });
  if (values['help'] === true) {
    io.writeOut(formatAgentHelp(command, io.prefix));
    return 0;
  }
  if (faults.length > 0) throw refuseUsage(faults);
  // Safe: each value has the type of its option.
  return command.run({ options: values as AgentInvocation['options'], positionals, io });
}

/** Help of one command. */
export function formatAgentHelp(command: AgentCommand, prefix: string): string {
  return formatHelp({ ...command, options: { ...command.options, ...helpOption }, prefix });
}

function formatAgentOverview(prefix: string, commands: readonly AgentCommand[]): string {
  return formatParagraphs([
    [`${programName}: starts, follows and stops AWS work for AutoSys`],
    [`usage: ${prefix} COMMAND [options]`],
    ['commands', ...formatRows(commands.map(({ name, summary }) => [name, summary]))],
    [
      'options',
      ...formatRows([
        ['--help', `print this help; ${prefix} COMMAND --help prints the help of a command`],
        ['--version', 'print the version'],
      ]),
    ],
  ]);
}

function refuseCommand(name: string, commands: readonly AgentCommand[]): AgentError {
  const names = commands.map((one) => one.name);
  const found = name.startsWith('-') ? 'another option' : JSON.stringify(name.slice(0, 40));
  return refuseUsage([
    `expected a command, found ${found}, allowed: ${names.join(' ')}${didYouMean(name, names)}`,
  ]);
}

function printAgentError(
  { exit, lines }: AgentError,
  {
    io,
    argv,
    command,
  }: {
    readonly io: AgentIo;
    readonly argv: readonly string[];
    readonly command: AgentCommand | undefined;
  },
): void {
  const print = createLineWriter(io.writeError);
  if (command?.options['json'] && argv.includes('--json')) {
    writeJson(
      { writeOut: io.writeError },
      { error: { exitCode: exit, message: lines.join('\n') } },
    );
    return;
  }
  lines.forEach(print);
  if (exit === usageExit) print(`see ${io.prefix} ${command ? `${command.name} ` : ''}--help`);
  if (command?.name !== 'run') return;
  print(`exit code ${exit}: ${exit === defectExit ? 'unexpected error' : 'nothing was started'}`);
}
