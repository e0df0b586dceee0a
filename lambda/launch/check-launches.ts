import { ConcurrencyLimit } from '../delivery/concurrency-limit.ts';
import { describeError, type ErrorDescription } from '../errors.ts';
import { agendaLists, walkAgenda } from '../ledger/agenda.ts';
import type { Table } from '../ledger/table.ts';
import { type CheckIntentDeps, createCheckIntent } from './check/check-intent.ts';
import { type CheckWatchDeps, createCheckWatch } from './check/check-watch.ts';
import { type CheckDeadline, createPacedCalls } from './check/paced-calls.ts';
import type { createCheckDuplicates } from './check-duplicates.ts';
import type { Launch } from './launch.ts';
import { toCheckMs } from './launch-row.ts';
import type { StoredLaunch } from './launches.ts';
import { createFinishMirror, type FinishMirrorDeps } from './mirror/finish-mirror.ts';
import { type CarryOutStopDeps, createContinueStop } from './stop/carry-out-stop.ts';
import type { PaceCall } from './stop/stop-calls.ts';
import { isStopping } from './stop/stop-record.ts';

export interface CheckLaunchesDeps
  extends CheckIntentDeps,
    CheckWatchDeps,
    CarryOutStopDeps,
    FinishMirrorDeps {
  /** Finds duplicates of a started Batch job, once it is due. */
  readonly checkDuplicates: ReturnType<typeof createCheckDuplicates>;
  readonly table: Pick<Table, 'agenda'>;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What a check has changed. */
export type LaunchCheck =
  | {
      readonly kind: 'stopProven' | 'stopParked' | 'startFound' | 'neverStarted';
      readonly launch: Launch;
    }
  /** The waiting command is gone, and the run is stopped, or left. */
  | { readonly kind: 'waiterGone'; readonly launch: Launch }
  /** The check failed. The launch stays on the list. */
  | { readonly kind: 'failed'; readonly key: string; readonly error: ErrorDescription };

/**
 * Calls per second of one sweep run, beside its lookups.
 *
 * - AWS: DescribeExecution refills at 10 to 15 per second, ListMapRuns and ListExecutions at 1 to 5
 *   (service quotas). A step makes them in turn.
 * - AutoSys: reads of jobs.
 */
export const checksPerSecond = { aws: 3, autosys: 5 } as const;

const pageSize = 100;
/** Maximum launches that are checked at once. */
const maxAtOnce = 5;

/**
 * Creates the sweep's work on launches: it looks up starts whose outcome is unknown, continues stops
 * until they are proven, and notices waiting commands that have vanished.
 *
 * A launch whose check fails does not stop the others.
 */
export function createCheckLaunches(deps: CheckLaunchesDeps) {
  const { table, now, sleep } = deps;
  const checkOne = createCheckOne(deps);
  /** @throws {LedgerError} if the list cannot be read */
  return async function checkLaunches(
    deadline: CheckDeadline,
    onResult: (check: LaunchCheck) => void,
  ): Promise<void> {
    const { signal, untilMs } = deadline;
    const { aws, autosys } = checksPerSecond;
    const paces = {
      aws: createPacedCalls({ now, sleep, perSecond: aws }, deadline),
      autosys: createPacedCalls({ now, sleep, perSecond: autosys }, deadline),
    };
    const concurrency = new ConcurrencyLimit<never>(maxAtOnce);
    concurrency.widen();
    const options = { until: now(), pageSize };
    for await (const key of walkAgenda(table, agendaLists.launch, options)) {
      await concurrency.waitForRoom();
      if (signal.aborted || now().getTime() >= untilMs) break;
      concurrency.start(async () => {
        try {
          await checkOne(key, { paces, signal, onResult });
        } catch (error) {
          onResult({ kind: 'failed', key, error: describeError(error) });
        }
        return undefined;
      });
    }
    await concurrency.waitForAll();
  };
}

interface CheckRun {
  readonly paces: { readonly aws: PaceCall; readonly autosys: PaceCall };
  readonly signal: AbortSignal;
  readonly onResult: (check: LaunchCheck) => void;
}

function createCheckOne(deps: CheckLaunchesDeps) {
  const { launches, now } = deps;
  const checkIntent = createCheckIntent(deps);
  const checkWatch = createCheckWatch(deps);
  const continueStop = createContinueStop(deps);
  const finishMirror = createFinishMirror(deps);

  return async function checkOne(key: string, { paces, signal, onResult }: CheckRun) {
    let stored = await launches.readByKey(key);
    // The list lags behind the rows.
    if (stored === undefined || !isDue(stored)) return;
    if (stored.launch.stage === 'refused') {
      await finishMirror(stored, signal);
      return;
    }
    if (stored.launch.stage === 'intended') {
      stored = await checkIntent(stored, { pace: paces.aws, signal });
      const { stage } = stored.launch;
      if (stage === 'started') onResult({ kind: 'startFound', launch: stored.launch });
      if (stage === 'refused') {
        onResult({ kind: 'neverStarted', launch: stored.launch });
        await finishMirror(stored, signal);
        return;
      }
    } else {
      stored = await deps.checkDuplicates(stored, signal);
      // A launch that was stopped before is due for duplicates only.
      if (stored.launch.stop === undefined) {
        stored = await checkWatch(stored, { pace: paces.autosys, signal });
        if (stored.launch.stop) onResult({ kind: 'waiterGone', launch: stored.launch });
      }
    }
    const before = stored.launch.stop?.state;
    if (!isStopping(stored.launch.stop) || !isDue(stored)) return;
    const { launch } = await continueStop(stored, { pace: paces.aws, signal });
    const after = launch.stop?.state;
    if (after === before) return;
    if (after === 'proven') onResult({ kind: 'stopProven', launch });
    if (after === 'parked') onResult({ kind: 'stopParked', launch });
  };

  function isDue({ launch }: StoredLaunch): boolean {
    const checkMs = toCheckMs(launch);
    return checkMs !== undefined && checkMs <= now().getTime();
  }
}
