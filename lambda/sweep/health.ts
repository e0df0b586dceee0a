import type { AutosysInstance } from '../../autosys/names.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import { LedgerError } from '../errors.ts';
import { agendaLists, parseEntry } from '../ledger/entry-row.ts';
import type { KeyPage, StoredRow, Table } from '../ledger/table.ts';

export interface HealthDeps {
  readonly table: Table;
  readonly circuitBreakers: CircuitBreakers;
  readonly now: () => Date;
}

/** How much is open, by runs of AWS. */
export interface RunsHealth {
  /** Runs that have not ended as far as is known; counted up to {@link mostCounted}. */
  readonly open: number;
  /** By how much the one that has waited longest to be asked about is late; 0 where the sweep keeps up. */
  readonly lateSeconds: number;
}

/** How it stands with one AutoSys. */
export interface InstanceHealth {
  readonly instance: AutosysInstance;
  /** How long the oldest of what it is still to be told has waited; 0 where nothing waits. */
  readonly oldestDueSeconds: number;
  readonly circuitIsOpen: boolean;
}

/** So many open runs are counted, no more: each minute reads all of them. */
const mostCounted = 10_000;

const pageSize = 1_000;
/** The oldest wish is seldom the first one due, since each failure puts one off; it is among the first ones. */
const looksAt = 25;
/** No entry is due later, and no run is asked about later. */
export const horizonMs = 366 * 86_400_000;

/** Binds the reading of how things stand, once in each sweep. */
export function createHealth({ table, circuitBreakers, now }: HealthDeps) {
  const horizon = () => new Date(now().getTime() + horizonMs);

  return {
    runs: async (): Promise<RunsHealth> => {
      let open = 0;
      let first: Date | undefined;
      let from: string | undefined;
      do {
        const options = { until: horizon(), limit: pageSize, ...(from !== undefined && { from }) };
        const page: KeyPage = await table.agenda(agendaLists.open, options);
        first ??= page.entries[0]?.at;
        open += page.entries.length;
        from = page.next;
      } while (from !== undefined && open < mostCounted);
      return { open, lateSeconds: toSeconds(first?.getTime()) };
    },

    instance: async (instance: AutosysInstance): Promise<InstanceHealth> => {
      const options = { until: horizon(), limit: looksAt };
      const { entries } = await table.agenda(agendaLists.due(instance), options);
      const waits = await Promise.all(
        entries.map(async ({ key, at }) => ({ row: await table.get(key), at })),
      );
      const seenMs = waits.flatMap(({ row, at }) => (row ? [toSeenMs(row, at)] : []));
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

/** What does not read waits as well, since its turn at least: the drain tells why, and this metric rings. */
function toSeenMs(row: StoredRow, dueAt: Date): number {
  try {
    return parseEntry(row).cause.seenMs;
  } catch (error) {
    if (error instanceof LedgerError) return dueAt.getTime();
    throw error;
  }
}
