import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import type { Row } from '../../lambda/ledger/table.ts';
import { createReport } from '../../lambda/report/report.ts';
import { type BridgeConfig, createRouteIndex } from '../../lambda/routing/routes.ts';
import { toMatchedRoutes } from '../../lambda/routing/target-routes.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { bindDeps } from '../bridge.ts';
import { toExecutionEvent } from '../events.ts';
import { createImmediateAutosys } from '../immediate-autosys.ts';
import { createCountedTable } from '../launch/counted-table.ts';
import { createIndexWrites } from './index-writes.ts';

export const eventsPerSecond = 300;
const startMs = Date.parse('2026-11-20T02:00:00Z');

/** State machines whose runs begin in turn. */
export const loadedStateMachines = 1_000;
/** Members of each group. */
export const members = 10;

/** What the state machines belong to: each to a route of its own, or some to one group. */
export type LoadKind = 'routes' | 'groups';

/** What a load costs. */
export interface Load {
  readonly events: number;
  readonly gets: number;
  readonly puts: number;
  /** Round trips of the event with the most. The first event of an environment is not counted. */
  readonly mostTrips: number;
  readonly ms: number;
  /** Bytes of the rows at the end, keys and bodies as JSON, per run. */
  readonly bytesPerRun: number;
  /** Writes of the busiest key in any second, by table and index. */
  readonly busiest: ReadonlyMap<string, { readonly key: string; readonly count: number }>;
  /** Index writes by index. */
  readonly writes: ReadonlyMap<string, number>;
}

/** Reports events at a steady rate to a ledger in memory. */
export async function measureLedgerLoad(
  kind: LoadKind,
  seconds: number,
  onProgress: (text: string) => void,
): Promise<Load> {
  let sent = 0;
  const now = () => new Date(toTimeMs(sent));
  const counts = { gets: 0, puts: 0 };
  const keys = countKeys();
  const bytes = new Map<string, number>();
  const table = createCountedTable(createMemoryTable({ now }), (trip) => {
    counts[trip.of === 'get' ? 'gets' : 'puts'] += 1;
    if (trip.of === 'get') return;
    keys.add(trip.row);
    bytes.set(trip.row.key, toBytes(trip.row));
  });
  const deps = bindDeps({
    ...{ table, now },
    autosys: createImmediateAutosys(),
    sleep: async () => undefined,
  });
  const report = createReport({
    ...deps,
    routes: createRouteIndex(toMatchedRoutes(compile(kind))),
  });
  const { signal } = new AbortController();
  const events = seconds * eventsPerSecond;
  let mostTrips = 0;
  const startedAt = performance.now();
  for (; sent < events; sent += 1) {
    if (sent % eventsPerSecond === 0) {
      keys.nextSecond();
      onProgress(`${kind}: second ${sent / eventsPerSecond} of ${seconds}`);
    }
    const before = counts.gets + counts.puts;
    const message = { messageId: `m${sent}`, body: JSON.stringify(toEvent(sent)) };
    const result = await report(message, signal);
    if (result.kind !== 'reported') throw new Error(`event ${sent} is ${result.kind}`);
    if (sent > 0) mostTrips = Math.max(mostTrips, counts.gets + counts.puts - before);
  }
  const ms = (performance.now() - startedAt) / events;
  const stored = [...bytes.values()].reduce((sum, one) => sum + one, 0);
  return {
    ...{ events, ...counts, mostTrips, ms, bytesPerRun: stored / (events / 2) },
    ...{ busiest: keys.busiest, writes: keys.writes },
  };
}

/** Counts the writes of each key of the table and of its indexes, by seconds. */
function countKeys() {
  const listWrites = createIndexWrites();
  const perSecond = new Map<string, number>();
  const busiest = new Map<string, { key: string; count: number }>();
  const writes = new Map<string, number>();
  return {
    ...{ busiest, writes, nextSecond: () => perSecond.clear() },
    add(row: Row) {
      for (const { of, key } of listWrites(row)) {
        const count = (perSecond.get(`${of} ${key}`) ?? 0) + 1;
        perSecond.set(`${of} ${key}`, count);
        writes.set(of, (writes.get(of) ?? 0) + 1);
        if (count > (busiest.get(of)?.count ?? 0)) busiest.set(of, { key, count });
      }
    },
  };
}

function toBytes({ key, body }: Row): number {
  return Buffer.byteLength(key) + Buffer.byteLength(JSON.stringify(body));
}

/** When an event occurs, in whole milliseconds. */
function toTimeMs(at: number): number {
  return startMs + Math.floor((at * 1_000) / eventsPerSecond);
}

/** Each run begins, and ends a second later. */
function toEvent(at: number) {
  const isEnd = Math.floor(at / eventsPerSecond) % 2 === 1;
  const run = isEnd ? at - eventsPerSecond : at;
  const facts = { stateMachine: `flow-${run % loadedStateMachines}`, run: `run-${run}` };
  const beganMs = toTimeMs(run);
  return isEnd
    ? toExecutionEvent({ ...facts, status: 'SUCCEEDED', startMs: beganMs, stopMs: beganMs + 1_000 })
    : toExecutionEvent({ ...facts, status: 'RUNNING', startMs: beganMs });
}

function compile(kind: LoadKind): BridgeConfig {
  const ace = '  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }';
  const lines = kind === 'routes' ? toRoutes() : toGroups();
  const text = `instances:\n${ace}\n${kind}:\n${lines.join('\n')}\n`;
  return readRouteFile({ name: 'bridge.yaml', text }, () => undefined).config;
}

function toRoutes(): readonly string[] {
  return Array.from(
    { length: loadedStateMachines },
    (_, at) =>
      `  - { name: route-${at}, from: { stateMachine: flow-${at} }, global: AWS_FLOW_${at} }`,
  );
}

function toGroups(): readonly string[] {
  const day = '{ timezone: UTC, cutoff: "00:00" }';
  return Array.from({ length: loadedStateMachines / members }, (_, at) => {
    const names = Array.from({ length: members }, (__, one) => `flow-${at * members + one}`);
    const of = `{ stateMachine: [${names.join(', ')}] }`;
    return `  - { name: group-${at}, members: ${of}, day: ${day}, global: AWS_GROUP_${at} }`;
  });
}
