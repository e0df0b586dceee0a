import type { LaunchFigure } from '../launch/goals.ts';
import { ratio } from '../rounds.ts';
import { median, percentile } from '../statistics.ts';
import { toPollingHourCost, toRequestCost, toWaitingJobHourCost } from './request-cost.ts';
import type { RequestInit } from './request-init.ts';
import type { Waits } from './waits.ts';
import type { WarmCounts, WarmRequests, WarmVariant } from './warm-request.ts';

/** The measurements with AutoSys answering after `afterMs` milliseconds. */
export interface WarmFound {
  readonly afterMs: number;
  readonly measured: WarmRequests;
}

/** Maximum cost of a request as a multiple of bare requests and its ledger trips. */
const maxMultiple = 1.5;

/** Requests to a warm function. */
export function toWarmFigures({ afterMs, measured }: WarmFound): readonly LaunchFigure[] {
  const { perRequest } = measured;
  const compare = (
    what: string,
    [own, bare, trips]: readonly [own: WarmVariant, bare: WarmVariant, trips: WarmVariant],
  ): LaunchFigure => {
    const minimum = addRounds(measured.ms[bare], measured.ms[trips]);
    return {
      what: `${what}, AutoSys answers after ${afterMs} ms, ms`,
      found: median(measured.ms[own]),
      against: [`${bareNames[bare]} + trips`, median(minimum)],
      goal: {
        text: `≤ ${maxMultiple} ×`,
        value: ratio(measured.ms[own], minimum),
        atMost: maxMultiple,
      },
    };
  };
  const trips = ({ ledger }: WarmCounts) => `${Number(ledger.toFixed(1))} ledger trips`;
  return [
    compare(`jobStatus, warm, ${trips(perRequest.jobStatus)}`, [
      'jobStatus',
      'bareStatus',
      'statusTrips',
    ]),
    compare(`setGlobal, warm, ${trips(perRequest.setGlobal)}`, [
      'setGlobal',
      'barePair',
      'setTrips',
    ]),
    {
      what: 'the same as a multiple of what its rules require',
      found: ratio(measured.ms.setGlobal, addRounds(measured.ms.bareThree, measured.ms.setTrips)),
    },
  ];
}

const bareNames: Readonly<Record<string, string>> = {
  bareStatus: '1 bare request',
  barePair: '2 bare requests',
};

/** Requests to AutoSys of a warm function. */
export function toWarmCountFigures({
  measured: { perRequest },
}: WarmFound): readonly LaunchFigure[] {
  return [
    { what: 'requests to AutoSys of a jobStatus', found: perRequest.jobStatus.autosys },
    {
      what: 'requests to AutoSys of a setGlobal',
      found: perRequest.setGlobal.autosys,
      against: ['send, read back', 2],
    },
  ];
}

/** Executions that wait at once, and the goals of their number. */
export interface WaitsFound {
  readonly title: string;
  readonly waits: Waits;
  /** Maximum of requests to AutoSys per waiting job and minute. */
  readonly maxRequests: number;
  /** Maximum from the end of a job to the next state, in seconds. @default - none */
  readonly maxLate?: number;
}

/** Lateness and load of waiting executions. */
export function toWaitFigures(found: WaitsFound): readonly LaunchFigure[] {
  const { title, waits, maxRequests, maxLate } = found;
  const { lateMs, wait, waiters, measuredMs } = waits;
  const late = (share: number) => percentile(lateMs, share) / 1_000;
  return [
    {
      what: `${title}: requests to AutoSys per waiting job and minute`,
      found: wait.requests / (waiters * (measuredMs / 60_000)),
      goal: { text: `≤ ${maxRequests}`, atMost: maxRequests },
    },
    { what: `${title}: end of the job → next state, median, s`, found: late(0.5) },
    {
      what: `${title}: end of the job → next state, longest, s`,
      found: late(1),
      ...(maxLate !== undefined && { goal: { text: `≤ ${maxLate} s`, atMost: maxLate } }),
    },
  ];
}

/** What the request of one `runJob` takes, until its run is known. */
export function toBeginFigures({ begin }: Waits): readonly LaunchFigure[] {
  const { requests, ledger, calls, ranMs } = begin;
  return [
    { what: 'requests to AutoSys to begin a runJob', found: requests / calls },
    { what: 'ledger trips to begin a runJob', found: ledger.trips / calls },
    { what: 'time to begin a runJob, s', found: ranMs / calls / 1_000 },
  ];
}

/** A job that notifies the bridge. */
export function toNotifiedFigures(lateMs: readonly number[]): readonly LaunchFigure[] {
  return [
    {
      what: 'notified: end of the job → next state, median, s',
      found: median(lateMs) / 1_000,
      goal: { text: '≤ 1 s', atMost: 1 },
    },
    { what: 'notified: the same, longest, s', found: percentile(lateMs, 1) / 1_000 },
  ];
}

/** Size and init, compared with the report function. */
export function toInitFigures({ bytes, init }: RequestInit): readonly LaunchFigure[] {
  return (['request', 'wait'] as const).flatMap((name) => [
    {
      what: `bundle of the ${name} function, KB`,
      found: bytes[name] / 1_000,
      against: ['report', bytes.report / 1_000] as const,
    },
    {
      what: `init of the ${name} function, ms`,
      found: median(init[name]),
      against: ['report', median(init.report)] as const,
    },
    {
      what: `the same as a multiple of report (${name})`,
      found: ratio(init[name], init.report),
    },
  ]);
}

/** List prices of counted requests. @param many waits at once, for the cost of each */
export function toRequestCostFigures(
  { measured: { perRequest } }: WarmFound,
  many: readonly WaitsFound[],
): readonly LaunchFigure[] {
  const costOf = ({ autosys, ledger, reads, writes }: WarmCounts) =>
    toRequestCost({ requests: autosys, ledger: { trips: ledger, reads, writes } });
  const statusCost = costOf(perRequest.jobStatus);
  const begun = many.at(-1)?.waits.begin;
  return [
    { what: 'US$ per 1,000 jobStatus', found: 1_000 * statusCost },
    { what: 'US$ per 1,000 setGlobal', found: 1_000 * costOf(perRequest.setGlobal) },
    ...(begun
      ? [{ what: 'US$ per 1,000 runJob, without the wait', found: 1_000 * toBegunCost(begun) }]
      : []),
    ...many.map(({ title, waits }) => ({
      what: `US$ per 1,000 waiting job-hours, ${title}`,
      found: 1_000 * toWaitingJobHourCost(waits),
      against: ['states that poll', 1_000 * toPollingHourCost(statusCost)] as const,
    })),
  ];
}

/** US$ of the request of one `runJob`, on average. */
function toBegunCost({ requests, ledger, calls, ranMs }: Waits['begin']): number {
  const { trips, reads, writes } = ledger;
  const own = { trips: trips / calls, reads: reads / calls, writes: writes / calls };
  return toRequestCost({ requests: requests / calls, ledger: own, ranMs: ranMs / calls });
}

function addRounds(ones: readonly number[], others: readonly number[]): readonly number[] {
  return ones.map((one, round) => one + (others[round] ?? Number.NaN));
}
