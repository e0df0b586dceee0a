import { seededRandom } from '../../local/random.ts';
import { EventClock } from '../launch/event-clock.ts';
import type { LedgerUse } from './ledger-use.ts';
import { type RequestWorld, startRequestWorld } from './world.ts';

const minuteMs = 60_000;
/** Runs of each job that have a course of their own. */
const mostRuns = 30;
const beginMs = Date.parse('2026-11-30T01:00:00Z');

/** Planning figures. Not measured on AWS. */
export const answerTimes = { ledgerMs: 5, autosysMs: 50, taskCallMs: 20 } as const;

/** Choices of a scenario of executions that wait for jobs; every time is in minutes. */
export interface WaitsOptions {
  readonly waiters: number;
  /** Whether the names of the jobs begin alike, so that one request reads them. */
  readonly names: 'alike' | 'different';
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
  readonly waiters: number;
  /** What the wait function did in the measured time, besides its waits for the next pass. */
  readonly wait: FunctionUse & {
    /** Time for which it ran, in milliseconds. */
    readonly ranMs: number;
  };
  /** What the request function did in the measured time. */
  readonly begin: FunctionUse & {
    /** Number of invocations. */
    readonly calls: number;
    /** Time for which it ran, in milliseconds. */
    readonly ranMs: number;
  };
}

/** Requests of a function to AutoSys, and its use of the ledger. */
export interface FunctionUse {
  readonly requests: number;
  readonly ledger: LedgerUse;
}

/**
 * Jobs of 15 to 25 minutes in virtual time, each run by an execution. An execution that has ended is
 * followed by another one at once, so the number of waits stays the same.
 */
export async function simulateWaits(options: WaitsOptions): Promise<Waits> {
  const { waiters, names, exitCode = 0, startsWithin, measured } = options;
  const [fromMs, toMs] = measured.map((minutes) => beginMs + minutes * minuteMs) as [
    number,
    number,
  ];
  const time = new EventClock(beginMs);
  const random = seededRandom(13);
  const toName = names === 'alike' ? (at: number) => `LOAD_${at}` : toOwnName;
  const jobs = Array.from({ length: waiters }, (_, at) => toName(at));
  const planRun = () => ({ durationMs: Math.round((15 + 10 * random()) * minuteMs), exitCode });
  await using world = await startRequestWorld({
    ...{ time, random, answers: answerTimes },
    jil: jobs.map(toJil).join('\n\n'),
    runs: Object.fromEntries(jobs.map((job) => [job, Array.from({ length: mostRuns }, planRun)])),
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
  const before = takeCounts(world, schedule);
  await time.runUntil(toMs);
  const after = takeCounts(world, schedule);
  if (failed.length > 0) throw failed[0];
  return {
    ...{ lateMs, waiters, measuredMs: toMs - fromMs },
    wait: { ...after.wait, ranMs: after.ranMs - before.ranMs },
    begin: {
      ...after.request,
      calls: after.invoked.calls - before.invoked.calls,
      ranMs: after.invoked.ranMs - before.invoked.ranMs,
    },
  };
}

/** `A0_LOAD`, `B0_LOAD`, …: no two begin with the same three characters. */
function toOwnName(at: number): string {
  return `${String.fromCharCode(65 + (at % 26))}${Math.floor(at / 26)}_LOAD`;
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
  let ranMs = 0;
  const tick = () => {
    time.setTimer(minuteMs, tick);
    const startedMs = time.now();
    inBackground(
      runWaits().then(() => {
        ranMs += time.now() - startedMs;
      }),
    );
  };
  tick();
  return { ranMs: () => ranMs };
}

/** The use since the last call, and the sums of all time. */
function takeCounts(
  { sent, ledger, invoked }: RequestWorld,
  schedule: { readonly ranMs: () => number },
) {
  const take = (of: 'request' | 'wait') => ({ requests: sent.take(of), ledger: ledger[of].take() });
  return {
    ...{ request: take('request'), wait: take('wait') },
    ...{ invoked: invoked(), ranMs: schedule.ranMs() },
  };
}
