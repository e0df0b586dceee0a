import { walkAgenda } from '../ledger/agenda.ts';
import { agendaLists } from '../ledger/entry-row.ts';
import { closeRun, leaveUnanswered, postpone, type Run } from '../ledger/run.ts';
import { parseRun, toRunRow } from '../ledger/run-row.ts';
import type { Table } from '../ledger/table.ts';

/** A run that AWS is to be asked about, as it stands in the ledger. */
export interface OpenRun {
  readonly run: Run;
  readonly revision: number;
}

/** The agenda of runs: who is to be asked about, and when again. */
export interface OpenRuns {
  /** Keys of the runs whose time has come by now, the oldest first. */
  list(): Promise<readonly string[]>;
  /** `undefined` where somebody has answered it meanwhile. @throws {LedgerError} */
  read(key: string): Promise<OpenRun | undefined>;
  /** Lost races are well lost: whoever was faster has news of the run. */
  postpone(open: OpenRun, askMs: number, why: string): Promise<void>;
  /** As `postpone`, where AWS has not answered. */
  leave(open: OpenRun, askMs: number, why: string): Promise<void>;
  close(open: OpenRun, reason: string): Promise<void>;
}

const pageSize = 500;
/** More than a sweep can ask about; the rest is the next one's. */
const mostListed = 10_000;

/** Binds the agenda of runs to the ledger's table. */
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
        if (keys.length === mostListed) break;
      }
      return keys;
    },
    read: async (key) => {
      const row = await table.get(key);
      if (row === undefined) return undefined;
      const run = parseRun(row);
      // The index lags behind the table.
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
