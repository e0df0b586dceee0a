import type { Benchmark, Figures, FigureTable } from '../benchmark.ts';
import { slope } from '../statistics.ts';
import { type OutageFigures, runOutage } from './outage.ts';
import type { HeapSample } from './recovery.ts';
import type { OutageSize } from './scenario.ts';

/** The work that an outage of six hours leaves for the time when AutoSys is back. */
export const drain: Benchmark = {
  name: 'drain',
  question: 'what load does AutoSys get after an outage',
  run: async ({ quick, onProgress }) => {
    const size = {
      ...(quick
        ? { targets: 50, changes: 1_000, oneShots: 5 }
        : { targets: 5_000, changes: 100_000, oneShots: 100 }),
      hours: 6,
      drainPerSecond: 20,
    };
    return toFigures(size, await runOutage(size, onProgress));
  },
};

function toFigures(size: OutageSize, { outage, recovery, wrong }: OutageFigures): Figures {
  const slopePerEntry = (of: (sample: HeapSample) => number) =>
    slope(recovery.heap.map((sample) => ({ x: sample.executed, y: of(sample) })));
  const heapRise = slopePerEntry(({ bytes }) => bytes);
  const tableRise = slopePerEntry(({ tableBytes }) => tableBytes);
  return {
    tables: [toWorkTable(size, outage, recovery), toHeapTable(recovery.heap)],
    aims: [
      {
        what: 'events sent after the outage, per target and one-shot',
        atMost: 1,
        found: recovery.sent / (size.targets + size.oneShots),
      },
      { what: 'targets and one-shots with a wrong state', atMost: 0, found: wrong },
      {
        what: `heap retained per executed entry without the ledger, bytes (${heapRise.toFixed(0)} with it, of which the ledger ${tableRise.toFixed(0)})`,
        atMost: 100,
        found: heapRise - tableRise,
      },
    ],
    notes: [
      'real report, drain and AEWS client; real HTTPS to the embedded AutoSys in a separate process; ledger in memory; sleeps take virtual time, which stops while AutoSys answers.',
      'outage: nothing listens; only the probes of the circuit breaker are sent, and they get no answer.',
      'the circuit breaker allows at most one probe every five minutes, regardless of the length of the outage; the drain works 55 of 60 seconds.',
    ],
  };
}

function toWorkTable(
  size: OutageSize,
  outage: OutageFigures['outage'],
  recovery: OutageFigures['recovery'],
): FigureTable {
  return {
    title: `An outage of ${size.hours} hours: ${size.changes} changes of ${size.targets} variables, ${size.oneShots} one-shots`,
    columns: ['', 'outage', 'recovery'],
    rows: [
      ['events sent to AutoSys', outage.sent, recovery.sent],
      ['read requests', outage.reads, recovery.reads],
      ['executed entries', 0, recovery.executed],
      ['until the first probe of the circuit breaker, s', '', recovery.firstProbeSeconds],
      [
        `from the first to the last entry, at ${size.drainPerSecond} per second, s`,
        '',
        recovery.rateSeconds,
      ],
      ['drains (one per minute)', outage.drains, recovery.drains],
      ['CPU of the bridge, s', outage.cpuSeconds, recovery.cpuSeconds],
      ['real time, s', outage.wallSeconds, recovery.wallSeconds],
    ],
  };
}

function toHeapTable(heap: readonly HeapSample[]): FigureTable {
  return {
    title: 'Heap after garbage collection during recovery',
    columns: ['executed entries', 'heap, KB', 'of which the ledger, KB'],
    rows: heap.map(({ executed, bytes, tableBytes }) => [
      executed,
      bytes / 1_000,
      tableBytes / 1_000,
    ]),
  };
}
