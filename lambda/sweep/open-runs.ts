import { agendaLists, walkAgenda } from '../ledger/agenda.ts';
import { closeRun, leaveUnanswered, postpone, type Run } from '../ledger/run.ts';
import { parseRun, toRunRow } from '../ledger/run-row.ts';
import type { Table } from '../ledger/table.ts';

/** A run that is due for a lookup, as the ledger has it. */
export interface OpenRun {
  readonly run: Run;
  readonly revision: number;
}

/** The agenda of runs that are looked up in AWS. */
export interface OpenRuns {
  /** Keys of the runs that are due now, oldest first. */
  list(): Promise<readonly string[]>;
  /** The run; `undefined` if it is not due any more. @throws {LedgerError} */
  read(key: string): Promise<OpenRun | undefined>;
  /**
   * Sets the time of the next lookup. Losing the conditional write is fine: the other writer has
   * newer data.
   */
  postpone(open: OpenRun, askMs: number, text: string): Promise<void>;
  /** Like `postpone`, for a lookup without an answer. */
  leave(open: OpenRun, askMs: number, text: string): Promise<void>;
  /** Ends the lookups of the run. */
  close(open: OpenRun, reason: string): Promise<void>;
}

const pageSize = 500;
/** Maximum number of listed runs. More than one sweep run can look up; the next one continues. */
const maxListed = 10_000;

/** Creates the agenda of runs on the ledger table. */
export function createOpenRuns({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}): OpenRuns {
  const nowMs = () => now().getTime();
  const store = async (run: Run, { revision }: OpenRun) => {
    await table.put(toRunRow(run, nowMs()), revision);
  };
  return {
    list: async () => {
      const keys: string[] = [];
      for await (const key of walkAgenda(table, agendaLists.open, { until: now(), pageSize })) {
        keys.push(key);
        if (keys.length === maxListed) break;
      }
      return keys;
    },
    read: async (key) => {
      const row = await table.get(key);
      if (row === undefined) return undefined;
      const run = parseRun(row);
      // The index is behind the table.
      if (run.askMs === undefined || run.askMs > nowMs()) return undefined;
      return { run, revision: row.revision };
    },
    postpone: (open, askMs, text) =>
      store(postpone(open.run, askMs, { nowMs: nowMs(), text }), open),
    leave: (open, askMs, text) =>
      store(leaveUnanswered(open.run, askMs, { nowMs: nowMs(), text }), open),
    close: (open, reason) => store(closeRun(open.run, { nowMs: nowMs(), reason }), open),
  };
}
