import type { Benchmark, BenchmarkOptions, Figures } from '../benchmark.ts';
import { measureAlternately, ratio } from '../rounds.ts';
import { median } from '../statistics.ts';
import { type GrowthBridge, makeEstate } from './estate.ts';

const sizes = [10, 100, 1_000, 10_000] as const;

/** Whether ten thousand routes cost an event what ten do. */
export const growth: Benchmark = {
  name: 'growth',
  question: 'what do more routes cost',
  run: async ({ quick, tell }) => {
    const counted = quick ? sizes.slice(0, 2) : sizes;
    const estates = counted.map((routes) => makeEstate(routes));
    return await measure(estates, { quick, tell });
  },
};

async function measure(
  estates: readonly GrowthBridge[],
  { quick, tell }: BenchmarkOptions,
): Promise<Figures> {
  const rounds = quick ? 2 : 31;
  const byTurns = (
    what: string,
    measureOne: (estate: GrowthBridge) => Promise<number> | number,
  ) => {
    tell(what);
    return measureAlternately(
      Object.fromEntries(estates.map((one) => [String(one.routes), () => measureOne(one)])),
      { rounds, warmUps: quick ? 1 : 5 },
    );
  };
  const lookedUp = quick ? 1_000 : 20_000;
  const sameTen = await byTurns('look-ups', (one) => one.lookUp(lookedUp, 10));
  const thousand = await byTurns('look-ups', (one) => one.lookUp(lookedUp, 1_000));
  const events = await byTurns('events', (one) => one.report(quick ? 20 : 100));
  const loads = await byTurns('loads', (one) => one.load());
  const misses = await byTurns('misses', (one) => one.miss());
  const of = (
    measured: Readonly<Record<string, readonly number[]>>,
    one: GrowthBridge | undefined,
  ) => measured[String(one?.routes)] ?? [];

  const first = estates.at(0);
  const last = estates.at(-1);
  const grown = `${last?.routes} routes as a multiple of ${first?.routes}`;
  return {
    tables: [
      {
        title: 'What routes cost (medians)',
        columns: [
          'routes',
          'look-up of ten in turn, µs',
          'of a thousand in turn, µs',
          'event, µs',
          'load, ms',
          'compiled, KB',
          'a miss explained, ms',
        ],
        rows: estates.map((one) => [
          one.routes,
          median(of(sameTen, one)),
          median(of(thousand, one)),
          median(of(events, one)),
          median(of(loads, one)),
          one.bytes / 1000,
          median(of(misses, one)),
        ]),
      },
    ],
    aims: [
      {
        what: `a look-up for events of ten routes in turn, ${grown}`,
        atMost: 1.2,
        found: ratio(of(sameTen, last), of(sameTen, first)),
      },
      {
        what: `a look-up for events of a thousand routes in turn, ${grown}`,
        atMost: 1.2,
        found: ratio(of(thousand, last), of(thousand, first)),
      },
      {
        what: `an event, ${grown}`,
        atMost: 1.2,
        found: ratio(of(events, last), of(events, first)),
      },
    ],
    notes: [
      'look-up: the routes that hear an event. Ten in turn stay in the caches of the processor, a thousand of ten thousand do not.',
      'event: the whole report, ledger in memory, an AutoSys that shows each value at once; ten targets at every size.',
      'load: reading the compiled JSON and making the routes findable, once for each cold start.',
      'a miss: an event that no route hears, with the reasons why; the rules let none through, so it happens in `explain` alone.',
    ],
  };
}
