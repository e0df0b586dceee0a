import type { AgentIo } from '../agent-io.ts';
import { createExchange } from '../api/exchange.ts';
import { createLaunchClient, type LaunchClient } from '../api/launch-api.ts';
import type { AgentSettings } from '../settings.ts';

/** Opens the launch API. Nothing is sent, and no connection is opened yet. */
export function openLaunchClient(settings: AgentSettings, { version }: AgentIo): LaunchClient {
  return createLaunchClient({ exchange: createExchange(settings), login: settings.login, version });
}

/**
 * Describes the positionals of a command that takes exactly one. Returns the fault if there are
 * none or several.
 */
export function findPositionalFault(
  positionals: readonly string[],
  placeholder: string,
): string | undefined {
  if (positionals.length === 1) return undefined;
  const found = positionals.length === 0 ? 'nothing' : `${positionals.length} arguments`;
  return `expected ${placeholder}, found ${found}`;
}
