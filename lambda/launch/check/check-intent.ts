import { nothingStarted } from '../api.ts';
import { type Launch, settleLaunch, settleUnsent } from '../launch.ts';
import { toLastCallMs } from '../launch-row.ts';
import type { LaunchedRuns } from '../launched-runs.ts';
import type { Launches, StoredLaunch } from '../launches.ts';
import { settleWithRun } from '../settle-with-run.ts';
import type { PaceCall } from '../stop/stop-calls.ts';
import type { LookUpStart, StartLookup } from './look-up-start.ts';

/** Time after the last call from which on a start that AWS does not know has not taken place. */
const neverStartedAfterMs = 10 * 60_000;

export interface CheckIntentDeps {
  readonly launches: Launches;
  readonly runs: LaunchedRuns;
  readonly lookUpStart: LookUpStart;
  readonly now: () => Date;
}

/**
 * Creates the lookup of an intended launch: AWS knows the run, and it is bound; or AWS does not know
 * it ten minutes after the last call, and it was never started.
 */
export function createCheckIntent({ launches, runs, lookUpStart, now }: CheckIntentDeps) {
  /** @throws {LedgerError} */
  return async function checkIntent(
    stored: StoredLaunch,
    { pace, signal }: { readonly pace: PaceCall; readonly signal: AbortSignal },
  ): Promise<StoredLaunch> {
    const read = stored.launch;
    const lookup = await pace<StartLookup>(() => lookUpStart(read, signal));
    return settleWithRun({ launches, runs }, stored, (launch) => {
      const nowMs = now().getTime();
      // A caller has asked AWS again meanwhile, or another function has settled it.
      const isSame = launch.stage === 'intended' && toLastCallMs(launch) === toLastCallMs(read);
      return isSame ? settleIntent(launch, lookup, nowMs) : launch;
    });
  };
}

/** The launch after a lookup. Pure. */
export function settleIntent(launch: Launch, lookup: StartLookup, nowMs: number): Launch {
  switch (lookup.kind) {
    case 'found': {
      const { unknownCalls, workload } = launch;
      const started = settleLaunch(launch, { ...lookup, kind: 'started', found: true }, nowMs);
      // Calls that are still unknown are searched for duplicates later.
      return workload === 'batchJob' && unknownCalls ? { ...started, unknownCalls } : started;
    }
    case 'other': {
      const began = new Date(lookup.beganMs).toISOString();
      const message = `AWS has a run named ${launch.name} already, begun at ${began}`;
      const exit = nothingStarted.wrongTarget;
      return settleLaunch(
        launch,
        { kind: 'refused', code: 'ExecutionAlreadyExists', message, exit },
        nowMs,
      );
    }
    case 'unknown':
      return nowMs - toLastCallMs(launch) >= neverStartedAfterMs
        ? settleUnsent(launch, 'never started: AWS does not know it', nowMs)
        : { ...launch, lookedUpMs: nowMs };
    default:
      return { ...launch, lookedUpMs: nowMs };
  }
}
