import { isTerminal } from '../../../autosys/status.ts';
import type { JobView } from '../../../autosys/views.ts';
import type { RunJobAnswer } from '../result.ts';
import type { SeenRun } from '../stored-request.ts';

/** One reading of the job that a request waits for. */
export type SeenJob =
  | { readonly kind: 'job'; readonly job: JobView }
  /** AutoSys has no such job. */
  | { readonly kind: 'unknownJob' }
  /** AutoSys was not read: it is away, its circuit breaker is open, or this pass has no time left. */
  | { readonly kind: 'unread'; readonly reason: string };

/** How the shown run stands to the awaited one. */
export type RunComparison = 'same' | 'laterTry' | 'later' | 'earlier';

/** Whether AutoSys has shown a number or a start time, by which a run can be compared. Pure. */
export function isComparable({ run, startedMs }: SeenRun): boolean {
  return run !== undefined || startedMs !== undefined;
}

/** The run as a request answers it. The exit code is that of an ended run only. Pure. */
export function toEndAnswer({ status, lastRun }: JobView): RunJobAnswer {
  const { run, try: tryNumber, startedAt, endedAt, exitCode } = lastRun;
  const isOver = isTerminal(status);
  return {
    status,
    ...(isOver && exitCode !== undefined && { exitCode }),
    ...(run !== undefined && { run }),
    ...(tryNumber !== undefined && { try: tryNumber }),
    ...(startedAt && { startedAt: startedAt.toISOString() }),
    ...(isOver && endedAt && { endedAt: endedAt.toISOString() }),
  };
}

/**
 * Compares the run that AutoSys shows with the awaited run. Pure.
 *
 * Run numbers decide, then tries, then start times. A lower run number with a later start is a later
 * run: AutoSys counts anew, as after a new database. Without run numbers a later start is a later run,
 * unless AutoSys shows a higher try.
 */
export function compareRuns(awaited: SeenRun, shown: SeenRun): RunComparison {
  const startedLater = isMore(shown.startedMs, awaited.startedMs);
  const isHigherTry = isMore(shown.try, awaited.try);
  if (awaited.run !== undefined && shown.run !== undefined) {
    if (shown.run > awaited.run) return 'later';
    if (shown.run < awaited.run) return startedLater ? 'later' : 'earlier';
    const isTryUnknown = shown.try === undefined || awaited.try === undefined;
    if (isHigherTry || (isTryUnknown && startedLater)) return 'laterTry';
    return isMore(awaited.try, shown.try) ? 'earlier' : 'same';
  }
  if (startedLater) return isHigherTry ? 'laterTry' : 'later';
  return isMore(awaited.startedMs, shown.startedMs) ? 'earlier' : 'same';
}

function isMore(one: number | undefined, other: number | undefined): boolean {
  return one !== undefined && other !== undefined && one > other;
}
