import { isTerminal } from '../../autosys/status.ts';
import type { JobView } from '../../autosys/views.ts';
import { withHistory } from '../ledger/entry.ts';
import { toSeenRun } from './decide-start.ts';
import { endRequest } from './end-request.ts';
import type { RunJobAnswer } from './result.ts';
import type { SeenRun, StoredRequest } from './stored-request.ts';

/**
 * The request with its identified run. Without a task token it is answered with it. A request that
 * has ended, or whose run is known, stays as it is. Pure.
 */
export function withRun(
  request: StoredRequest,
  { run, view, nowMs }: { readonly run: SeenRun; readonly view: JobView; readonly nowMs: number },
): StoredRequest {
  const { stage, wait } = request;
  if (stage === 'ended' || wait === undefined || wait.run !== undefined) return request;
  const identified = withHistory<StoredRequest>(
    { ...request, wait: { ...wait, run } },
    nowMs,
    describeSeenRun(run),
  );
  if (wait.token !== undefined) return identified;
  return endRequest(identified, { kind: 'answer', answer: toStartedAnswer(run, view) }, nowMs);
}

/**
 * Whether further runs may have begun between the reading before the start and the shown run. Run
 * numbers are counted over all jobs, so a gap proves nothing. Pure.
 */
export function mayHaveRunBetween(before: SeenRun, shown: SeenRun): boolean {
  return shown.run !== undefined && (before.run === undefined || shown.run > before.run + 1);
}

function describeSeenRun({ run, try: number }: SeenRun): string {
  if (run === undefined) return 'run identified; AutoSys shows no number';
  return `run identified: ${run}${number === undefined ? '' : `/${number}`}`;
}

/** Whether a job shows this run, in whatever try. Pure. */
export function isRunOf(run: SeenRun, view: JobView): boolean {
  const shown = toSeenRun(view);
  return run.run !== undefined && shown.run !== undefined
    ? run.run === shown.run
    : run.startedMs === shown.startedMs;
}

/** Answer of a `runJob` without a task token: the run, and its status when it was read. Pure. */
export function toStartedAnswer(run: SeenRun, { status, lastRun }: JobView): RunJobAnswer {
  const { exitCode, endedAt } = lastRun;
  // While a run is active, AutoSys may still show the end of the run before it.
  const isOver = isTerminal(status);
  return {
    status,
    ...(isOver && exitCode !== undefined && { exitCode }),
    ...(run.run !== undefined && { run: run.run }),
    ...(run.try !== undefined && { try: run.try }),
    ...(run.startedMs !== undefined && { startedAt: new Date(run.startedMs).toISOString() }),
    ...(isOver && endedAt && { endedAt: endedAt.toISOString() }),
  };
}
