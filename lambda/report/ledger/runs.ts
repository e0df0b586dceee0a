import { LedgerError } from '../../shared/errors.ts';
import type { Row, StoredRow, Table } from '../../shared/table.ts';
import type { WorkloadEvent } from '../../shared/workload.ts';
import { toVersion } from '../order.ts';
import { agendaLists, keptMs, toKeyPart } from './rows.ts';
import { type Announcement, announce, type Decision, type Run } from './run.ts';
import { checkBody, runShape } from './shape.ts';

/** The key of the row of a run. @param run execution ARN or Batch job id */
export function toRunKey(run: string): string {
  return `run ${toKeyPart(run)}`;
}

/** The target under which the runs of one name are found, the one that began last first. */
export function toRunTarget(workload: Run['workload'], name: string): string {
  return `${workload} ${toKeyPart(name)}`;
}

/** The row that keeps a run: on the list `open` while it is to be asked about. */
export function toRunRow(run: Run, nowMs: number): Row {
  const { askMs, version, workload, name } = run;
  return {
    key: toRunKey(version.run),
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

/** Binds the memory of runs to the ledger's table. */
export function createRuns({ table, now }: { readonly table: Table; readonly now: () => Date }) {
  /**
   * Begins to read the row of a run, so that it is there by the time it is written.
   *
   * @returns what writes down the decisions on the announcement, once; a lost race is read again and merged
   */
  return (event: WorkloadEvent, routes: Announcement['routes']) => {
    const version = toVersion(event);
    const key = toRunKey(version.run);
    const reading = table.get(key);
    // Whoever writes will meet the failure; until then nobody listens.
    reading.catch(() => undefined);

    return async (decisions: readonly Decision[], unfinished = false): Promise<void> => {
      for (let races = 0; races < maxRaces; races += 1) {
        const row = races === 0 ? await reading : await table.get(key);
        const known = row && parseRun(row);
        const nowMs = now().getTime();
        const told = { event, routes, version, decisions, unfinished, nowMs };
        const run = announce(known, told);
        if (run === known) return;
        if ((await table.put(toRunRow(run, nowMs), row?.revision)) !== undefined) return;
      }
      throw new LedgerError({ doing: `write ${key}`, reason: `${maxRaces} races lost in a row` });
    };
  };
}
