import type { Run } from '../../lambda/ledger/run.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import { type RunTextFacts, toExpectedEndMs } from '../why/describe-run.ts';

/** Earlier runs of the same Batch job, or of the same job in AutoSys, that have succeeded. */
export interface EarlierRuns {
  readonly count: number;
  /** Time from the start to the end of the longest one, in milliseconds. */
  readonly longestMs: number;
}

/** Why a run is slow. */
export type SlowReason =
  /** Its expected end has passed (`endsWithin` of its route). */
  | 'expected'
  /** It runs for longer than each of the earlier runs. */
  | 'earlier';

/** A run in AWS that the ledger has not completed, against what the ledger knows. */
export interface JudgedRun {
  readonly run: Run;
  /** Time since its start; if it has ended, up to its end. In milliseconds. */
  readonly runsForMs: number;
  /** Absent if neither the route file nor the ledger tells it. */
  readonly expectedEndMs?: number;
  /** Absent if the ledger has none. */
  readonly earlier?: EarlierRuns;
  /** Empty for a run that is not known to be slow. */
  readonly slow: readonly SlowReason[];
}

/**
 * Compares an open run with its expected end and with earlier runs. Pure.
 *
 * Without a route file the expected end is known until the sweep asks AWS for the first time. It does
 * so at the expected end, so a run that it has asked about is past it, unless a person has asked.
 */
export function judgeRun(
  run: Run,
  {
    nowMs,
    endsWithinMs,
    earlier,
  }: Pick<RunTextFacts, 'nowMs' | 'endsWithinMs'> & {
    readonly earlier?: EarlierRuns | undefined;
  },
): JudgedRun {
  const expectedEndMs = toExpectedEndMs(run, { endsWithinMs });
  const { status, beganMs, changedMs } = run.version;
  const isOpen = !isOver(status);
  const runsForMs = Math.max(0, (isOpen ? nowMs : changedMs) - beganMs);
  const isPast = expectedEndMs === undefined ? wasAskedAtExpectedEnd(run) : expectedEndMs < nowMs;
  const isLonger = isOpen && earlier !== undefined && runsForMs > earlier.longestMs;
  return {
    ...{ run, runsForMs },
    ...(expectedEndMs !== undefined && { expectedEndMs }),
    ...(earlier && { earlier }),
    slow: [...(isPast ? (['expected'] as const) : []), ...(isLonger ? (['earlier'] as const) : [])],
  };
}

/** Whether the sweep has asked AWS about a run because its expected end had passed. */
function wasAskedAtExpectedEnd({ asks, routes, history, version }: Run): boolean {
  if (isOver(version.status) || asks === 0) return false;
  // A waiting command moves the first lookup of a launched run forward.
  const isLaunched = routes.some((route) => route.startsWith('target:'));
  const isAskedByPerson = history.some(({ text }) => text.startsWith('AWS lookup requested by '));
  return !isLaunched && !isAskedByPerson;
}

/** The order on the screen: the slow ones first, then the longest. */
export function compareJudgedRuns(one: JudgedRun, other: JudgedRun): number {
  return (
    Number(other.slow.length > 0) - Number(one.slow.length > 0) || other.runsForMs - one.runsForMs
  );
}
