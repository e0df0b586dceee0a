import type { Aim, Benchmark, Cell, Figures } from '../benchmark.ts';
import {
  eventsPerSecond,
  type Load,
  loadedStateMachines,
  measureLedgerLoad,
  members,
} from './load.ts';

/** Round trips of an event with one effect, with the one to the circuit breaker in five seconds. */
const tripsOfRoute = 6;
/** Further round trips that a group may take. */
const tripsOfGroup = 2;

/** The ledger under a steady load: round trips of an event, bytes, and the writes of the busiest keys. */
export const hours: Benchmark = {
  name: 'hours',
  question: `what an event costs in the ledger, and the busiest keys at ${eventsPerSecond} events/s`,
  run: async ({ quick, onProgress }) => {
    const seconds = quick ? 3 : 60;
    const routes = await measureLedgerLoad('routes', seconds, onProgress);
    return toFigures(routes, await measureLedgerLoad('groups', seconds, onProgress));
  },
};

function toFigures(routes: Load, groups: Load): Figures {
  const loads = [routes, groups];
  const row = (name: string, toCell: (load: Load) => Cell) => [name, ...loads.map(toCell)];
  const indexes = [...routes.writes.keys()].filter((name) => name !== 'table');
  return {
    tables: [
      {
        title: 'Cost of an event in the ledger',
        columns: ['per event', 'route with one effect', `member of a group of ${members}`],
        rows: [
          row('reads of a row', ({ gets, events }) => gets / events),
          row('writes of a row', ({ puts, events }) => puts / events),
          row('round trips, at most', ({ mostTrips }) => mostTrips),
          row('time in the function, ms', ({ ms }) => ms),
          ...indexes.map((name) =>
            row(
              `writes of the index ${name}`,
              (load) => (load.writes.get(name) ?? 0) / load.events,
            ),
          ),
          row('bytes of the ledger, per run', ({ bytesPerRun }) => Math.round(bytesPerRun)),
        ],
      },
      {
        title: `Busiest key in any second, at ${eventsPerSecond} events/s to one instance`,
        columns: ['', 'table or index', 'key', 'writes/s'],
        rows: [...toBusiest('routes', routes), ...toBusiest('groups', groups)],
      },
    ],
    aims: [
      ...toAims('routes', routes),
      ...toAims('groups', groups),
      {
        what: 'round trips of an event of a route, at most',
        ...{ atMost: tripsOfRoute, found: routes.mostTrips },
      },
      {
        what: 'round trips of an event of a group, at most',
        ...{ atMost: tripsOfRoute + tripsOfGroup, found: groups.mostTrips },
      },
    ],
    notes: [
      `each run begins and ends a second later; ${loadedStateMachines} state machines in turn, each with a variable, or ${members} with one; AutoSys shows a value at once; the ledger is in memory, so the time has no network in it.`,
      'round trips: the first event of an environment takes one more or two.',
      'an event of a group changes the state of the group, and so a variable, only now and then.',
      'writes of an index as DynamoDB makes them: one if the row enters or leaves it, two if its key in it changes. DynamoDB takes 1,000 writes/s of 1 KB per partition key.',
      'bytes: keys and bodies as JSON, at the end of the load; a variable has one row, and a group one for each business day.',
    ],
  };
}

function toBusiest(kind: string, { busiest }: Load): readonly (readonly Cell[])[] {
  return [...busiest].map(([name, { key, count }]) => [kind, name, `\`${key}\``, count]);
}

function toAims(kind: string, { busiest }: Load): readonly Aim[] {
  return [...busiest].map(([name, { count }]) => ({
    what: `writes/s of the busiest key, ${kind}, ${name}`,
    ...{ atMost: 500, found: count },
  }));
}
