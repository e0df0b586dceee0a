import { seededRandom } from '../../local/random.ts';
import { EventClock } from '../launch/event-clock.ts';
import type { LedgerUse } from './ledger-use.ts';
import { type RequestWorld, startRequestWorld } from './world.ts';

const minuteMs = 60_000;
const beginMs = Date.parse('2026-11-30T01:00:00Z');

/** Choices of a scenario of executions that wait for jobs; every time is in minutes. */
export interface WaitsOptions {
  readonly waiters: number;
  /** Whether several jobs are read in one request. */
  readonly lists: boolean;
  /** @default 0 */
  readonly exitCode?: number;
  /** The starts are spread over this time, at random. */
  readonly startsWithin: number;
  /** When the measured time begins and ends. */
  readonly measured: readonly [from: number, to: number];
}

/** Executions that wait all at once. */
export interface Waits {
  /** Per ended run, the time from its end in AutoSys to the end of its execution. */
  readonly lateMs: readonly number[];
  readonly measuredMs: number;
  /** In the measured time: requests of the wait function to AutoSys, and its use of the ledger. */
  readonly wait: { readonly requests: number; readonly ledger: LedgerUse };
  /** The same of the request function, and the number of its invocations. */
  readonly begin: { readonly requests: number; readonly ledger: LedgerUse; readonly calls: number };
  /** Time for which the wait function ran, in milliseconds. */
  readonly billedMs: number;
}

/**
 * Jobs of 15 to 25 minutes in virtual time, each run by an execution. An execution that has ended is
 * followed by another one at once, so the number of waits stays the same.
 */
export async function simulateWaits(options: WaitsOptions): Promise<Waits> {
  const { waiters, lists, exitCode = 0, startsWithin, measured } = options;
  const [fromMs, toMs] = measured.map((minutes) => beginMs + minutes * minuteMs) as [
    number,
    number,
  ];
  const time = new EventClock(beginMs);
  const random = seededRandom(13);
  const jobs = Array.from({ length: waiters }, (_, at) => `LOAD_${at}`);
  const planRun = () => ({ durationMs: Math.round((15 + 10 * random()) * minuteMs), exitCode });
  await using world = await startRequestWorld({
    ...{ time, random, lists },
    jil: jobs.map(toJil).join('\n\n'),
    runs: Object.fromEntries(jobs.map((job) => [job, [planRun(), planRun(), planRun()]])),
  });
  const failed: unknown[] = [];
  const inBackground = (work: Promise<unknown>) => {
    work.catch((error: unknown) => failed.push(error));
  };
  const lateMs: number[] = [];
  const expected = exitCode === 0 ? 'SUCCEEDED' : 'FAILED';
  for (const job of jobs) {
    time.setTimer(Math.round(random() * startsWithin * minuteMs), () =>
      inBackground(runInTurn(world, { job, expected, lateMs })),
    );
  }
  const schedule = watchSchedule(world, time, inBackground);
  await time.runUntil(fromMs);
  takeAll(world);
  const [callsBefore, billedBefore] = [world.calls(), schedule.billedMs()];
  await time.runUntil(toMs);
  const counts = takeAll(world);
  const calls = world.calls() - callsBefore;
  const billedMs = schedule.billedMs() - billedBefore;
  if (failed.length > 0) throw failed[0];
  return {
    ...{ lateMs, billedMs, measuredMs: toMs - fromMs },
    wait: counts.wait,
    begin: { ...counts.request, calls },
  };
}

function toJil(job: string): string {
  return `insert_job: ${job}  job_type: CMD  machine: host1  command: true`;
}

/** Runs one job again and again, each time by another execution. */
async function runInTurn(
  { runJob, autosys }: RequestWorld,
  {
    job,
    expected,
    lateMs,
  }: { readonly job: string; readonly expected: string; readonly lateMs: number[] },
): Promise<never> {
  let endedMs = Number.NaN;
  autosys.instance.onChange((change) => {
    const isEnd = change.status === 'SUCCESS' || change.status === 'FAILURE';
    if (change.kind === 'status' && change.job === job && isEnd) endedMs = change.at.getTime();
  });
  for (;;) {
    const { status, atMs } = await runJob(job);
    if (status !== expected) throw new Error(`${job}: expected ${expected}, found ${status}`);
    lateMs.push(atMs - endedMs);
  }
}

/** Runs the wait function every minute, as its schedule does. */
function watchSchedule(
  { runWaits }: RequestWorld,
  time: EventClock,
  inBackground: (work: Promise<unknown>) => void,
) {
  let billedMs = 0;
  const tick = () => {
    time.setTimer(minuteMs, tick);
    const startedMs = time.now();
    inBackground(
      runWaits().then(() => {
        billedMs += time.now() - startedMs;
      }),
    );
  };
  tick();
  return { billedMs: () => billedMs };
}

function takeAll({ sent, ledger }: RequestWorld) {
  const take = (of: 'request' | 'wait') => ({ requests: sent.take(of), ledger: ledger[of].take() });
  return { request: take('request'), wait: take('wait') };
}
