import { ratio } from '../rounds.ts';
import { median, percentile } from '../statistics.ts';
import { type AgentHostFigures, tripMs } from './agent-host.ts';
import type { DirectMemory } from './direct-waiter.ts';
import type { LaunchFigure } from './goals.ts';
import type { ManyWaiting } from './many-waiting.ts';
import type { OneRunCounts } from './one-run.ts';
import { countPairsInStep, toCoincidence, toPeakPerSecond } from './request-times.ts';
import { toHeldCost, toWaitingCost } from './waiting-cost.ts';
import type { WarmStart } from './warm-start.ts';

/** Calls and requests of one run of 30 minutes. */
export function toCallFigures(paced: OneRunCounts, held: OneRunCounts): readonly LaunchFigure[] {
  const calls = Object.values(paced.awsCalls).reduce((sum, count) => sum + count, 0);
  return [
    {
      what: 'AWS calls per 30-minute run',
      found: calls,
      against: ['script, every 2 s', 900],
      goal: { text: '1, the sweep aside', atMost: 1 },
    },
    {
      what: 'requests to the API per 30-minute run, paced',
      found: paced.apiRequests,
      goal: { text: '≤ 165', atMost: 165 },
    },
    { what: 'the same, held', found: held.apiRequests },
  ];
}

/** One waiting command whose requests are held. */
export function toHeldFigures(lateMs: readonly number[]): readonly LaunchFigure[] {
  const seconds = lateMs.map((ms) => ms / 1_000);
  return [
    {
      what: 'end in AWS → exit, one waiting, held, median, s',
      found: median(seconds),
      against: ['script, mean', 1],
      goal: { text: '≤ 1 s', atMost: 1 },
    },
    { what: 'the same, p95, s', found: percentile(seconds, 0.95) },
  ];
}

/** Successive requests of a pair of waiters in the same 10 ms that count as in step. */
const inARow = 4;

/** Many commands that wait at once, all paced. */
interface WaitingFacts {
  readonly title: string;
  readonly waiting: ManyWaiting;
  /** Lateness of the same number of scripts. */
  readonly scriptLateMs: readonly number[];
}

/** Lateness and load of many waiting commands. */
export function toManyFigures(facts: WaitingFacts): readonly LaunchFigure[] {
  const { title, waiting, scriptLateMs } = facts;
  const { lateMs, requests, measuredMs } = waiting;
  const late = (share: number) => percentile(lateMs, share) / 1_000;
  const script = (share: number) =>
    ['script, 15 calls/s', percentile(scriptLateMs, share) / 1_000] as const;
  return [
    {
      what: `${title}, paced: end in AWS → exit, median, s`,
      found: late(0.5),
      against: script(0.5),
      goal: { text: '≤ 8 s', atMost: 8 },
    },
    {
      what: `${title}: p95, s`,
      found: late(0.95),
      against: script(0.95),
      goal: { text: '≤ 16 s', atMost: 16 },
    },
    {
      // 165 requests in 30 minutes are 92/s at 1,000; the peaks of independent commands are above it.
      what: `${title}: requests/s, mean`,
      found: requests.length / (measuredMs / 1_000),
      goal: { text: '≤ 90/s', atMost: 90 },
    },
    {
      what: `${title}: requests/s, busiest 10 s`,
      found: toPeakPerSecond(requests, 10_000),
    },
    {
      what: `${title}: requests/s, busiest second`,
      found: toPeakPerSecond(requests),
    },
    ...toStepFigures({ title, waiting }),
  ];
}

/** Whether waiting commands fall into step. */
export function toStepFigures({
  title,
  waiting: { requests, measuredMs },
}: Pick<WaitingFacts, 'title' | 'waiting'>): readonly LaunchFigure[] {
  const interval = { intervalMs: 10 } as const;
  return [
    {
      what: `${title}: pairs in the same 10 ms`,
      found: toCoincidence(requests, { ...interval, spanMs: measuredMs }),
      against: ['chance', 1],
    },
    {
      what: `${title}: pairs of waiters in step`,
      found: countPairsInStep(requests, { ...interval, inARow }),
      goal: { text: 'none', atMost: 0 },
    },
  ];
}

/** The command as a process on the agent. */
export function toHostFigures({
  commandBytes,
  memory,
  direct,
  firstRequest,
  stop,
}: AgentHostFigures): readonly LaunchFigure[] {
  const trip = median(stop.roundTrip);
  const toStopGoal = (found: number, trips: number) => ({
    text: `≤ ${trips} ${trips === 1 ? 'trip' : 'trips'} + 20 ms`,
    value: found,
    atMost: trips * trip + 20,
  });
  const [paced, held] = [median(stop.paced), median(stop.held)];
  return [
    ...(memory ? toMemoryFigures(memory) : []),
    ...(memory && direct ? toDirectFigures(direct, memory.command) : []),
    {
      what: 'process start → first request, ms',
      found: median(firstRequest.command),
      against: ['bare node:https', median(firstRequest.bare)],
      goal: {
        text: '≤ 1.5 × bare',
        value: ratio(firstRequest.command, firstRequest.bare),
        atMost: 1.5,
      },
    },
    {
      what: `signal → stop accepted, paced, trip of ${tripMs} ms, ms`,
      found: paced,
      against: ['one round trip', trip],
      goal: toStopGoal(paced, 1),
    },
    {
      what: 'the same, held, ms',
      found: held,
      against: ['one round trip', trip],
      goal: toStopGoal(held, 3),
    },
    {
      what: 'bundle of the command, KB',
      found: commandBytes / 1_000,
      goal: { text: '≤ 60 KB', atMost: 60 },
    },
  ];
}

function toMemoryFigures(memory: NonNullable<AgentHostFigures['memory']>): readonly LaunchFigure[] {
  const megabytes = (kind: keyof typeof memory) => toMegabytes(median(memory[kind]));
  return [
    {
      what: 'private memory of one waiting command, MB',
      found: megabytes('command'),
      against: ['bare node:https', megabytes('bare')],
      goal: { text: '≤ 1.3 × bare', value: ratio(memory.command, memory.bare), atMost: 1.3 },
    },
    { what: 'the same with got, MB', found: megabytes('got') },
  ];
}

const toMegabytes = (kilobytes: number) => (kilobytes * 1_024) / 1e6;

function toDirectFigures(
  { atOnce, later }: DirectMemory,
  command: readonly number[],
): readonly LaunchFigure[] {
  const [found, ofCommand] = [median(atOnce), median(command)];
  return [
    {
      what: 'private memory of one waiting command in direct mode, MB',
      found: toMegabytes(found),
      against: ['the command of the API', toMegabytes(ofCommand)],
      goal: { text: '≤ 2 × command', value: found / ofCommand, atMost: 2 },
    },
    { what: 'the same, one minute later, MB', found: toMegabytes(later) },
  ];
}

/** The calls of one run of 30 minutes in direct mode. */
export function toDirectCallFigures(calls: number): readonly LaunchFigure[] {
  return [
    {
      what: 'AWS calls per 30-minute run in direct mode',
      found: calls,
      against: ['script, every 2 s', 900],
      goal: { text: '≤ 140', atMost: 140 },
    },
  ];
}

/** A start of a warm function. */
export function toStartFigures({ trips, start, tripsAlone }: WarmStart): readonly LaunchFigure[] {
  return [
    {
      what: `start, warm: ${trips.length} ledger trips and one AWS call, ms`,
      found: median(start),
      against: ['the trips alone', median(tripsAlone)],
      goal: { text: '≤ 1.5 ×', value: ratio(start, tripsAlone), atMost: 1.5 },
    },
  ];
}

/** Places of held requests by default. */
const heldWaits = 20;

/** Costs of many waiting commands, for 1,000 of them. */
export function toCostFigures({
  waiters,
  waiting: { requests, measuredMs, units },
}: {
  readonly waiters: number;
  readonly waiting: ManyWaiting;
}): readonly LaunchFigure[] {
  const scale = (3_600_000 / measuredMs) * (1_000 / waiters);
  const paced = toWaitingCost({
    requests: requests.length * scale,
    reads: units.reads * scale,
    writes: units.writes * scale,
  });
  return [
    {
      what: 'US$ per 1,000 waiting job-hours, paced',
      found: paced,
      against: ['Lambda held', 6.9],
      goal: { text: '≤ 1.4', atMost: 1.4 },
    },
    {
      what: `US$ per hour for ${heldWaits} held requests besides`,
      found: toHeldCost(heldWaits),
    },
  ];
}
