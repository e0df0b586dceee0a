import type { AutosysInstance } from '../../autosys/names.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import { LedgerError } from '../errors.ts';
import { agendaLists, readAgenda } from '../ledger/agenda.ts';
import { parseEntry } from '../ledger/entry-row.ts';
import type { KeyPage, StoredRow, Table } from '../ledger/table.ts';

export interface HealthDeps {
  readonly table: Table;
  readonly circuitBreakers: CircuitBreakers;
  readonly now: () => Date;
}

/** Backlog of AWS runs. */
export interface RunsHealth {
  /** Runs whose end is not known; counted up to {@link maxCounted}. */
  readonly open: number;
  /** How late the lookup is that has been due longest; 0 if none is late. */
  readonly lateSeconds: number;
}

/** Health of one AutoSys instance. */
export interface InstanceHealth {
  readonly instance: AutosysInstance;
  /** Age of the oldest due entry; 0 if none is due. */
  readonly oldestDueSeconds: number;
  readonly circuitIsOpen: boolean;
}

/** Maximum number of open runs that are counted, since each sweep run reads all of them. */
const maxCounted = 10_000;

const pageSize = 1_000;
/**
 * Number of due entries that are read to find the oldest. The oldest entry is seldom the first one
 * due, since each failure postpones it, but it is among the first.
 */
const sampleSize = 25;
/** Upper limit for due times and lookup times, from now. */
export const horizonMs = 366 * 86_400_000;

/** Creates the health check, which runs once in each sweep run. */
export function createHealth({ table, circuitBreakers, now }: HealthDeps) {
  const horizon = () => new Date(now().getTime() + horizonMs);

  return {
    async runs(): Promise<RunsHealth> {
      let open = 0;
      let first: Date | undefined;
      let from: string | undefined;
      do {
        const options = { until: horizon(), limit: pageSize, ...(from !== undefined && { from }) };
        const page: KeyPage = await table.agenda(agendaLists.open, options);
        first ??= page.entries[0]?.at;
        open += page.entries.length;
        from = page.next;
      } while (from !== undefined && open < maxCounted);
      return { open, lateSeconds: toSeconds(first?.getTime()) };
    },

    async instance(instance: AutosysInstance): Promise<InstanceHealth> {
      const options = { until: horizon(), limit: sampleSize };
      const entries = await readAgenda(table, agendaLists.due(instance), options);
      const dueEntries = await Promise.all(
        entries.map(async ({ key, at }) => ({ row: await table.get(key), at })),
      );
      const seenMs = dueEntries.flatMap(({ row, at }) => (row ? [toSeenMs(row, at)] : []));
      return {
        instance,
        oldestDueSeconds: toSeconds(seenMs.length > 0 ? Math.min(...seenMs) : undefined),
        circuitIsOpen: await circuitBreakers.isOpen(instance),
      };
    },
  };

  function toSeconds(sinceMs: number | undefined): number {
    if (sinceMs === undefined) return 0;
    return Math.max(0, Math.round((now().getTime() - sinceMs) / 1_000));
  }
}

/**
 * When the entry was requested. An invalid row counts from its due time; the drain logs the reason,
 * and the metric shows the age.
 */
function toSeenMs(row: StoredRow, dueAt: Date): number {
  try {
    return parseEntry(row).cause.seenMs;
  } catch (error) {
    if (error instanceof LedgerError) return dueAt.getTime();
    throw error;
  }
}
