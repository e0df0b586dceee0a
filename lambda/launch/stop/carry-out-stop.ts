import type { LaunchTarget } from '../../routing/targets.ts';
import type { LaunchedRuns } from '../launched-runs.ts';
import type { Launches, StoredLaunch } from '../launches.ts';
import { recordStopStep } from './launch-stop.ts';
import type { PaceCall, StopCalls, StopStepDeps } from './stop-calls.ts';
import { isStopping, type LaunchStop, type StopNode } from './stop-record.ts';
import { createStopRoot, createStopStep } from './stop-step.ts';
import { toRootNode } from './stop-tree.ts';

export interface CarryOutStopDeps extends StopStepDeps {
  readonly launches: Launches;
  readonly runs: LaunchedRuns;
  readonly targets: readonly LaunchTarget[];
}

/** Makes a step of a stop and records it. Without a stop to carry out, it does nothing. */
export type CarryOutStop = (stored: StoredLaunch, signal: AbortSignal) => Promise<StoredLaunch>;

/**
 * Creates the first step, within the time of a request: one call of AWS, for the run itself. The
 * sweep does the rest.
 */
export function createBeginStop(deps: CarryOutStopDeps): CarryOutStop {
  const { launches, now } = deps;
  /** @throws {LedgerError} */
  return async function beginStop(stored, signal) {
    const { launch } = stored;
    const { stop } = launch;
    // With a tree, it has begun already.
    if (!isToCarryOut(stored, stop) || stop.tree.length > 0) return stored;
    const stopRoot = createStopRoot({ calls: withFreshStop(deps, stored) });
    const answer = await stopRoot(launch, stop, signal);
    const root = toRootNode(launch, now().getTime());
    const isAccepted = answer.kind === 'accepted';
    const reason = 'reason' in answer ? answer.reason : 'AWS does not know it';
    const node: StopNode = isAccepted
      ? { ...root, stops: 1, why: 'stopped, its end is not known yet' }
      : { ...root, why: `the request to stop it failed: ${reason}` };
    const line = isAccepted ? 'stop sent to AWS' : `stop failed, it is repeated: ${reason}`;
    const result = { from: stop.steps, tree: [node], line };
    return launches.change(stored, (known) => recordStopStep(known, result, now().getTime()));
  };
}

/** Creates a further step, in the time of a sweep run. */
export function createContinueStop(deps: CarryOutStopDeps) {
  const { launches, runs, targets, now } = deps;
  /** @throws {LedgerError} */
  return async function continueStop(
    stored: StoredLaunch,
    { pace, signal }: { readonly pace: PaceCall; readonly signal: AbortSignal },
  ): Promise<StoredLaunch> {
    const { launch } = stored;
    const { stop } = launch;
    if (!isToCarryOut(stored, stop)) return stored;
    const target = targets.find(({ name }) => name === launch.target);
    const run = await runs.read(launch);
    const stopStep = createStopStep({ ...deps, calls: withFreshStop(deps, stored) });
    const tree = await stopStep({ launch, stop, target, run, pace, signal });
    const result = { from: stop.steps, tree };
    return launches.change(stored, (known) => recordStopStep(known, result, now().getTime()));
  };
}

/**
 * The calls of one step. The run itself is stopped only if no other function has made a step
 * meanwhile: that one may have proven the stop, and the same execution may have been redriven since.
 */
function withFreshStop(
  { calls, launches }: Pick<CarryOutStopDeps, 'calls' | 'launches'>,
  { launch }: StoredLaunch,
): StopCalls {
  const { aws, stop, workload } = launch;
  if (workload !== 'execution') return calls;
  return {
    ...calls,
    /** @throws {LedgerError} */
    async stopExecution(arn, reason, signal) {
      const latest = arn === aws?.id ? await launches.read(launch) : undefined;
      const isStale = latest !== undefined && latest.launch.stop?.steps !== stop?.steps;
      if (!isStale) return calls.stopExecution(arn, reason, signal);
      return { kind: 'unavailable', reason: 'another function carries out the stop' };
    },
  };
}

function isToCarryOut({ launch }: StoredLaunch, stop: LaunchStop | undefined): stop is LaunchStop {
  return launch.stage === 'started' && isStopping(stop);
}
