import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import { createReport } from '../../lambda/report/report.ts';
import { createRouteIndex } from '../../lambda/routing/routes.ts';
import { readRouteFile } from '../../route-file/index.ts';
import type { Benchmark, Figures } from '../benchmark.ts';
import { bindDeps } from '../bridge.ts';
import { toExecutionEvent } from '../events.ts';
import { createImmediateAutosys } from '../immediate-autosys.ts';
import { createCountedTable } from '../launch/counted-table.ts';
import { createIndexWrites } from './index-writes.ts';

const eventsPerSecond = 300;
const startMs = Date.parse('2026-11-20T02:00:00Z');

/** Variables that the events set in turn, each with a route of its own. */
const targets = 1_000;

/** The ledger under a steady load: round trips of an event, and the writes of the busiest keys. */
export const hours: Benchmark = {
  name: 'hours',
  question: `what an event costs in the ledger, and the busiest keys at ${eventsPerSecond} events/s`,
  run: async ({ quick, onProgress }) => toFigures(await measure(quick ? 3 : 60, onProgress)),
};

interface Reading {
  readonly events: number;
  readonly gets: number;
  readonly puts: number;
  readonly ms: number;
  /** Writes of the busiest key in any second, by table and index. */
  readonly busiest: ReadonlyMap<string, { readonly key: string; readonly count: number }>;
  /** Index writes by index. */
  readonly writes: ReadonlyMap<string, number>;
}

async function measure(seconds: number, onProgress: (text: string) => void): Promise<Reading> {
  let sent = 0;
  const now = () => new Date(toTimeMs(sent));
  const counts = { gets: 0, puts: 0 };
  const listWrites = createIndexWrites();
  const perSecond = new Map<string, number>();
  const busiest = new Map<string, { key: string; count: number }>();
  const writes = new Map<string, number>();
  const table = createCountedTable(createMemoryTable({ now }), (trip) => {
    counts[trip.of === 'get' ? 'gets' : 'puts'] += 1;
    if (trip.of === 'get') return;
    for (const { of, key } of listWrites(trip.row)) {
      const count = (perSecond.get(`${of} ${key}`) ?? 0) + 1;
      perSecond.set(`${of} ${key}`, count);
      writes.set(of, (writes.get(of) ?? 0) + 1);
      if (count > (busiest.get(of)?.count ?? 0)) busiest.set(of, { key, count });
    }
  });
  const deps = bindDeps({
    ...{ table, now },
    autosys: createImmediateAutosys(),
    sleep: async () => undefined,
  });
  const report = createReport({ ...deps, routes: createRouteIndex(compileRoutes()) });
  const { signal } = new AbortController();
  const events = seconds * eventsPerSecond;
  const startedAt = performance.now();
  for (; sent < events; sent += 1) {
    if (sent % eventsPerSecond === 0) {
      perSecond.clear();
      onProgress(`second ${sent / eventsPerSecond} of ${seconds}`);
    }
    const message = { messageId: `m${sent}`, body: JSON.stringify(toEvent(sent)) };
    const result = await report(message, signal);
    if (result.kind !== 'reported') throw new Error(`event ${sent} is ${result.kind}`);
  }
  const ms = (performance.now() - startedAt) / events;
  return { events, ...counts, ms, busiest, writes };
}

/** When an event occurs, in whole milliseconds. */
function toTimeMs(at: number): number {
  return startMs + Math.floor((at * 1_000) / eventsPerSecond);
}

/** Each run begins, and ends a second later. */
function toEvent(at: number) {
  const isEnd = Math.floor(at / eventsPerSecond) % 2 === 1;
  const run = isEnd ? at - eventsPerSecond : at;
  const facts = { stateMachine: `flow-${run % targets}`, run: `run-${run}` };
  const beganMs = toTimeMs(run);
  return isEnd
    ? toExecutionEvent({ ...facts, status: 'SUCCEEDED', startMs: beganMs, stopMs: beganMs + 1_000 })
    : toExecutionEvent({ ...facts, status: 'RUNNING', startMs: beganMs });
}

function compileRoutes() {
  const routes = Array.from(
    { length: targets },
    (_, at) =>
      `  - { name: route-${at}, from: { stateMachine: flow-${at} }, global: AWS_FLOW_${at} }`,
  );
  const ace = '  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }';
  const text = `instances:\n${ace}\nroutes:\n${routes.join('\n')}\n`;
  return readRouteFile({ name: 'bridge.yaml', text }, () => undefined).config.routes;
}

function toFigures({ events, gets, puts, ms, busiest, writes }: Reading): Figures {
  const names = [...busiest.keys()];
  return {
    tables: [
      {
        title: 'Cost of an event with one effect',
        columns: ['', 'per event'],
        rows: [
          ['reads of a row', gets / events],
          ['writes of a row', puts / events],
          ['time in the function, ms', ms],
          ...names
            .filter((name) => name !== 'table')
            .map((name) => [`writes of the index ${name}`, (writes.get(name) ?? 0) / events]),
        ],
      },
      {
        title: `Busiest key in any second, at ${eventsPerSecond} events/s to one instance`,
        columns: ['table or index', 'key', 'writes/s'],
        rows: names.map((name) => [
          name,
          `\`${busiest.get(name)?.key}\``,
          busiest.get(name)?.count ?? 0,
        ]),
      },
    ],
    aims: names.map((name) => ({
      what: `writes/s of the busiest key, ${name}`,
      atMost: 500,
      found: busiest.get(name)?.count ?? 0,
    })),
    notes: [
      `each run begins and ends a second later; ${targets} variables in turn; AutoSys shows a value at once; the ledger is in memory, so the time has no network in it.`,
      'writes of an index as DynamoDB makes them: one if the row enters or leaves it, two if its key in it changes. DynamoDB takes 1,000 writes/s of 1 KB per partition key.',
    ],
  };
}
