import { LedgerError } from '../errors.ts';
import { toVersion, type Version } from '../workload/version.ts';
import { toKeyPart, toRunKeyPart } from '../workload/version-key.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { agendaLists, keptMs } from './entry-row.ts';
import { checkBody, runShape } from './row-schema.ts';
import { type Decision, type Run, type RunUpdate, updateRun } from './run.ts';
import type { Row, StoredRow, Table } from './table.ts';

/** The key of the row of a run. */
export function toRunKey(version: Pick<Version, 'run' | 'beganMs'>): string {
  return `run ${toRunKeyPart(version)}`;
}

/** What the keys of all runs of an execution ARN begin with. */
export function toRunKeyPrefix(executionArn: string): string {
  return `run ${toKeyPart(executionArn)}@`;
}

/** The target under which the runs of one name are found, the one that began last first. */
export function toRunTarget(workload: Run['workload'], name: string): string {
  return `${workload} ${toKeyPart(name)}`;
}

/** The row that keeps a run: on the list `open` while it is to be asked about. */
export function toRunRow(run: Run, nowMs: number): Row {
  const { askMs, version, workload, name } = run;
  return {
    key: toRunKey(version),
    body: run,
    ...(askMs !== undefined && { agenda: { list: agendaLists.open, at: new Date(askMs) } }),
    // An instant that stays: the index is written once for each run.
    target: { name: toRunTarget(workload, name), changedAt: new Date(version.beganMs) },
    expiresAt: new Date(nowMs + keptMs),
  };
}

/** The run in a row. @throws {LedgerError} where other software has written it, or it is damaged */
export function parseRun(row: StoredRow): Run {
  checkBody(row, runShape);
  return row.body as Run;
}

/** Races are lost to others who tell of the same run; more than a few in a row mean that something is wrong. */
const maxRaces = 20;

/** The row of one run, as the report of one event uses it. */
export interface RunRow {
  /** The newest version that the ledger knows by now; `undefined` of a run that it does not know. */
  knownNow(): Promise<Version | undefined>;
  /**
   * Records the event with what was decided on it; a lost race is read again and merged.
   *
   * @param unfinished not everything that the event asks for is in the ledger. @default false
   */
  record(decisions: readonly Decision[], unfinished?: boolean): Promise<void>;
}

/** Binds the rows of runs to the ledger's table. */
export function createRuns({ table, now }: { readonly table: Table; readonly now: () => Date }) {
  /**
   * Begins to read the row of a run, so that it is there by the time it is needed.
   *
   * @param isReplay the event is replayed by an archive: it opens no run that AWS is then asked about
   */
  return function openRunRow(
    event: WorkloadEvent,
    routes: RunUpdate['routes'],
    isReplay = false,
  ): RunRow {
    const version = toVersion(event);
    const key = toRunKey(version);
    let reading = table.get(key);
    // A failure is met by the first call that awaits it.
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
      record: async (decisions, unfinished = false) => {
        for (let races = 0; races < maxRaces; races += 1) {
          const row = races === 0 ? await reading : await readAgain();
          const known = row && parseRun(row);
          const nowMs = now().getTime();
          const told = { event, routes, version, decisions, unfinished, isReplay, nowMs };
          const run = updateRun(known, told);
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
