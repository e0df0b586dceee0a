import type { Launch } from './launch.ts';
import type { LaunchedRuns } from './launched-runs.ts';
import type { Launches, StoredLaunch } from './launches.ts';

/**
 * Settles a launch. The run that it is bound to is recorded first. If another function has bound it
 * meanwhile, that one has recorded its run.
 *
 * An intended launch is looked up until it is settled. In the other order, a function that fails
 * between both writes would leave a settled launch without its run. If the events of the run are lost
 * as well, the sweep does not ask AWS about it, and the command of its job never ends.
 *
 * @param settle pure; called again after a lost race
 * @throws {LedgerError}
 */
export async function settleWithRun(
  { launches, runs }: { readonly launches: Launches; readonly runs: Pick<LaunchedRuns, 'record'> },
  stored: StoredLaunch,
  settle: (launch: Launch) => Launch,
): Promise<StoredLaunch> {
  await runs.record(settle(stored.launch));
  return launches.change(stored, settle);
}
