import type { AgentIo } from '../agent/agent-io.ts';
import type { LaunchClient } from '../agent/api/launch-api.ts';
import { createDirectCalls } from './aws-calls.ts';
import { readAwsSettings } from './aws-settings.ts';
import { readCompiledRules } from './compiled-rules.ts';
import { createDirectClient } from './direct-client.ts';
import { collectRarely } from './free-start-memory.ts';
import { openHome } from './open-home.ts';
import { refuseOtherHome } from './target-home.ts';

/** What direct mode needs of the command line. */
export interface DirectRequest {
  /** Text of the program that compiles a route file. */
  readonly compiler: string;
  /** Path of the route file. */
  readonly targetsPath: string;
  /** Name of the target. */
  readonly targetName: string;
}

/**
 * Opens AWS for direct mode: reads the route file, and finds the credentials of this host and their
 * account. Nothing is started.
 *
 * @throws {AgentError} because of the route file, the proxy, the credentials or their account
 */
export async function openDirect(
  { compiler, targetsPath, targetName }: DirectRequest,
  io: AgentIo,
): Promise<LaunchClient> {
  const readRules = () => readCompiledRules(compiler, targetsPath);
  const { targets } = readRules();
  const aws = readAwsSettings(io.env);
  const { home, credentials, close } = await openHome(aws.settings, io);
  refuseOtherHome(
    targets.find(({ name }) => name === targetName),
    home,
  );
  const now = () => new Date(io.clock.now());
  const { region } = home;
  const calls = createDirectCalls({ ...aws.settings, region, credentials }, now);
  const closeAll = () => {
    calls.close();
    close();
    aws.close();
  };
  const { random } = io;
  const deps = { home, targetName, readRules, now, random };
  const client = createDirectClient({ ...deps, calls: { ...calls, close: closeAll } });
  return { ...client, poll: collectRarely(client.poll) };
}
