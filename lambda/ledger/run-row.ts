import { LedgerError } from '../errors.ts';
import { toVersion, type Version } from '../workload/version.ts';
import { toKeyPart, toRunKeyPart } from '../workload/version-key.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { agendaLists } from './agenda.ts';
import { keptMs } from './entry-row.ts';
import { toHour } from './hour.ts';
import { checkBody, runShape } from './row-schema.ts';
import { type Decision, type Run, type RunUpdate, updateRun } from './run.ts';
import type { Row, StoredRow, Table } from './table.ts';

/** Key of the row of a run. */
export function toRunKey(version: Pick<Version, 'run' | 'beganMs'>): string {
  return `run ${toRunKeyPart(version)}`;
}

/** Common prefix of the row keys of all runs of an execution ARN. */
export function toRunKeyPrefix(executionArn: string): string {
  return `run ${toKeyPart(executionArn)}@`;
}

/** Target name that finds the runs of one name. The run that began last comes first. */
export function toRunTarget(workload: Run['workload'], name: string): string {
  return `${workload} ${toKeyPart(name)}`;
}

/** The row of a run. It is on the list `open` while AWS is to be asked about the run. */
export function toRunRow(run: Run, nowMs: number): Row {
  const { askMs, version, workload, name, instances = [] } = run;
  const [instance] = instances;
  const key = toRunKey(version);
  return {
    key,
    body: run,
    ...(askMs !== undefined && { agenda: { list: agendaLists.open, at: new Date(askMs) } }),
    // This instant never changes, so the index is written once for each run.
    target: { name: toRunTarget(workload, name), changedAt: new Date(version.beganMs) },
    ...(instance !== undefined && { hour: toHour(instance, nowMs, key) }),
    expiresAt: new Date(nowMs + keptMs),
  };
}

/** The run in a row. @throws {LedgerError} if other software wrote the row, or it is damaged */
export function parseRun(row: StoredRow): Run {
  checkBody(row, runShape);
  return row.body as Run;
}

/**
 * Maximum lost races in a row. Functions with other events of the run win races; more is a fault.
 */
const maxRaces = 20;

/** The row of one run, as the report of one event uses it. */
export interface RunRow {
  /** Reads the newest known version of the run. `undefined` if the ledger does not know the run. */
  knownNow(): Promise<Version | undefined>;
  /**
   * Whether the run lists an entry whose key begins with a text. It reads nothing: the row was read
   * in the background. False if the row could not be read or parsed, which `record` reports.
   */
  listsEntry(prefix: string): Promise<boolean>;
  /**
   * Records the event and the decisions on it. After a lost race the row is read again and merged.
   *
   * @param unfinished true if not all requests of the event are in the ledger. @default false
   */
  record(decisions: readonly Decision[], unfinished?: boolean): Promise<void>;
}

/** Creates the access to run rows. */
export function createRuns({ table, now }: { readonly table: Table; readonly now: () => Date }) {
  /**
   * Starts to read the row of a run in the background.
   *
   * @param isReplay true if an archive replays the event. Then AWS is not asked about a new run
   */
  return function openRunRow(
    event: WorkloadEvent,
    routes: RunUpdate['routes'],
    isReplay = false,
  ): RunRow {
    const version = toVersion(event);
    const key = toRunKey(version);
    let reading = table.get(key);
    // The first call that awaits it gets the failure.
    reading.catch(() => undefined);
    const readAgain = () => {
      reading = table.get(key);
      return reading;
    };

    return {
      knownNow: async () => {
        const row = await readAgain();
        return row && parseRun(row).version;
      },
      listsEntry: async (prefix) => {
        try {
          const row = await reading;
          return row !== undefined && parseRun(row).entries.some((key) => key.startsWith(prefix));
        } catch (error) {
          if (error instanceof LedgerError) return false;
          throw error;
        }
      },
      record: async (decisions, unfinished = false) => {
        for (let races = 0; races < maxRaces; races += 1) {
          const row = races === 0 ? await reading : await readAgain();
          const known = row && parseRun(row);
          const nowMs = now().getTime();
          const update = { event, routes, version, decisions, unfinished, isReplay, nowMs };
          const run = updateRun(known, update);
          if (run === known) return;
          const next = toRunRow(run, nowMs);
          const revision = await table.put(next, row?.revision);
          if (revision === undefined) continue;
          reading = Promise.resolve({ ...next, revision });
          return;
        }
        throw new LedgerError({ doing: `write ${key}`, reason: `${maxRaces} races lost in a row` });
      },
    };
  };
}
