import { LedgerError } from '../errors.ts';
import type { StartRequest } from './api.ts';
import { callAws } from './call-aws.ts';
import { checkStart } from './check-start.ts';
import { completeIdentity } from './find-active-try.ts';
import type { CheckedStart } from './intend.ts';
import { judgeKnown } from './judge-known.ts';
import { toUnknownCalls } from './launch-doubt.ts';
import { toInputDigest } from './launch-input.ts';
import { toEndMs } from './launched-runs.ts';
import type { StoredLaunch } from './launches.ts';
import { toRequestedMirror } from './mirror/launch-mirror.ts';
import { showBeforeAnswer } from './mirror/show-before-answer.ts';
import { resolveDoubt } from './resolve-doubt.ts';
import { describeIdentity, maxStarts } from './run-name.ts';
import { describeConflict, toConflict } from './start-conflict.ts';
import type { StartedLaunch, StartRunDeps, StartStep, StartWork } from './start-work.ts';
import { keepWatch } from './watch.ts';

/** Maximum lost races in a row. A launch has few writers; more is a fault. */
const maxRaces = 10;

/** Creates the start of runs: once per identity, however many requests ask for it. */
export function createStartRun(deps: StartRunDeps) {
  const { rules, findActiveTry, newId } = deps;

  /** @throws {ApiError} if nothing was started @throws {LedgerError} */
  return async function startRun(
    request: StartRequest,
    callerName: string,
    signal: AbortSignal,
  ): Promise<StartedLaunch> {
    const permitted = checkStart(request, callerName, rules);
    const checked: CheckedStart = {
      identity: await completeIdentity(permitted.identity, findActiveTry, signal),
      target: permitted.target.name,
      workload: permitted.target.kind,
      caller: callerName,
      launchId: request.launchId ?? newId(),
      inputDigest: toInputDigest(request.params ?? {}, request.input),
      again: request.again ?? false,
      wait: request.wait ?? false,
      ...toRequestedMirror(permitted),
    };
    return startOrFind(deps, { permitted, checked, request }, signal);
  };
}

/** Starts a run, or finds the one that the identity has started. @throws {ApiError} @throws {LedgerError} */
export async function startOrFind(
  deps: StartRunDeps,
  work: StartWork,
  signal: AbortSignal,
): Promise<StartedLaunch> {
  const { identity } = work.checked;
  let start = 1;
  let races = 0;
  while (start <= maxStarts && races < maxRaces) {
    const known = await deps.launches.read({ identity, start });
    const step: StartStep =
      known === undefined
        ? await callAws(deps, work, { start }, signal)
        : await answerKnown(deps, work, known, signal);
    if (step === 'next') start += 1;
    else if (step === 'lost') races += 1;
    else {
      await showBeforeAnswer(deps.showRunning, step, signal);
      return step;
    }
  }
  if (start > maxStarts) {
    throw toConflict(`${describeIdentity(identity)} was started ${maxStarts} times`);
  }
  throw new LedgerError({
    doing: `start ${describeIdentity(identity)}`,
    reason: `${maxRaces} races lost in a row`,
  });
}

async function answerKnown(
  deps: StartRunDeps,
  work: StartWork,
  known: StoredLaunch,
  signal: AbortSignal,
): Promise<StartStep> {
  const { runs, now, foundForMs } = deps;
  const { launch, revision } = known;
  const run = await runs.read(launch);
  const endedMs = toEndMs(run);
  // The sweep looks up what a disabled target may have started.
  const isHeld = !work.permitted.target.enabled && toUnknownCalls(launch) !== undefined;
  const judged = judgeKnown(launch, work.checked, { endedMs, nowMs: now().getTime(), foundForMs });
  switch (judged.kind) {
    case 'next':
      return 'next';
    case 'found':
      // The row of the run may have expired before that of the launch.
      if (launch.stage === 'started' && run === undefined) await runs.record(launch);
      return {
        stored: endedMs === undefined ? await watch(deps, work, known) : known,
        status: 200,
      };
    case 'busy':
      return { stored: await watch(deps, work, known), status: 202 };
    case 'renew':
      return callAws(deps, work, { start: launch.start, seen: revision }, signal);
    case 'resume':
    case 'lookUp': {
      const watched = await watch(deps, work, known);
      // The row has changed, also by others, so it is judged again.
      if (watched.revision !== revision) return 'lost';
      if (judged.kind === 'resume') {
        if (isHeld) return { stored: known, status: 202 };
        return callAws(deps, work, { start: launch.start, seen: revision, launch }, signal);
      }
      const resolved = await resolveDoubt(deps, known, judged.ifNotFound, signal);
      if (resolved.kind === 'bound') return { stored: resolved.stored, status: 200 };
      if (resolved.kind === 'wait' || isHeld) return { stored: known, status: 202 };
      return callAws(deps, work, { start: launch.start, seen: revision, launch }, signal);
    }
    case 'conflict':
      throw toConflict(describeConflict(launch, judged.why, endedMs));
    default:
      return judged satisfies never;
  }
}

/**
 * A command that waits for a run which another request has started is watched as well, and each
 * request of a command leaves a mark.
 */
async function watch(
  { launches, now }: StartRunDeps,
  { checked }: StartWork,
  known: StoredLaunch,
): Promise<StoredLaunch> {
  if (!checked.wait) return known;
  return launches.change(known, (launch) => keepWatch(launch, now().getTime()));
}
