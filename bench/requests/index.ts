import { join } from 'node:path';
import { AutosysProcess } from '../autosys.ts';
import type { Benchmark, BenchmarkOptions, Figures } from '../benchmark.ts';
import { toGoalAims, toGoalTable } from '../launch/goals.ts';
import { MeasuredProcess } from '../measured-process.ts';
import {
  toBeginFigures,
  toInitFigures,
  toNotifiedFigures,
  toRequestCostFigures,
  toWaitFigures,
  toWarmCountFigures,
  toWarmFigures,
  type WaitsFound,
  type WarmFound,
} from './figures.ts';
import { measureNotifiedWaits } from './notified-waits.ts';
import { measureRequestInit } from './request-init.ts';
import { requestNotes } from './request-notes.ts';
import { simulateWaits, type WaitsOptions } from './waits.ts';
import { type WarmRequests, warmEntry } from './warm-request.ts';

/** Requests of AWS processes to AutoSys compared with bare requests, and their waits for a job. */
export const requests: Benchmark = {
  name: 'requests',
  question: 'what does it cost when an AWS process asks AutoSys, and waits for a job',
  run: measureRequests,
};

/** Response times of AutoSys: immediate, and over a network. */
const answersAfterMs = [0, 20] as const;

/** A scenario of waits with its goals. */
type WaitsScenario = Omit<WaitsFound, 'waits'> & { readonly options: WaitsOptions };

const usual = { startsWithin: 5, measured: [10, 40] } as const;
const scenarios: readonly WaitsScenario[] = [
  {
    ...{ title: '1 waiting', maxRequests: 2, maxLate: 35 },
    options: { ...usual, waiters: 1, names: 'alike', measured: [10, 490] },
  },
  {
    ...{ title: '100 waiting, names that differ', maxRequests: 2, maxLate: 35 },
    options: { ...usual, waiters: 100, names: 'different' },
  },
  {
    ...{ title: '100 waiting whose jobs fail', maxRequests: 0.2 },
    options: { ...usual, waiters: 100, names: 'alike', exitCode: 3 },
  },
  {
    ...{ title: '100 waiting, names that begin alike', maxRequests: 0.2, maxLate: 35 },
    options: { ...usual, waiters: 100, names: 'alike' },
  },
];
const quickScenarios: readonly WaitsScenario[] = [
  {
    ...{ title: '1 waiting', maxRequests: 2, maxLate: 35 },
    options: { waiters: 1, names: 'alike', startsWithin: 1, measured: [1, 31] },
  },
  {
    ...{ title: '10 waiting, names that begin alike', maxRequests: 0.2, maxLate: 35 },
    options: { waiters: 10, names: 'alike', startsWithin: 1, measured: [1, 31] },
  },
];

async function measureRequests(options: BenchmarkOptions): Promise<Figures> {
  const { quick, onProgress } = options;
  const warm = await measureWarm(options);
  const many: WaitsFound[] = [];
  for (const { options: choices, ...scenario } of quick ? quickScenarios : scenarios) {
    onProgress(scenario.title);
    many.push({ ...scenario, waits: await simulateWaits(choices) });
  }
  const notifiedMs = await measureNotifiedWaits(quick ? 1 : 21, onProgress);
  onProgress('init');
  const init = await measureRequestInit(quick ? 1 : 15);
  const [[first], last] = [warm, many.at(-1)];
  const figures = [
    ...warm.flatMap(toWarmFigures),
    ...(first ? toWarmCountFigures(first) : []),
    ...(last ? toBeginFigures(last.waits) : []),
    ...many.flatMap(toWaitFigures),
    ...toNotifiedFigures(notifiedMs),
    ...toInitFigures(init),
    ...(first ? toRequestCostFigures(first, many) : []),
  ];
  return {
    tables: [toGoalTable(figures)],
    aims: toGoalAims(figures),
    notes: requestNotes({ setTrips: first?.measured.setTrips ?? [] }),
  };
}

async function measureWarm({ quick, onProgress }: BenchmarkOptions): Promise<readonly WarmFound[]> {
  const { name, job, rate } = warmEntry;
  await using autosys = await AutosysProcess.start({
    jil: `insert_job: ${job}  job_type: CMD  machine: host1  command: true`,
  });
  await using measuredProcess = await MeasuredProcess.start<WarmRequests>(autosys.access, {
    program: join(import.meta.dirname, 'measured.ts'),
    routeFile: `requests:
  ${name}:
    callers: [arn:aws:iam::111122223333:role/ledger-lambda]
    instance: ACE
    actions: [setGlobal, jobStatus]
    jobs: [LOAD_*]
    globals: [LEDGER_*]
    rate: ${rate}
`,
  });
  const found: WarmFound[] = [];
  for (const afterMs of answersAfterMs) {
    onProgress(`AutoSys answers after ${afterMs} ms`);
    await autosys.execute({ kind: 'answer after', ms: afterMs });
    found.push({ afterMs, measured: await measuredProcess.measure({ rounds: quick ? 3 : 100 }) });
  }
  return found;
}
