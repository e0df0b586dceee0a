import { LedgerError } from '../../../lambda/errors.ts';
import { type AgendaList, agendaLists } from '../../../lambda/ledger/agenda.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import type { World } from '../world.ts';

/** The faults of DynamoDB during one period. */
export interface TableFaults {
  /** Probability that a call is throttled, without effect. */
  readonly throttled: number;
  /** Probability that a row is written and the response is lost. */
  readonly answerLost: number;
}

export const noTableFaults: TableFaults = { throttled: 0, answerLost: 0 };
export const occasionalTableFaults: TableFaults = { throttled: 0.03, answerLost: 0.02 };
export const failingTable: TableFaults = { throttled: 0.9, answerLost: 0.5 };

/** A row that is due within this time counts as due, because clocks differ. */
const soonMs = 60_000;

/** Maximum lag of an index behind its table, in milliseconds. */
const lagMs = 1_500;

/** The table with its faults. */
export type SimulatedTable = ReturnType<typeof createSimulatedTable>;

/** Creates the ledger table of a scenario, behind a simulated DynamoDB with faults. */
export function createSimulatedTable(table: Table, world: World) {
  const agendaByKey = new Map<string, { readonly list: string; readonly atMs: number }>();
  const writtenMsByKey = new Map<string, number>();
  const simulated = { faults: noTableFaults, isWorkDue, table: createFaultyTable() };
  return simulated;

  function createFaultyTable(): Table {
    return {
      get: async (key) => {
        throttle('GetItem');
        return table.get(key);
      },
      put: async (row, seen) => {
        throttle('PutItem');
        const revision = await table.put(row, seen);
        if (revision !== undefined) {
          writtenMsByKey.set(row.key, world.nowMs);
          if (row.agenda) {
            const { list, at } = row.agenda;
            agendaByKey.set(row.key, { list, atMs: at.getTime() });
          } else agendaByKey.delete(row.key);
        }
        if (world.chance(simulated.faults.answerLost)) {
          world.count('ledger responses lost');
          throw fail('PutItem', 'TimeoutError');
        }
        return revision;
      },
      agenda: async (list, options) => {
        throttle('Query');
        const page = await table.agenda(list, options);
        // A row that was just written may be missing in the index.
        const entries = page.entries.filter(
          ({ key }) => (writtenMsByKey.get(key) ?? 0) <= world.nowMs - lagMs || world.chance(0.7),
        );
        return { ...page, entries };
      },
    };
  }

  function throttle(operation: string): void {
    if (!world.chance(simulated.faults.throttled)) return;
    world.count('ledger calls throttled');
    throw fail(operation, 'ProvisionedThroughputExceededException');
  }

  /**
   * True when a row is due on the given agenda list, or on any list except that of parked entries.
   */
  function isWorkDue(wanted?: AgendaList): boolean {
    for (const { list, atMs } of agendaByKey.values()) {
      const isWanted =
        wanted === undefined ? list !== agendaLists.parked : [wanted].flat().includes(list);
      if (isWanted && atMs <= world.nowMs + soonMs) return true;
    }
    return false;
  }
}

function fail(operation: string, reason: string): LedgerError {
  return new LedgerError({ doing: `carry out ${operation} on table Ledger`, reason });
}
