import type { JobView } from '../../autosys/views.ts';
import type { Entry } from '../ledger/entry.ts';
import { type BeginRunDeps, createBeginRun } from './begin-run.ts';
import type { CarryOut } from './carry-out.ts';
import { toStartRequest } from './effect-request.ts';
import { isStartLost, toFailure, toParkedFailure } from './effect-result.ts';
import { endRequest } from './end-request.ts';
import { createHasEarlierRun } from './has-earlier-run.ts';
import type { createIdentifyRun } from './identify-run.ts';
import type { ReadAutosys } from './read-autosys.ts';
import { RequestError } from './request-error.ts';
import type { KnownRequest } from './requests.ts';
import type { RequestResult } from './result.ts';
import { isRunOf, toStartedAnswer, withRun } from './seen-run.ts';
import type { SeenRun, StoredRequest } from './stored-request.ts';

export interface RunJobDeps extends BeginRunDeps {
  readonly carryOut: CarryOut;
  readonly identifyRun: ReturnType<typeof createIdentifyRun>;
}

/**
 * Creates the beginning of a `runJob`: the job is read, the start is sent once, and the run is
 * recorded if AutoSys shows it. The wait function awaits the end.
 *
 * The start is a one-shot of the ledger, so no repeated attempt sends it again.
 */
export function createRunJob(deps: RunJobDeps) {
  const { requests, carryOut, readAutosys, identifyRun, now } = deps;
  const beginRun = createBeginRun(deps);
  const hasEarlierRun = createHasEarlierRun(deps);

  /**
   * @returns the request: ended, or waiting under a task token
   * @throws {RequestError} `AutoSys.Pending` @throws {LedgerError}
   */
  return async function runJob(found: KnownRequest, signal: AbortSignal): Promise<KnownRequest> {
    const begun = await beginRun(found, signal);
    const { stage, wait } = begun.request;
    if (stage === 'ended' || wait === undefined) return begun;
    if (wait.run !== undefined) return wait.token === undefined ? answer(begun, signal) : begun;
    const start = toStartRequest(begun.request);
    // The next run is awaited; without a token that was refused.
    if (start === undefined) return begun;
    const state = await carryOut(start, signal);
    // A start is never replaced, so its row was deleted.
    if (state.kind === 'superseded') throw new RequestError('AutoSys.Unknown', state.reason);
    const { entry } = state;
    if (entry?.stage === 'parked' && (wait.token === undefined || isStartLost(entry))) {
      return end(begun, toParkedFailure(entry));
    }
    const identified = isDelivered(entry) ? await identify(begun, entry, signal) : begun;
    if (identified.request.stage === 'ended' || wait.token !== undefined) return identified;
    const reason = state.kind === 'pending' ? state.reason : 'AutoSys shows no new run yet';
    throw new RequestError(
      'AutoSys.Pending',
      `${reason}; the bridge continues it, send the same request again to learn the run`,
    );
  };

  /** Records the run that the start began, if AutoSys shows it. */
  async function identify(
    known: KnownRequest,
    entry: Entry,
    signal: AbortSignal,
  ): Promise<KnownRequest> {
    const view = await readJobOf(known.request, readAutosys, signal);
    if (
      view === undefined ||
      (await hasEarlierRun(known.request, { start: entry, view, signal }))
    ) {
      return known;
    }
    const run = await identifyRun(entry, view);
    if (run === undefined) return known;
    const nowMs = now().getTime();
    return requests.change(known, (request) => withRun(request, { run, view, nowMs }));
  }

  /** Answers with a run that was identified before. */
  async function answer(known: KnownRequest, signal: AbortSignal): Promise<KnownRequest> {
    const { wait } = known.request;
    const view = await readJobOf(known.request, readAutosys, signal);
    if (view === undefined || wait?.run === undefined) {
      throw new RequestError('AutoSys.Pending', 'the run cannot be read now; send it again');
    }
    return end(known, toStartedResult(wait.run, view));
  }

  function end(known: KnownRequest, result: RequestResult): Promise<KnownRequest> {
    const nowMs = now().getTime();
    return requests.change(known, (request) => endRequest(request, result, nowMs));
  }
}

function toStartedResult(run: SeenRun, view: JobView): RequestResult {
  if (isRunOf(run, view)) return { kind: 'answer', answer: toStartedAnswer(run, view) };
  const cause = `the run ${run.run ?? ''} was started, and AutoSys shows a later one`;
  return toFailure('AutoSys.Unknown', cause);
}

/** Whether AutoSys has the start. Before that, a run that the job shows is that of another start. */
function isDelivered(entry: Entry | undefined): entry is Entry {
  if (entry?.sent === undefined) return false;
  return entry.stage !== 'sending' && entry.stage !== 'due';
}

/** The job of a request, or `undefined` if AutoSys does not show it now. */
async function readJobOf(
  { wait, instance }: StoredRequest,
  readAutosys: ReadAutosys,
  signal: AbortSignal,
): Promise<JobView | undefined> {
  if (wait === undefined) return undefined;
  const seen = await readAutosys(instance, (port) => port.readJob(wait.job, { signal }), signal);
  return seen.kind === 'read' ? seen.value : undefined;
}
