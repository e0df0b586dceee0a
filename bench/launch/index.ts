import type { Benchmark, BenchmarkOptions, Figures } from '../benchmark.ts';
import { median } from '../statistics.ts';
import { measureAgentHost } from './agent-host.ts';
import { countDirectRun } from './direct-run.ts';
import {
  toCallFigures,
  toCostFigures,
  toDirectCallFigures,
  toHeldFigures,
  toHostFigures,
  toManyFigures,
  toStartFigures,
  toStepFigures,
} from './figures.ts';
import { toGoalAims, toGoalTable } from './goals.ts';
import { measureHeldWaits } from './held-waits.ts';
import { launchNotes } from './launch-notes.ts';
import { simulateManyScripts } from './many-scripts.ts';
import { type ManyWaitingOptions, simulateManyWaiting } from './many-waiting.ts';
import { countOneRun } from './one-run.ts';
import { measureWarmStart } from './warm-start.ts';

/** The command on an agent and its API compared with the script that they replace. */
export const launch: Benchmark = {
  name: 'launch',
  question: 'what does it cost to start AWS work from AutoSys and to wait for its end',
  run: measureLaunch,
};

/** Commands that wait at once. */
const many: readonly (ManyWaitingOptions & { readonly title: string })[] = [
  { title: '40 waiting', waiters: 40, startsWithin: 30, measured: [35, 95] },
  { title: '1,000 waiting', waiters: 1_000, startsWithin: 30, measured: [35, 65] },
];
const quickMany: typeof many = [
  { title: '5 waiting', waiters: 5, startsWithin: 5, measured: [5, 45] },
  { title: '10 waiting', waiters: 10, startsWithin: 5, measured: [5, 45] },
];
/** Starts at one instant, as with one start time in AutoSys: do they stay in step? */
const together = { title: 'begun together', startsWithin: 0, measured: [5, 20] } as const;

async function measureLaunch({ quick, onProgress }: BenchmarkOptions): Promise<Figures> {
  onProgress('one run');
  const [paced, held] = [await countOneRun(false), await countOneRun(true)];
  const directCalls = await countDirectRun();
  const waitings = [];
  for (const { title, ...options } of quick ? quickMany : many) {
    onProgress(title);
    const waiting = await simulateManyWaiting(options);
    const scriptLateMs = await simulateManyScripts(options.waiters);
    waitings.push({ title, waiters: options.waiters, waiting, scriptLateMs });
  }
  onProgress(together.title);
  const { title, ...times } = together;
  const begunTogether = {
    title: `${quick ? 10 : 200} ${title}`,
    waiting: await simulateManyWaiting({ ...times, waiters: quick ? 10 : 200 }),
  };
  onProgress('programs on the agent');
  const host = await measureAgentHost(quick ? 1 : 11);
  onProgress('starts');
  const start = await measureWarmStart(quick ? 5 : 200);
  const heldLateMs = await measureHeldWaits(quick ? 1 : 31, onProgress);
  const largest = waitings.at(-1);
  const figures = [
    ...toCallFigures(paced, held),
    ...toDirectCallFigures(directCalls),
    ...toHeldFigures(heldLateMs),
    ...waitings.flatMap(toManyFigures),
    ...toStepFigures(begunTogether),
    ...toHostFigures(host),
    ...toStartFigures(start),
    ...(largest ? toCostFigures(largest) : []),
  ];
  return {
    tables: [toGoalTable(figures)],
    aims: toGoalAims(figures),
    notes: launchNotes({ trips: start.trips, roundTripMs: median(host.stop.roundTrip) }),
  };
}
