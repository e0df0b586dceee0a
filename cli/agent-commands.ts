import type { AgentCommand } from './agent/agent-command.ts';
import type { AgentIo } from './agent/agent-io.ts';
import { createProcessIo } from './agent/process-io.ts';
import { formatAgentHelp, runAgent } from './agent/run-agent.ts';
import type { CliCommand } from './command.ts';
import { commandPrefix } from './command-prefix.ts';
import type { Io } from './io.ts';
import { programVersion } from './program-build.ts';

/** A command of the agent as a command of this program: same options, output and exit codes. */
export function toCliCommand(command: AgentCommand): CliCommand {
  const { name, summary, options, positionals, usage, notes, examples } = command;
  return {
    ...{ name, summary, options, positionals, usage, notes, examples },
    execution: {
      kind: 'standalone',
      help: formatAgentHelp(command, commandPrefix),
      run: (argv, io) => runAgent([name, ...argv], toAgentIo(io)),
    },
  };
}

function toAgentIo(io: Io): AgentIo {
  return {
    ...createProcessIo({ prefix: commandPrefix, version: programVersion, env: io.env }),
    writeOut: (text) => io.stdout.write(text),
    writeError: (text) => io.stderr.write(text),
    readStdin: async () => Buffer.from(await io.readStdin()),
    readFile: (path) => Buffer.from(io.readText(path)),
  };
}
