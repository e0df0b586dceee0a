import type { Benchmark, BenchmarkOptions, Figures, FigureTable } from '../benchmark.ts';
import { measureAlternately, ratio } from '../rounds.ts';
import { median } from '../statistics.ts';
import { createGrowthBridge, type GrowthBridge } from './growth-bridge.ts';

const sizes = [10, 100, 1_000, 10_000] as const;

/** The cost per event with ten thousand routes, compared with ten routes. */
export const growth: Benchmark = {
  name: 'growth',
  question: 'what do more routes cost',
  run: async ({ quick, onProgress }) => {
    const measuredSizes = quick ? sizes.slice(0, 2) : sizes;
    const bridges = measuredSizes.map((routes) => createGrowthBridge(routes));
    return toFigures(bridges, await measure(bridges, { quick, onProgress }));
  },
};

/** Measurements by number of routes. */
type BySize = Readonly<Record<string, readonly number[]>>;

interface Measurements {
  /** Look-ups for events of ten and of a thousand routes in turn. */
  readonly sameTen: BySize;
  readonly thousand: BySize;
  readonly events: BySize;
  readonly loads: BySize;
  readonly misses: BySize;
}

async function measure(
  bridges: readonly GrowthBridge[],
  { quick, onProgress }: BenchmarkOptions,
): Promise<Measurements> {
  const rounds = quick ? 2 : 31;
  const measureAll = (
    what: string,
    measureOne: (bridge: GrowthBridge) => Promise<number> | number,
  ) => {
    onProgress(what);
    return measureAlternately(
      Object.fromEntries(bridges.map((one) => [String(one.routes), () => measureOne(one)])),
      { rounds, warmUps: quick ? 1 : 5 },
    );
  };
  const lookUps = quick ? 1_000 : 20_000;
  return {
    sameTen: await measureAll('look-ups', (one) => one.lookUp(lookUps, 10)),
    thousand: await measureAll('look-ups', (one) => one.lookUp(lookUps, 1_000)),
    events: await measureAll('events', (one) => one.report(quick ? 20 : 100)),
    loads: await measureAll('loads', (one) => one.load()),
    misses: await measureAll('misses', (one) => one.miss()),
  };
}

function toFigures(bridges: readonly GrowthBridge[], measurements: Measurements): Figures {
  const { sameTen, thousand, events } = measurements;
  const first = bridges.at(0);
  const last = bridges.at(-1);
  const growth = (measured: BySize) => ratio(valuesOf(measured, last), valuesOf(measured, first));
  const compared = `${last?.routes} routes as a multiple of ${first?.routes}`;
  return {
    tables: [toTable(bridges, measurements)],
    aims: [
      {
        what: `a look-up for events of ten routes in turn, ${compared}`,
        atMost: 1.2,
        found: growth(sameTen),
      },
      {
        what: `a look-up for events of a thousand routes in turn, ${compared}`,
        atMost: 1.2,
        found: growth(thousand),
      },
      { what: `an event, ${compared}`, atMost: 1.2, found: growth(events) },
    ],
    notes: [
      'look-up: find the routes that match an event. Ten in turn stay in the caches of the processor; a thousand of ten thousand do not.',
      'event: the whole report, ledger in memory, an AutoSys that shows each value at once; ten targets at every size.',
      'load: parse the compiled JSON and build the route index, once per cold start.',
      'miss: an event that no route matches, with the reasons; the rules pass no such event, so this happens only in `explain`.',
    ],
  };
}

function toTable(
  bridges: readonly GrowthBridge[],
  { sameTen, thousand, events, loads, misses }: Measurements,
): FigureTable {
  return {
    title: 'Cost of routes (medians)',
    columns: [
      'routes',
      'look-up, ten in turn, µs',
      'look-up, a thousand in turn, µs',
      'event, µs',
      'load, ms',
      'compiled, KB',
      'explain a miss, ms',
    ],
    rows: bridges.map((one) => [
      one.routes,
      median(valuesOf(sameTen, one)),
      median(valuesOf(thousand, one)),
      median(valuesOf(events, one)),
      median(valuesOf(loads, one)),
      one.bytes / 1000,
      median(valuesOf(misses, one)),
    ]),
  };
}

function valuesOf(measured: BySize, bridge: GrowthBridge | undefined): readonly number[] {
  return measured[String(bridge?.routes)] ?? [];
}
