import { LedgerError } from '../errors.ts';
import type { StartRequest } from './api.ts';
import { toNotAvailable } from './api-error.ts';
import {
  checkStart,
  type LaunchRules,
  type PermittedStart,
  refuseDisabled,
} from './check-start.ts';
import { completeIdentity, type FindActiveTry } from './find-active-try.ts';
import { judgeKnown } from './judge-known.ts';
import {
  beginWatch,
  type CheckedStart,
  intend,
  type Launch,
  lease,
  type StartResult,
} from './launch.ts';
import { toUnknownCalls } from './launch-doubt.ts';
import { toInputDigest } from './launch-input.ts';
import { toLaunchKey } from './launch-row.ts';
import { type LaunchedRuns, toEndMs } from './launched-runs.ts';
import type { StoredLaunch } from './launches.ts';
import { type ResolveDoubtDeps, resolveDoubt } from './resolve-doubt.ts';
import { describeIdentity, maxStarts, nameLimits, toRunName } from './run-name.ts';
import { settleCall } from './settle-call.ts';
import { settleWithRun } from './settle-with-run.ts';
import { type createTakeSlot, toTargetBusy } from './slots.ts';
import { describeConflict, toConflict } from './start-conflict.ts';
import { toLaunchedBatchJob, toStartOrder } from './start-order.ts';
import type { Starter } from './starter.ts';
import type { CarryOutStop } from './stop/carry-out-stop.ts';

export interface StartRunDeps extends ResolveDoubtDeps {
  readonly rules: LaunchRules;
  readonly starter: Starter;
  /** @throws {ApiError} 409 if no run is active, 503 if AutoSys cannot be asked */
  readonly findActiveTry: FindActiveTry;
  readonly runs: LaunchedRuns;
  readonly takeSlot: ReturnType<typeof createTakeSlot>;
  /** Carries out a stop that was requested while AWS was asked to start the run. */
  readonly beginStop: CarryOutStop;
  readonly newId: () => string;
  readonly leaseMs: number;
  /** How long after its end a launch is found again, in milliseconds. */
  readonly foundForMs: number;
}

/** A launch that answers a request. */
export interface StartedLaunch {
  readonly stored: StoredLaunch;
  /** 201: this request started it. 200: it was found. 202: its outcome is being looked up. */
  readonly status: 200 | 201 | 202;
}

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
    };
    return startOrFind(deps, { permitted, checked, request }, signal);
  };
}

interface StartWork {
  readonly permitted: PermittedStart;
  readonly checked: CheckedStart;
  readonly request: StartRequest;
}

/** `next`: the request is for the next start. `lost`: another function has changed the launch. */
type StartStep = StartedLaunch | 'next' | 'lost';

async function startOrFind(
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
    else return step;
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
      if (isHeld) return { stored: known, status: 202 };
      return callAws(deps, work, { start: launch.start, seen: revision, launch }, signal);
    case 'lookUp': {
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

/** A command that waits for a run which another request has started is watched as well. */
async function watch(
  { launches, now }: StartRunDeps,
  { checked }: StartWork,
  known: StoredLaunch,
): Promise<StoredLaunch> {
  if (!checked.wait) return known;
  return launches.change(known, (launch) => beginWatch(launch, now().getTime()));
}

/** Where the intent is written: a new row, or over the launch that was read. */
interface IntentRow {
  readonly start: number;
  readonly seen?: number;
  /** The launch that is continued. @default - a new one */
  readonly launch?: Launch;
}

/** The result of a function that does not call AWS, because its lease has expired. */
const leaseExpired: StartResult = { kind: 'notSent', reason: 'the lease of the start has expired' };

/** Writes the intent, calls AWS once, and records the answer. */
async function callAws(
  deps: StartRunDeps,
  { permitted, checked, request }: StartWork,
  { start, seen, launch }: IntentRow,
  signal: AbortSignal,
): Promise<StartStep> {
  const { launches, starter, runs, beginStop, now, newId, leaseMs } = deps;
  const { target } = permitted;
  refuseDisabled(target);
  const { identity } = checked;
  const name = toRunName({ identity, start }, nameLimits[target.kind]);
  const { params, input } = request;
  const order = toStartOrder(target, { identity, name, params, input });
  const batch = toLaunchedBatchJob(order);
  const nowMs = now().getTime();
  const intended = launch ?? intend(checked, { name, start, batch, nowMs });
  if (!(await holdSlot(deps, target, { launch: intended, seen }))) return 'lost';
  const owner = newId();
  const untilMs = nowMs + leaseMs;
  const leased = await launches.write(lease(intended, owner, untilMs), seen);
  if (leased === undefined) return 'lost';
  // After a pause, another function may have looked up the start and called AWS.
  const hasLease = now().getTime() < untilMs;
  const result = hasLease ? await starter(order, signal) : leaseExpired;
  const stored = await settleWithRun({ launches, runs }, leased, (known) =>
    settleCall(known, owner, { result, nowMs: now().getTime() }),
  );
  switch (result.kind) {
    case 'started':
      if (stored.launch.aws?.id !== result.id) deps.onDuplicate(stored.launch);
      return { stored: await beginStop(stored, signal), status: result.found ? 200 : 201 };
    case 'unknown':
      return { stored, status: 202 };
    case 'refused':
      return { stored, status: 200 };
    default:
      // A stop was requested meanwhile, so the start is not repeated.
      if (stored.launch.stage === 'refused') return { stored, status: 200 };
      throw toNotAvailable(`AWS could not start target ${target.name}: ${result.reason}`);
  }
}

/**
 * Takes a slot of the target before the intent is written.
 *
 * @returns false if another function has written the launch meanwhile
 * @throws {ApiError} 429 if no slot is free
 */
async function holdSlot(
  { takeSlot, launches }: StartRunDeps,
  target: PermittedStart['target'],
  { launch, seen }: { readonly launch: Launch; readonly seen: number | undefined },
): Promise<boolean> {
  const { launchId } = launch;
  const slot = await takeSlot({ target, launchKey: toLaunchKey(launch), launchId });
  if (slot.kind === 'taken') return true;
  const latest = await launches.read(launch);
  if (latest?.revision !== seen) return false;
  throw toTargetBusy(target.name, slot);
}
