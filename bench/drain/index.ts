import type { Benchmark, Figures, FigureTable } from '../benchmark.ts';
import { slope } from '../statistics.ts';
import type { OutageSize } from './night.ts';
import { type OutageFigures, playOutage } from './outage.ts';
import type { HeapSample } from './recovery.ts';

/** What an outage of six hours leaves to be done when AutoSys is back. */
export const drain: Benchmark = {
  name: 'drain',
  question: 'what does AutoSys have to bear after an outage',
  run: async ({ quick, tell }) => {
    const size = {
      ...(quick
        ? { targets: 50, changes: 1_000, oneOffs: 5 }
        : { targets: 5_000, changes: 100_000, oneOffs: 100 }),
      hours: 6,
      drainPerSecond: 20,
    };
    return toFigures(size, await playOutage(size, tell));
  },
};

function toFigures(size: OutageSize, { outage, recovery, wrong }: OutageFigures): Figures {
  const rise = (of: (sample: HeapSample) => number) =>
    slope(recovery.heap.map((sample) => ({ x: sample.brought, y: of(sample) })));
  const heapRise = rise(({ bytes }) => bytes);
  const tableRise = rise(({ tableBytes }) => tableBytes);
  return {
    tables: [toWorkTable(size, outage, recovery), toHeapTable(recovery.heap)],
    aims: [
      {
        what: 'events sent after the outage, for each target and one-off',
        atMost: 1,
        found: recovery.sent / (size.targets + size.oneOffs),
      },
      { what: 'targets and one-offs that are not as they should be', atMost: 0, found: wrong },
      {
        what: `heap that stays for each entry brought about, bytes (${heapRise.toFixed(0)}, of it the ledger ${tableRise.toFixed(0)})`,
        atMost: 100,
        found: heapRise - tableRise,
      },
    ],
    notes: [
      'real report, drain and AEWS client, real HTTPS to the embedded AutoSys in a process of its own; the ledger in memory; pauses take virtual time, which stands still while AutoSys answers.',
      'outage: nothing listens; what is sent then are the probes of the circuit breaker, which get no answer.',
      'the circuit breaker allows a probe every five minutes at most, whatever the length of the outage; the drain works 55 of 60 seconds.',
    ],
  };
}

function toWorkTable(
  size: OutageSize,
  outage: OutageFigures['outage'],
  recovery: OutageFigures['recovery'],
): FigureTable {
  return {
    title: `An outage of ${size.hours} hours: ${size.changes} changes of ${size.targets} variables, ${size.oneOffs} one-offs`,
    columns: ['', 'outage', 'recovery'],
    rows: [
      ['events sent to AutoSys', outage.sent, recovery.sent],
      ['read-backs and looks', outage.reads, recovery.reads],
      ['entries brought about', 0, recovery.brought],
      ['until the circuit breaker lets the first probe through, s', '', recovery.gateSeconds],
      [
        `from the first to the last, at ${size.drainPerSecond} a second, s`,
        '',
        recovery.rateSeconds,
      ],
      ['drains (one a minute)', outage.drains, recovery.drains],
      ['CPU of the bridge, s', outage.cpuSeconds, recovery.cpuSeconds],
      ['time of this machine, s', outage.wallSeconds, recovery.wallSeconds],
    ],
  };
}

function toHeapTable(heap: readonly HeapSample[]): FigureTable {
  return {
    title: 'Heap after collection during recovery',
    columns: ['entries brought about', 'heap, KB', 'of it the ledger, KB'],
    rows: heap.map(({ brought, bytes, tableBytes }) => [
      brought,
      bytes / 1_000,
      tableBytes / 1_000,
    ]),
  };
}
