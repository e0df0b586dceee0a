import type { Benchmark, Figures } from '../benchmark.ts';
import { slope } from '../statistics.ts';
import { type OutageFigures, playOutage } from './outage.ts';

/** What an outage of six hours leaves to be done when AutoSys is back. */
export const drain: Benchmark = {
  name: 'drain',
  question: 'what does AutoSys have to bear after an outage',
  run: async ({ quick, tell }) => {
    const size = quick
      ? { targets: 50, changes: 1_000, oneOffs: 5 }
      : { targets: 5_000, changes: 100_000, oneOffs: 100 };
    return toFigures(await playOutage({ ...size, hours: 6, drainPerSecond: 20 }, tell));
  },
};

function toFigures({ size, outage, recovery }: OutageFigures): Figures {
  const asked = size.targets + size.oneOffs;
  const kilobytes = (bytes: number) => bytes / 1_000;
  const growth = slope(recovery.heap.map(({ brought, bytes }) => ({ x: brought, y: bytes })));
  const tableGrowth = slope(
    recovery.heap.map(({ brought, tableBytes }) => ({ x: brought, y: tableBytes })),
  );
  return {
    tables: [
      {
        title: `An outage of ${size.hours} hours: ${size.changes} changes of ${size.targets} variables, ${size.oneOffs} one-offs`,
        columns: ['', 'outage', 'recovery'],
        rows: [
          ['events sent to AutoSys', outage.sent, recovery.sent],
          ['read-backs and looks', outage.reads, recovery.reads],
          ['entries brought about', 0, recovery.brought],
          ['time by the configured rate, s', size.hours * 3_600, recovery.virtualSeconds],
          ['drains (one a minute)', outage.drains, recovery.drains],
          ['CPU of the bridge, s', outage.cpuSeconds, recovery.cpuSeconds],
          ['time of this machine, s', outage.wallSeconds, recovery.wallSeconds],
        ],
      },
      {
        title: 'Heap after collection during recovery',
        columns: ['entries brought about', 'heap, KB', 'of it the ledger in memory, KB'],
        rows: recovery.heap.map(({ brought, bytes, tableBytes }) => [
          brought,
          kilobytes(bytes),
          kilobytes(tableBytes),
        ]),
      },
    ],
    aims: [
      {
        what: 'events sent after the outage, for each target and one-off',
        atMost: 1,
        found: recovery.sent / asked,
      },
      {
        what: 'targets and one-offs that are not as they should be',
        atMost: 0,
        found: recovery.wrong,
      },
      {
        what: 'heap that stays for each entry brought about, bytes, the ledger set apart',
        atMost: 100,
        found: Math.max(0, growth - tableGrowth),
      },
    ],
    notes: [
      'real report, drain and AEWS client, real HTTPS to the embedded AutoSys in a process of its own; the ledger in memory; pauses take virtual time.',
      'outage: nothing listens; what is sent then are the tries by which the gate finds out, which nobody receives.',
    ],
  };
}
