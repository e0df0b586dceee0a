import { LedgerError } from '../../../lambda/errors.ts';
import { agendaLists } from '../../../lambda/ledger/entry-row.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import type { World } from '../world.ts';

/** How DynamoDB is for a while. */
export interface LedgerWeather {
  /** The chance that a call is throttled, and does nothing. */
  readonly throttled: number;
  /** The chance that a row is written, and the answer lost. */
  readonly answerLost: number;
}

export const calmLedger: LedgerWeather = { throttled: 0, answerLost: 0 };
export const roughLedger: LedgerWeather = { throttled: 0.03, answerLost: 0.02 };
export const deadLedger: LedgerWeather = { throttled: 0.9, answerLost: 0.5 };

/** Clocks differ: what is due so soon is due for somebody. */
const soonMs = 60_000;

/** So long an index may lag behind its table, in milliseconds. */
const lagMs = 1_500;

/** The table with its weather. */
export type Ledger = ReturnType<typeof createLedger>;

/** The one table of a night, behind a DynamoDB that is not always well. */
export function createLedger(table: Table, world: World) {
  const appointmentByKey = new Map<string, { readonly list: string; readonly atMs: number }>();
  const writtenMsByKey = new Map<string, number>();
  const ledger = { weather: calmLedger, isWorkDue, table: unwell() };
  return ledger;

  function unwell(): Table {
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
            appointmentByKey.set(row.key, { list, atMs: at.getTime() });
          } else appointmentByKey.delete(row.key);
        }
        if (world.chance(ledger.weather.answerLost)) {
          world.count('answers of the ledger lost');
          throw fail('PutItem', 'TimeoutError');
        }
        return revision;
      },
      agenda: async (list, options) => {
        throttle('Query');
        const page = await table.agenda(list, options);
        // What was written just now may not be in the index yet.
        const entries = page.entries.filter(
          ({ key }) => (writtenMsByKey.get(key) ?? 0) <= world.nowMs - lagMs || world.chance(0.7),
        );
        return { ...page, entries };
      },
    };
  }

  function throttle(operation: string): void {
    if (!world.chance(ledger.weather.throttled)) return;
    world.count('throttled');
    throw fail(operation, 'ProvisionedThroughputExceededException');
  }

  /** Whether any row waits to be taken up by the clock, on this list or on any but that of what is parked. */
  function isWorkDue(wanted?: string): boolean {
    for (const { list, atMs } of appointmentByKey.values()) {
      const isWanted = wanted === undefined ? list !== agendaLists.parked : list === wanted;
      if (isWanted && atMs <= world.nowMs + soonMs) return true;
    }
    return false;
  }
}

function fail(operation: string, reason: string): LedgerError {
  return new LedgerError({ doing: `carry out ${operation} on table Ledger`, reason });
}
