import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Benchmark, BenchmarkOptions, Figures, FigureTable } from '../benchmark.ts';
import { measureAlternately, ratio } from '../rounds.ts';
import { median } from '../statistics.ts';
import { accountForBytes } from './bytes.ts';
import { measureInit, measureLoad } from './init.ts';
import { makePackages, type Package, type Packages } from './packages.ts';

/** Size and start of each function, against the least and against what the CDK does by itself. */
export const cold: Benchmark = {
  name: 'cold',
  question: 'what does a cold start cost, and what lies in the bundles',
  run: async (options) => {
    await using packages = await makePackages();
    return await measure(packages, options);
  },
};

async function measure(packages: Packages, { quick, tell }: BenchmarkOptions): Promise<Figures> {
  const { empty, sdk, http, shipped, plain } = packages;
  const all = [empty, sdk, http, ...shipped.values(), ...plain.values()];
  const rounds = quick ? 1 : 25;
  let done = 0;
  const byTurns = (take: (one: Package) => Promise<number>) =>
    measureAlternately(
      Object.fromEntries(
        all.map((one) => [
          one.name,
          () => {
            done += 1;
            tell(`${done} starts`);
            return take(one);
          },
        ]),
      ),
      { rounds },
    );
  const inits = await byTurns(measureInit);
  const loads = await byTurns(async (one) => (await measureLoad(one)).wallMs);
  const works = await byTurns(async (one) => (await measureLoad(one)).cpuMs);
  const init = (one: Package | undefined) => inits[one?.name ?? ''] ?? [];
  const load = (one: Package | undefined) => loads[one?.name ?? ''] ?? [];
  const work = (one: Package | undefined) => works[one?.name ?? ''] ?? [];
  /** What is ours to make shorter: Node.js and the runtime client start alike whatever the bundle. */
  const beyond = (times: readonly number[]) =>
    times.map((ms, round) => ms - (init(empty)[round] ?? Number.NaN));

  const starts: FigureTable = {
    title: 'Cold start (medians, ms)',
    columns: ['', 'KB', 'KB zipped', 'init', 'load', 'CPU of load'],
    rows: all.map((one) => [
      one.name,
      one.bytes / 1000,
      gzipSync(readFileSync(join(one.directory, 'index.js'))).length / 1000,
      median(init(one)),
      median(load(one)),
      median(work(one)),
    ]),
  };
  const floor = median(init(sdk)) - median(init(empty));
  return {
    tables: [starts, ...[...shipped.values()].map(toByteTable)],
    aims: [
      {
        what: `init of the report, ms, against 2.0 × an empty handler + the SDK's own floor of ${Math.round(floor)} ms`,
        atMost: 2 * median(init(empty)) + floor,
        found: median(init(shipped.get('report'))),
      },
      ...[...shipped.keys()].flatMap((room) => [
        {
          what: `init of ${room} as a share of the plain way's`,
          atMost: 0.5,
          found: ratio(init(shipped.get(room)), init(plain.get(room))),
        },
        {
          what: `the same, without what an empty handler takes as well (${room})`,
          atMost: 0.5,
          found: ratio(beyond(init(shipped.get(room))), beyond(init(plain.get(room)))),
        },
        {
          what: `CPU of loading ${room} as a share of the plain way's`,
          atMost: 0.5,
          found: ratio(work(shipped.get(room)), work(plain.get(room))),
        },
      ]),
    ],
    notes: [
      'init: from the start of the process until the runtime client asks for an invocation; starting Node.js and that client is within.',
      'load: `require` of the code in a process that does nothing else; CPU of all threads.',
      'the plain way: what NodejsFunction does by itself; the SDK comes from node_modules, from a file system that is in memory here and is not on Lambda.',
    ],
  };
}

function toByteTable(one: Package): FigureTable {
  return {
    title: `What lies in the bundle: ${one.name}`,
    columns: ['from', 'bytes'],
    rows: [
      ...accountForBytes(one, { least: 2_000 }).map(({ from, bytes }) => [from, bytes] as const),
      ['all', one.bytes] as const,
    ],
  };
}
