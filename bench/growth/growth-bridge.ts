import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import { createReport } from '../../lambda/report/report.ts';
import { type BridgeConfig, createRouteIndex } from '../../lambda/routing/routes.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { bindDeps } from '../bridge.ts';
import { toExecutionEvent } from '../events.ts';
import { createImmediateAutosys } from '../immediate-autosys.ts';

/** A bridge with a number of routes, and its measurements. */
export interface GrowthBridge {
  readonly routes: number;
  /** Size of the compiled route file beside the bundle. */
  readonly bytes: number;
  /**
   * @returns microseconds per look-up over `count` look-ups, for events of `different` routes in
   * turn
   */
  readonly lookUp: (count: number, different: number) => number;
  /** @returns microseconds per event through the report, over `count` events */
  readonly report: (count: number) => Promise<number>;
  /** @returns milliseconds to read the compiled file and build the route index */
  readonly load: () => number;
  /** @returns milliseconds to explain why no route matches an event */
  readonly miss: () => number;
}

const startMs = Date.parse('2026-11-20T02:00:00Z');
/** The report is measured with events of this many routes, spread over the whole file. */
const reportedRoutes = 10;

/** Compiles a route file of that size, with names, globs and ARNs, and binds a report to it. */
export function createGrowthBridge(routes: number): GrowthBridge {
  const { config } = readRouteFile(
    { name: 'bridge.yaml', text: writeRouteFile(routes) },
    () => undefined,
  );
  const compiled = JSON.stringify(config);
  const index = createRouteIndex(config.routes);
  const eventsByCount = new Map<number, readonly WorkloadEvent[]>();
  const eventsOf = (different: number) => {
    const cached = eventsByCount.get(different);
    if (cached !== undefined) return cached;
    const events = Array.from({ length: different }, (_, at) =>
      readWorkload(toStateMachine(Math.floor((at * routes) / different)), at),
    );
    eventsByCount.set(different, events);
    return events;
  };
  let misses = 0;
  return {
    routes,
    bytes: compiled.length,
    lookUp: (count, different) => {
      const events = eventsOf(different);
      let found = 0;
      const ms = time(() => {
        for (let at = 0; at < count; at += 1) {
          const event = events[at % events.length];
          found += event === undefined ? 0 : index.find(event).length;
        }
      });
      if (found !== count)
        throw new Error(`${routes} routes: ${found} of ${count} events were matched`);
      return (ms / count) * 1_000;
    },
    report: createReportMeasure(config, routes),
    load: () => time(() => createRouteIndex((JSON.parse(compiled) as BridgeConfig).routes)),
    miss: () => {
      misses += 1;
      const event = readWorkload(`unmatched-${misses}`, misses);
      return time(() => index.explainMiss(event));
    },
  };
}

/** Each measurement begins with an empty ledger, so that all sizes do the same work on it. */
function createReportMeasure({ routes: compiled }: BridgeConfig, routes: number) {
  const index = createRouteIndex(compiled);
  let runs = 0;
  return async function measureReport(count: number) {
    const now = () => new Date(startMs + runs);
    const autosys = createImmediateAutosys();
    const deps = bindDeps({
      table: createMemoryTable({ now }),
      autosys,
      now,
      sleep: async () => undefined,
    });
    const report = createReport({ ...deps, routes: index });
    const { signal } = new AbortController();
    const messages = Array.from({ length: count }, (_, at) => {
      runs += 1;
      const route = Math.floor(((at % reportedRoutes) * routes) / reportedRoutes);
      return { messageId: `m${at}`, body: JSON.stringify(toEvent(toStateMachine(route), runs)) };
    });
    const startedAt = performance.now();
    for (const message of messages) await report(message, signal);
    return ((performance.now() - startedAt) / count) * 1_000;
  };
}

const toStateMachine = (route: number) => `flow-${String(route).padStart(5, '0')}-end-of-day`;

/**
 * Of ten routes, six name a state machine, two a state machine in an account, one is a glob, one an
 * ARN.
 */
function writeRouteFile(routes: number): string {
  const lines = Array.from({ length: routes }, (_, route) => {
    const name = toStateMachine(route);
    const from =
      route % 10 === 9
        ? `stateMachine: "arn:aws:states:eu-west-1:111122223333:stateMachine:${name}"`
        : route % 10 === 8
          ? `stateMachine: "${name.replace('-end-of-day', '-*')}"`
          : route % 10 >= 6
            ? `stateMachine: ${name}, account: "111122223333"`
            : `stateMachine: ${name}`;
    const combine = from.includes('*') ? 'combine: latest, ' : '';
    return `  - { name: route-${route}, ${combine}from: { ${from} }, global: AWS_FLOW_${route} }`;
  });
  const ace = '  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }';
  return `instances:\n${ace}\nroutes:\n${lines.join('\n')}\n`;
}

function toEvent(stateMachine: string, run: number) {
  const facts = { stateMachine, run: `run-${run}`, status: 'SUCCEEDED' } as const;
  return toExecutionEvent({ ...facts, startMs: startMs + run, stopMs: startMs + run + 60_000 });
}

function readWorkload(stateMachine: string, run: number): WorkloadEvent {
  const reading = readWorkloadEvent(toEvent(stateMachine, run), new Date(startMs + 3_600_000));
  if (reading.kind !== 'event') throw new Error(`a measured event is ${reading.kind}`);
  return reading.event;
}

function time(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
