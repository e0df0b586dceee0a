import { AutosysProcess } from '../autosys.ts';
import type { Benchmark, BenchmarkOptions, Figures } from '../benchmark.ts';
import { ratio } from '../rounds.ts';
import { mean, median } from '../statistics.ts';
import { MeasuredProcess } from './measured-process.ts';
import type { HandlerMeasurements } from './measuring.ts';

/** AutoSys answers at once, or as one does that is some network away. */
const answersAfterMs = [0, 20] as const;
/** How many times the minimum an event may cost at most, by how late AutoSys answers. */
const mostTimes = { 0: 1.5, 20: 1.1 } as const;
/** Of a batch of ten: ten sends, and three lists. */
const mostRequests = 1.3;

/** What the report function costs for each event, against the least that could tell AutoSys anything. */
export const handler: Benchmark = {
  name: 'handler',
  question: 'what does an event cost, against one bare HTTPS request',
  run: async (options) => {
    await using far = await AutosysProcess.start();
    await using measured = await MeasuredProcess.start(far.access);
    return await measure(far, measured, options);
  },
};

async function measure(
  far: AutosysProcess,
  measured: MeasuredProcess,
  { quick, tell }: BenchmarkOptions,
): Promise<Figures> {
  const rounds = quick ? 3 : 100;
  const found: { readonly afterMs: keyof typeof mostTimes; readonly it: HandlerMeasurements }[] =
    [];
  for (const ms of answersAfterMs) {
    tell(`AutoSys answers after ${ms} ms`);
    await far.order({ kind: 'answer after', ms });
    found.push({ afterMs: ms, it: await measured.measure({ rounds }) });
  }
  return {
    tables: [
      {
        title: 'Milliseconds for each event, in batches of ten (medians)',
        columns: ['', ...found.map(({ afterMs }) => `AutoSys answers after ${afterMs} ms`)],
        rows: (
          [
            ['one bare HTTPS request (the minimum)', 'bare'],
            ['the same, two under way at a time', 'bareByTwos'],
            ['the same between two lists of the ten variables', 'bareWithLists'],
            ['the AEWS client alone: send and read back', 'client'],
            ['the ledger alone: read, write, write', 'ledger'],
            ['the report, ledger in memory, no log', 'inMemory'],
            ['the handler, ledger over DynamoDB’s protocol', 'handler'],
          ] as const
        ).map(([label, name]) => [label, ...found.map(({ it }) => median(it.ms[name]))]),
      },
      {
        title: 'What the handler asks for each event',
        columns: ['', ...found.map(({ afterMs }) => `AutoSys answers after ${afterMs} ms`)],
        rows: [
          ['requests to AutoSys per event', ...found.map(({ it }) => it.perEvent.autosys)],
          ['round trips to the ledger', ...found.map(({ it }) => it.perEvent.ledger)],
          ['one row of the ledger, KB', ...found.map(({ it }) => it.rowBytes / 1_000)],
          ['reads of the secret', ...found.map(({ it }) => it.perEvent.secrets)],
          ['CPU, ms', ...found.map(({ it }) => it.perEvent.cpuMs)],
          ['heap allocated, KB', ...found.map(({ it }) => it.perEvent.allocatedBytes / 1_000)],
          ['heap that stays, bytes', ...found.map(({ it }) => it.perEvent.keptBytes)],
          ['largest memory of the process, MB', ...found.map(({ it }) => it.maxRssBytes / 1e6)],
        ],
      },
    ],
    aims: found.flatMap(({ afterMs, it }) => {
      const when = `AutoSys answers after ${afterMs} ms`;
      return [
        {
          what: `an event, as a multiple of the bare requests that the rules demand (ten sends, two under way at a time, between two lists) and of ${it.perEvent.ledger.toFixed(2)} round trips to the ledger (${when})`,
          atMost: mostTimes[afterMs],
          found: ratio(it.ms.handler, toLeast(it)),
        },
        {
          what: `requests to AutoSys per event (${when})`,
          atMost: mostRequests,
          found: it.perEvent.autosys,
        },
      ];
    }),
    notes: [
      'ten events of ten state machines at once, each newer than what the ledger knows; real TLS over loopback; AutoSys, and the ledger (dynalite), in processes of their own.',
      `a round trip to the ledger takes ${mean(found.map(({ it }) => median(it.ms.ledger) / it.ledgerTrips)).toFixed(2)} ms of each event here, most of it CPU of the SDK and of dynalite on shared cores; on AWS it takes a few milliseconds of waiting.`,
    ],
  };
}

/** Round by round: the bare requests that the rules demand, and as many round trips to the ledger as the handler makes. */
function toLeast({ ms, perEvent, ledgerTrips }: HandlerMeasurements): readonly number[] {
  return ms.bareWithLists.map(
    (bare, round) => bare + ((ms.ledger[round] ?? Number.NaN) / ledgerTrips) * perEvent.ledger,
  );
}
