import type { Problem } from '../../autosys/source.ts';
import { nothingStarted } from '../../lambda/launch/api.ts';
import type { LaunchRules } from '../../lambda/launch/check-start.ts';
import type { LaunchCaller } from '../../lambda/routing/targets.ts';
import { RouteFileError, readRouteFile } from '../../route-file/index.ts';
import { AgentError, describeFileError, refuseUsage } from '../agent/agent-error.ts';
import type { AgentIo } from '../agent/agent-io.ts';

/**
 * Who starts runs in direct mode. `callers:` of the route file are those of the launch API; here the
 * IAM policy of the host says what may be started.
 */
export const directCallerName = 'direct mode';

/**
 * Reads the targets of a route file, the same file as that of the bridge.
 *
 * @throws {AgentError} with every fault of the file, if it cannot be read or is invalid
 */
export function readTargetsFile({ readFile }: Pick<AgentIo, 'readFile'>, path: string) {
  const text = readRequired(readFile, path);
  try {
    const { config } = readRouteFile({ name: path, text }, (other) => readText(readFile, other));
    const { targets, instances } = config;
    const caller: LaunchCaller = {
      name: directCallerName,
      secret: '',
      targets: targets.map(({ name }) => name),
      jobs: ['*'],
    };
    const names = instances.map(({ name }) => name);
    return { targets, callers: [caller], instances: names } satisfies LaunchRules;
  } catch (error) {
    if (!(error instanceof RouteFileError)) throw error;
    const { problems } = error;
    throw new AgentError(nothingStarted.wrongTarget, [
      `error: ${path}: the route file is invalid, ${countProblems(problems)}`,
      ...error.message.split('\n'),
    ]);
  }
}

function countProblems({ length }: readonly Problem[]): string {
  return length === 1 ? 'one fault' : `${length} faults`;
}

function readRequired(readFile: AgentIo['readFile'], path: string): string {
  try {
    return new TextDecoder().decode(readFile(path));
  } catch (error) {
    throw refuseUsage([`--targets: ${path}: cannot be read: ${describeFileError(error)}`]);
  }
}

/** A file that the route file names. `undefined` if it cannot be read: the route file reports it. */
function readText(readFile: AgentIo['readFile'], path: string): string | undefined {
  try {
    return new TextDecoder().decode(readFile(path));
  } catch {
    return undefined;
  }
}
