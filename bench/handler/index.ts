import { join } from 'node:path';
import { AutosysProcess } from '../autosys.ts';
import type { Aim, Benchmark, BenchmarkOptions, Figures, FigureTable } from '../benchmark.ts';
import { MeasuredProcess } from '../measured-process.ts';
import { ratio } from '../rounds.ts';
import { mean, median } from '../statistics.ts';
import { stateMachines } from './batches.ts';
import type { HandlerMeasurements } from './measuring.ts';

/** Response times of AutoSys: immediate, and over a network. */
const answersAfterMs = [0, 20] as const;
/** Maximum cost of an event as a multiple of the minimum, by the response time of AutoSys. */
const maxMultiple = { 0: 1.5, 20: 1.1 } as const;
/** For a batch of ten: ten sends and three lists. */
const maxRequests = 1.3;

/**
 * The cost of the report function per event, compared with the minimum that can send an event to
 * AutoSys.
 */
export const handler: Benchmark = {
  name: 'handler',
  question: 'what does an event cost, compared with one bare HTTPS request',
  run: async (options) => {
    await using autosys = await AutosysProcess.start();
    await using measuredProcess = await MeasuredProcess.start<HandlerMeasurements>(autosys.access, {
      program: join(import.meta.dirname, 'measured.ts'),
      routeFile: toRouteFile(),
    });
    return await measure(autosys, measuredProcess, options);
  },
};

function toRouteFile(): string {
  const routes = stateMachines.map(
    (name, at) => `  - { name: r${at}, from: { stateMachine: ${name} }, global: AWS_FLOW_${at} }`,
  );
  return `routes:\n${routes.join('\n')}\n`;
}

/** The measurements with AutoSys answering after `afterMs` milliseconds. */
interface MeasuredDelay {
  readonly afterMs: keyof typeof maxMultiple;
  readonly measured: HandlerMeasurements;
}

async function measure(
  autosys: AutosysProcess,
  measuredProcess: MeasuredProcess<HandlerMeasurements>,
  { quick, onProgress }: BenchmarkOptions,
): Promise<Figures> {
  const rounds = quick ? 3 : 100;
  const found: MeasuredDelay[] = [];
  for (const ms of answersAfterMs) {
    onProgress(`AutoSys answers after ${ms} ms`);
    await autosys.execute({ kind: 'answer after', ms });
    found.push({ afterMs: ms, measured: await measuredProcess.measure({ rounds }) });
  }
  const tripMs = mean(
    found.map(({ measured }) => median(measured.ms.ledger) / measured.ledgerTrips),
  );
  return {
    tables: [toTimeTable(found), toResourceTable(found)],
    aims: found.flatMap(toAims),
    notes: [
      'ten events of ten state machines at once, each newer than the ledger entry; real TLS over loopback; AutoSys and the ledger (dynalite) in separate processes.',
      `a round trip to the ledger takes ${tripMs.toFixed(2)} ms per event here, mostly CPU of the SDK and of dynalite on shared cores; on AWS it takes a few milliseconds of waiting.`,
    ],
  };
}

function toTimeTable(found: readonly MeasuredDelay[]): FigureTable {
  const rows = [
    ['one bare HTTPS request (the minimum)', 'bare'],
    ['the same, two requests at a time', 'bareInPairs'],
    ['the same, between two lists of the ten variables', 'bareWithLists'],
    ['AEWS client only: send and read back', 'client'],
    ['ledger only: read, write, write', 'ledger'],
    ['report with ledger in memory, no log', 'inMemory'],
    ['handler with ledger over DynamoDB’s protocol', 'handler'],
  ] as const;
  return {
    title: 'Milliseconds per event, in batches of ten (medians)',
    columns: toColumns(found),
    rows: rows.map(([label, name]) => [
      label,
      ...found.map(({ measured }) => median(measured.ms[name])),
    ]),
  };
}

function toResourceTable(found: readonly MeasuredDelay[]): FigureTable {
  const toRow = (label: string, pick: (measured: HandlerMeasurements) => number) => [
    label,
    ...found.map(({ measured }) => pick(measured)),
  ];
  return {
    title: 'Requests and resources of the handler per event',
    columns: toColumns(found),
    rows: [
      toRow('requests to AutoSys per event', ({ perEvent }) => perEvent.autosys),
      toRow('round trips to the ledger', ({ perEvent }) => perEvent.ledger),
      toRow('one ledger row, KB', ({ rowBytes }) => rowBytes / 1_000),
      toRow('reads of the secret', ({ perEvent }) => perEvent.secrets),
      toRow('CPU, ms', ({ perEvent }) => perEvent.cpuMs),
      toRow('heap allocated, KB', ({ perEvent }) => perEvent.allocatedBytes / 1_000),
      toRow('heap retained, bytes', ({ perEvent }) => perEvent.retainedBytes),
      toRow('peak memory of the process, MB', ({ maxRssBytes }) => maxRssBytes / 1e6),
    ],
  };
}

function toColumns(found: readonly MeasuredDelay[]): readonly string[] {
  return ['', ...found.map(({ afterMs }) => `AutoSys answers after ${afterMs} ms`)];
}

function toAims({ afterMs, measured }: MeasuredDelay): readonly Aim[] {
  const when = `AutoSys answers after ${afterMs} ms`;
  const trips = measured.perEvent.ledger.toFixed(2);
  return [
    {
      what: `an event, as a multiple of the required bare requests (ten sends, two at a time, between two lists) plus ${trips} round trips to the ledger (${when})`,
      atMost: maxMultiple[afterMs],
      found: ratio(measured.ms.handler, toMinimum(measured)),
    },
    {
      what: `requests to AutoSys per event (${when})`,
      atMost: maxRequests,
      found: measured.perEvent.autosys,
    },
  ];
}

/**
 * Per round: the bare requests that the rules require, plus as many round trips to the ledger as
 * the handler makes.
 */
function toMinimum({ ms, perEvent, ledgerTrips }: HandlerMeasurements): readonly number[] {
  return ms.bareWithLists.map(
    (bare, round) => bare + ((ms.ledger[round] ?? Number.NaN) / ledgerTrips) * perEvent.ledger,
  );
}
