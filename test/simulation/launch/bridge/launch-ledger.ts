import type { AgendaList } from '../../../../lambda/ledger/agenda.ts';
import { createMemoryTable } from '../../../../lambda/ledger/store/memory-table.ts';
import type { Row, SearchableTable } from '../../../../lambda/ledger/table.ts';
import type { SimulatedEnvironment } from '../../bridge/simulated-environment.ts';
import { createSimulatedTable } from '../../bridge/simulated-table.ts';
import type { World } from '../../world.ts';

/** The ledger of a scenario: the table in memory behind a simulated DynamoDB with faults. */
export type LaunchLedger = ReturnType<typeof createLaunchLedger>;

/**
 * Creates the ledger of a scenario.
 *
 * @param pausedRows keys of the rows after whose write an execution environment may be paused
 */
export function createLaunchLedger(world: World, pausedRows = /^(launch|state) /) {
  const memory = createMemoryTable({ now: () => world.now() });
  const listeners: ((row: Row) => void)[] = [];
  const heard: SearchableTable = {
    ...memory,
    put: async (row, seen) => {
      const revision = await memory.put(row, seen);
      if (revision !== undefined) for (const listener of listeners) listener(row);
      return revision;
    },
  };
  const dynamo = createSimulatedTable(heard, world);
  let writes = 0;
  return {
    memory,
    dynamo,
    /** Calls the listener with each row that is written. */
    onWrite: (listener: (row: Row) => void) => listeners.push(listener),
    isDue: (list: AgendaList) => dynamo.isWorkDue(list),
    bind: (environment: SimulatedEnvironment): SearchableTable => ({
      get: (key) => environment.call(`get ${key}`, () => dynamo.table.get(key)),
      put: async (row, seen) => {
        writes += 1;
        const revision = await environment.call(`put ${row.key}`, () =>
          dynamo.table.put(row, seen),
        );
        writes += 1;
        if (pausedRows.test(row.key)) await environment.maybePause();
        return revision;
      },
      agenda: (list, options) =>
        environment.call(`agenda ${list}`, () => dynamo.table.agenda(list, options)),
      ofTarget: (name, options) =>
        environment.call(`rows of ${name}`, () => memory.ofTarget(name, options)),
      inSpan: (instance, span) =>
        environment.call(`hours of ${instance}`, () => memory.inSpan(instance, span)),
    }),
    /** Sleeps at least the given time, and longer until something was written, at most 19 s. */
    sleepUntilWrite: async (environment: SimulatedEnvironment, ms: number, signal: AbortSignal) => {
      const seen = writes;
      let sleptMs = 0;
      do {
        const nextMs = sleptMs === 0 ? ms : 2 * ms;
        await environment.sleep(nextMs, signal);
        sleptMs += nextMs;
      } while (writes === seen && sleptMs < 17_000);
    },
  };
}
