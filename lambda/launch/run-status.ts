import type { Run } from '../ledger/run.ts';
import type { LaunchCaller, LaunchTarget } from '../routing/targets.ts';
import type { RunAnswer } from './api.ts';
import type { CompleteEnd } from './array-exit.ts';
import type { Launch } from './launch.ts';
import type { LaunchedRuns } from './launched-runs.ts';
import type { Launches, StoredLaunch } from './launches.ts';
import { createReadLaunch } from './read-launch.ts';
import { toRunAnswer } from './to-run-answer.ts';
import { endWatch, markSeen } from './watch.ts';

export interface RunStatusDeps {
  readonly launches: Launches;
  readonly runs: LaunchedRuns;
  readonly completeEnd: CompleteEnd;
  readonly targets: readonly LaunchTarget[];
  readonly region: string;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A request for the status of a run. */
export interface StatusRequest {
  readonly name: string;
  /** Revision that the caller knows. Only a waiting command has one. */
  readonly after?: string;
  /** Seconds to wait for another revision. @default 0 */
  readonly hold?: number;
}

/** Milliseconds between two reads of the ledger while a request is held. */
const readEveryMs = 700;
/** Maximum seconds that a request is held. API Gateway ends it after 29. */
const maxHoldSeconds = 20;

/** Creates the answer about one launch. */
export function createAnswerLaunch({ targets, region, now, random }: RunStatusDeps) {
  return function answerLaunch(launch: Launch, run: Run | undefined): RunAnswer {
    const target = targets.find(({ name }) => name === launch.target);
    return toRunAnswer(launch, run, { target, region, nowMs: now().getTime(), random: random() });
  };
}

/**
 * Creates the status of a run, from the ledger alone. AWS is not asked, but once about the exit code
 * of an array job that has failed.
 *
 * A request with `after` comes from a waiting command: the sweep asks AWS about the run within ten
 * minutes, and if the run is watched, the request leaves a mark in the launch row. The watch ends
 * with the answer that the run has ended.
 */
export function createRunStatus(deps: RunStatusDeps) {
  const { launches, runs, completeEnd, now, sleep } = deps;
  const readLaunch = createReadLaunch(launches);
  const answerLaunch = createAnswerLaunch(deps);

  /** @throws {ApiError} 403 or 404 @throws {LedgerError} */
  return async function runStatus(
    { name, after, hold = 0 }: StatusRequest,
    caller: LaunchCaller,
    signal: AbortSignal,
  ): Promise<RunAnswer> {
    const untilMs = now().getTime() + Math.min(hold, maxHoldSeconds) * 1_000;
    let stored = await readLaunch(name, caller);
    let run = await runs.read(stored.launch);
    if (after !== undefined) stored = await mark(stored, run);
    for (;;) {
      stored = await completeEnd(stored, run, signal);
      const answer = answerLaunch(stored.launch, run);
      const isNews = after === undefined || answer.rev !== after || answer.exit !== undefined;
      if (isNews || signal.aborted || now().getTime() + readEveryMs > untilMs) {
        // The run may be redriven after its command has ended with this answer.
        if (after !== undefined && answer.state === 'ENDED')
          await launches.change(stored, endWatch);
        return answer;
      }
      await sleep(readEveryMs, signal).catch(() => undefined);
      stored = (await launches.read(stored.launch)) ?? stored;
      run = await runs.read(stored.launch);
    }
  };

  async function mark(stored: StoredLaunch, run: Run | undefined): Promise<StoredLaunch> {
    if (stored.launch.stage === 'refused' || run?.result !== undefined) return stored;
    const marked = await launches.change(stored, (launch) => markSeen(launch, now().getTime()));
    if (run !== undefined) await runs.askSoon(run);
    return marked;
  }
}
