import { parseLaunch, toLaunchTarget } from '../../lambda/launch/launch-row.ts';
import { decodeRunName } from '../../lambda/launch/run-name.ts';
import type { Run } from '../../lambda/ledger/run.ts';
import { parseRun, toRunKey, toRunTarget } from '../../lambda/ledger/run-row.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { readRows } from '../ledger/read-rows.ts';
import type { EarlierRuns } from './judge-run.ts';

/** Maximum rows of earlier runs that are read for one run. */
const maxEarlier = 6;

/** Reads the earlier runs of an open run. `undefined` if none that has succeeded is found. */
export type ReadEarlierRuns = (run: Run) => Promise<EarlierRuns | undefined>;

/**
 * Creates the search for earlier runs: of a Batch job those of the same name, of a run that a job in
 * AutoSys started those that the same job started with the same target. Each run is searched once,
 * also if the screen is drawn again.
 *
 * An execution that neither is true of has none: the ledger does not find runs by their state machine.
 */
export function createReadEarlierRuns(table: SearchableTable): ReadEarlierRuns {
  const known = new Map<string, Promise<EarlierRuns | undefined>>();

  return function readEarlierRuns(run) {
    const key = toRunKey(run.version);
    const reading = known.get(key) ?? read(run);
    known.set(key, reading);
    // After a failure it is searched again.
    reading.catch(() => known.delete(key));
    return reading;
  };

  async function read(run: Run): Promise<EarlierRuns | undefined> {
    const decoded = decodeRunName(run.name);
    const keys =
      decoded.kind === 'whole' && decoded.identity.kind === 'jobTry'
        ? await findLaunchedKeys(table, decoded.identity, run.name)
        : run.workload === 'batchJob'
          ? await findKeys(table, toRunTarget('batchJob', run.name))
          : [];
    const rows = await readRows(table, keys);
    const durations = rows.map(parseRun).flatMap(({ version }) => {
      const { status, run: id, beganMs, changedMs } = version;
      return status === 'SUCCEEDED' && id !== run.version.run ? [changedMs - beganMs] : [];
    });
    if (durations.length === 0) return undefined;
    return { count: durations.length, longestMs: Math.max(...durations) };
  }
}

/** Keys of the runs that a job in AutoSys has started, with the target of the named one. */
async function findLaunchedKeys(
  table: SearchableTable,
  job: Parameters<typeof toLaunchTarget>[0],
  name: string,
): Promise<readonly string[]> {
  const rows = await readRows(table, await findKeys(table, toLaunchTarget(job)));
  const launches = rows.map(parseLaunch);
  const target = launches.find((launch) => launch.name === name)?.target;
  return launches.flatMap(({ target: other, aws }) =>
    aws !== undefined && other === target ? [toRunKey({ run: aws.id, beganMs: aws.beganMs })] : [],
  );
}

async function findKeys(table: SearchableTable, target: string): Promise<readonly string[]> {
  const { entries } = await table.ofTarget(target, { limit: maxEarlier });
  return entries.map(({ key }) => key);
}
