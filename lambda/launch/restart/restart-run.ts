import type { LaunchCaller } from '../../routing/targets.ts';
import type { RestartRequest } from '../api.ts';
import { toRequestedMirror } from '../mirror/launch-mirror.ts';
import { startOrFind } from '../start-run.ts';
import type { StartedLaunch, StartRunDeps } from '../start-work.ts';
import type { createDecideRestart } from './decide-restart.ts';

export interface RestartRunDeps extends StartRunDeps {
  readonly decideRestart: ReturnType<typeof createDecideRestart>;
}

/**
 * Creates the restart of an ended run: a further start of its identity, under the next name, that
 * continues its execution or starts a new run. A repeated request finds the start that the first one
 * has made.
 */
export function createRestartRun(deps: RestartRunDeps) {
  const { decideRestart, newId } = deps;
  /** @throws {ApiError} if nothing was started @throws {LedgerError} */
  return async function restartRun(
    request: RestartRequest & { readonly name: string },
    caller: LaunchCaller,
    signal: AbortSignal,
  ): Promise<StartedLaunch> {
    const { launch, target, earlier } = await decideRestart(request, caller, signal);
    const { identity, workload, inputDigest } = launch;
    const checked = {
      ...{ identity, workload, inputDigest, target: target.name, caller: caller.name },
      launchId: request.launchId ?? newId(),
      again: true,
      wait: false,
      ...toRequestedMirror({ target, identity }),
    };
    const { params, input } = request;
    const values = { ...(params && { params }), ...(input !== undefined && { input }) };
    return startOrFind(
      deps,
      { permitted: { target }, checked, request: values, restart: earlier },
      signal,
    );
  };
}
