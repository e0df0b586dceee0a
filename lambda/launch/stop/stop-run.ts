import type { Run } from '../../ledger/run.ts';
import type { LaunchCaller, LaunchTarget } from '../../routing/targets.ts';
import type { StopRequest } from '../api.ts';
import { type LaunchedRuns, toEndMs } from '../launched-runs.ts';
import type { Launches, StoredLaunch } from '../launches.ts';
import { createReadLaunch } from '../read-launch.ts';
import type { CarryOutStop } from './carry-out-stop.ts';
import { requestStop } from './launch-stop.ts';
import { isStopping } from './stop-record.ts';

export interface StopRunDeps {
  readonly launches: Launches;
  readonly runs: LaunchedRuns;
  readonly targets: readonly LaunchTarget[];
  readonly beginStop: CarryOutStop;
  readonly now: () => Date;
}

/** A launch that answers a request for its stop. */
export interface StoppedLaunch {
  readonly stored: StoredLaunch;
  /** 200: the run had ended, and nothing was done. 202: the stop is recorded. */
  readonly status: 200 | 202;
}

/**
 * Creates the stop of a run for a caller: it is recorded, the first step is carried out, and the
 * sweep continues until nothing of the run is active any more.
 *
 * While the start is under way, the stop is only recorded. The function that learns what AWS
 * answered carries it out.
 */
export function createStopRun({ launches, runs, targets, beginStop, now }: StopRunDeps) {
  const readLaunch = createReadLaunch(launches);
  /** @throws {ApiError} 403 or 404 @throws {LedgerError} */
  return async function stopRun(
    { name, reason, cause = 'person' }: StopRequest & { readonly name: string },
    caller: LaunchCaller,
    signal: AbortSignal,
  ): Promise<StoppedLaunch> {
    const read = await readLaunch(name, caller);
    const run = await runs.read(read.launch);
    const { stage, stop } = read.launch;
    const hasEnded = stage === 'refused' || toEndMs(run) !== undefined;
    if (hasEnded && !isStopping(stop)) return { stored: read, status: 200 };
    const target = targets.find((one) => one.name === read.launch.target);
    const { onKill = 'stop' } = target ?? {};
    const request = { by: caller.name, cause, reason };
    const redrivenMs = toRedriveMs(run);
    const stored = await launches.change(read, (launch) =>
      requestStop(launch, request, { onKill, nowMs: now().getTime(), redrivenMs }),
    );
    return { stored: await beginStop(stored, signal), status: 202 };
  };
}

/** When an execution was redriven that is active since then. `undefined` if it was not. */
function toRedriveMs(run: Run | undefined): number | undefined {
  if (run?.workload !== 'execution' || run.version.attempt === 0) return undefined;
  return toEndMs(run) === undefined ? run.version.changedMs : undefined;
}
