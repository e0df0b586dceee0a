import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Aim, Benchmark, BenchmarkOptions, Figures, FigureTable } from '../benchmark.ts';
import { measureAlternately, ratio } from '../rounds.ts';
import { median } from '../statistics.ts';
import { accountForBytes } from './bytes.ts';
import { measureInit, measureLoad } from './init.ts';
import { createPackages, type Package, type Packages } from './packages.ts';

/** Size and cold start of each function, compared with the minimum and with the CDK's defaults. */
export const cold: Benchmark = {
  name: 'cold',
  question: 'what does a cold start cost, and what do the bundles contain',
  run: async (options) => {
    await using packages = await createPackages();
    return toFigures(packages, await measure(packages, options));
  },
};

/** The measurements of a package, in milliseconds, one per round. */
interface StartTimes {
  readonly init: readonly number[];
  readonly load: readonly number[];
  readonly loadCpu: readonly number[];
}

type TimesOf = (one: Package | undefined) => StartTimes;

async function measure(
  packages: Packages,
  { quick, onProgress }: BenchmarkOptions,
): Promise<TimesOf> {
  const all = listPackages(packages);
  const rounds = quick ? 1 : 25;
  let done = 0;
  const measureAll = (measureOne: (one: Package) => Promise<number>) =>
    measureAlternately(
      Object.fromEntries(
        all.map((one) => [
          one.name,
          () => {
            done += 1;
            onProgress(`${done} starts`);
            return measureOne(one);
          },
        ]),
      ),
      { rounds },
    );
  const inits = await measureAll(measureInit);
  const loads = await measureAll(async (one) => (await measureLoad(one)).wallMs);
  const loadCpus = await measureAll(async (one) => (await measureLoad(one)).cpuMs);
  return function timesOf(one) {
    const name = one?.name ?? '';
    return { init: inits[name] ?? [], load: loads[name] ?? [], loadCpu: loadCpus[name] ?? [] };
  };
}

function listPackages({ empty, sdk, http, shipped, cdkDefault }: Packages): readonly Package[] {
  return [empty, sdk, http, ...shipped.values(), ...cdkDefault.values()];
}

function toFigures(packages: Packages, timesOf: TimesOf): Figures {
  const starts: FigureTable = {
    title: 'Cold start (medians, ms)',
    columns: ['', 'KB', 'KB zipped', 'init', 'load', 'CPU of load'],
    rows: listPackages(packages).map((one) => [
      one.name,
      one.bytes / 1000,
      gzipSync(readFileSync(join(one.directory, 'index.js'))).length / 1000,
      median(timesOf(one).init),
      median(timesOf(one).load),
      median(timesOf(one).loadCpu),
    ]),
  };
  return {
    tables: [starts, ...[...packages.shipped.values()].map(toByteTable)],
    aims: toAims(packages, timesOf),
    notes: [
      'init: from the start of the process until the runtime client requests an invocation; includes the start of Node.js and of that client.',
      'load: `require` of the code in a separate process; CPU of all threads.',
      'CDK default: NodejsFunction with default settings; the SDK is loaded from node_modules, from a file system that is in memory here and is not on Lambda.',
    ],
  };
}

function toAims({ empty, sdk, shipped, cdkDefault }: Packages, timesOf: TimesOf): readonly Aim[] {
  const emptyInits = timesOf(empty).init;
  const sdkMs = median(timesOf(sdk).init) - median(emptyInits);
  /** The part that depends on the bundle: Node.js and the runtime client start alike for each. */
  const aboveEmpty = ({ init }: StartTimes) =>
    init.map((ms, round) => ms - (emptyInits[round] ?? Number.NaN));
  return [
    {
      what: `init of report, ms, against 2.0 × an empty handler plus ${Math.round(sdkMs)} ms for the SDK`,
      atMost: 2 * median(emptyInits) + sdkMs,
      found: median(timesOf(shipped.get('report')).init),
    },
    ...[...shipped.keys()].flatMap((name) => {
      const own = timesOf(shipped.get(name));
      const other = timesOf(cdkDefault.get(name));
      return [
        {
          what: `init of ${name} as a share of the CDK default`,
          atMost: 0.5,
          found: ratio(own.init, other.init),
        },
        {
          what: `the same, without the init of an empty handler (${name})`,
          atMost: 0.5,
          found: ratio(aboveEmpty(own), aboveEmpty(other)),
        },
        {
          what: `CPU of loading ${name} as a share of the CDK default`,
          atMost: 0.5,
          found: ratio(own.loadCpu, other.loadCpu),
        },
      ];
    }),
  ];
}

function toByteTable(one: Package): FigureTable {
  return {
    title: `Contents of the bundle: ${one.name}`,
    columns: ['from', 'bytes'],
    rows: [
      ...accountForBytes(one, { least: 2_000 }).map(({ from, bytes }) => [from, bytes] as const),
      ['total', one.bytes] as const,
    ],
  };
}
