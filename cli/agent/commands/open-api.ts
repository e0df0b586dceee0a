import type { AgentInvocation } from '../agent-command.ts';
import type { AgentIo } from '../agent-io.ts';
import { createExchange } from '../api/exchange.ts';
import { createLaunchClient, type LaunchClient } from '../api/launch-api.ts';
import { type AgentSettings, type agentConnectionOptions, readAgentSettings } from '../settings.ts';

/** Opens the launch API. Nothing is sent, and no connection is opened yet. */
export function openLaunchClient(settings: AgentSettings, { version }: AgentIo): LaunchClient {
  return createLaunchClient({ exchange: createExchange(settings), login: settings.login, version });
}

/** The positional of commands about a run. */
export const runNameArgument = { value: 'NAME', about: 'name of the run, as `run` prints it' };

/** Exit codes of commands that start nothing. */
export const requestExitCodes = [
  ['64', 'invalid command line'],
  ['69', 'the launch API was not reached, or is not available'],
  ['77', 'login rejected, or not allowed'],
] as const;

/**
 * Opens the launch API for a command that takes exactly one positional, and closes it after the call.
 *
 * @param faults those of the other options
 * @throws {AgentError} with every fault
 */
export async function withLaunchClient(
  {
    options,
    positionals,
    io,
  }: Pick<AgentInvocation<typeof agentConnectionOptions>, 'options' | 'positionals' | 'io'>,
  { placeholder = 'NAME', faults = [] }: { placeholder?: string; faults?: string[] },
  use: (api: LaunchClient, subject: string) => Promise<number>,
): Promise<number> {
  const [subject = ''] = positionals;
  if (positionals.length !== 1) {
    const found = positionals.length === 0 ? 'nothing' : `${positionals.length} arguments`;
    faults.unshift(`expected ${placeholder}, found ${found}`);
  }
  const settings = readAgentSettings(options, io, faults);
  const api = openLaunchClient(settings, io);
  try {
    return await use(api, subject);
  } finally {
    api.close();
  }
}
