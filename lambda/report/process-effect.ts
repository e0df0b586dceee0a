import { describeEvent } from '../../autosys/event.ts';
import type { ClaimedEntry } from '../delivery/autosys.ts';
import { type ClaimResult, createClaim } from '../delivery/claim.ts';
import { createExecute, type ExecuteDeps } from '../delivery/execute.ts';
import { toEffectOutcome, toParked, toWaiting } from '../delivery/outcome.ts';
import { describeOvertaken } from '../delivery/overtaken.ts';
import type { EffectResult } from '../delivery/report-result.ts';
import type { EffectRequest } from '../ledger/admit.ts';
import { toKey } from '../ledger/entry-row.ts';
import { createParkInvalidEffect } from '../ledger/invalid-effect.ts';
import { toObservedPrefix } from '../ledger/observed.ts';
import { createParkOldEvent } from '../ledger/old-event.ts';
import type { RunRow } from '../ledger/run-row.ts';
import { createKeepOrder, createWithdraw, withoutOvertaken } from '../ledger/withdraw.ts';
import type { Route } from '../routing/routes.ts';
import type { Effect, InvalidEffect } from '../routing/translate.ts';
import { judgeEventAge } from '../workload/event-age.ts';
import { toVersion } from '../workload/version.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { findOvertakingStatuses } from './predecessors.ts';
import { toEffectRequest, toRequestCause } from './request.ts';

export type ProcessEffectDeps = ExecuteDeps;

/** The event of one message, and the function that works on it. */
export interface ReportWork {
  readonly event: WorkloadEvent;
  /** Row of the run of the event. */
  readonly run: RunRow;
  readonly leaseOwner: string;
  readonly signal: AbortSignal;
}

/** The work on one effect. */
export interface EffectWork extends ReportWork {
  /** The route that requests it. */
  readonly route: Route | undefined;
  /** Keys of the entries that must be sent before it. */
  readonly after: readonly string[];
}

/** Creates the function that admits one effect to the ledger and executes it. */
export function createProcessEffect(deps: ProcessEffectDeps) {
  const { now, autosysFor } = deps;
  const { admitRequest } = createClaim(deps);
  const parkInvalidEffect = createParkInvalidEffect(deps);
  const parkOldEvent = createParkOldEvent(deps);
  const discardOvertaken = createDiscardOvertaken(deps);
  const executeClaimed = createExecuteClaimed(deps);

  return async function processEffect(
    effect: Effect | InvalidEffect,
    work: EffectWork,
  ): Promise<EffectResult> {
    const { event, leaseOwner, signal } = work;
    if (effect.kind === 'invalidEffect') return parkInvalid(effect, event);
    const { route, to } = effect;
    const request = toRequest(effect, work, now());
    const findRefusal = createFindObserved(request, work);
    const key = toKey(request);
    const identity = { route, to, eventText: describeEvent(request.event), key };
    const age = judgeEventAge(event, { ...autosysFor(to), now: now() });
    if (age.kind !== 'current') {
      const reason = await findRefusal();
      if (reason !== undefined) return { ...identity, outcome: { kind: 'dropped', reason } };
      const { key: ownKey, ...outcome } = await parkOldEvent(request, age.reason);
      return { ...identity, key: ownKey, target: key, outcome };
    }
    const claim = await admitRequest(request, { leaseOwner, signal, findRefusal });
    const reason = await discardOvertaken(request, claim, work);
    if (reason !== undefined) return { ...identity, outcome: { kind: 'dropped', reason } };
    switch (claim.kind) {
      case 'taken':
        return { ...identity, ...(await executeClaimed(claim, signal)) };
      case 'parked':
        return { ...identity, outcome: toParked(claim.entry) };
      case 'unreached':
        return { ...identity, outcome: toWaiting(claim.error) };
      default:
        return { ...identity, outcome: claim };
    }
  };

  async function parkInvalid(
    { route, to, reason }: InvalidEffect,
    event: WorkloadEvent,
  ): Promise<EffectResult> {
    const cause = toRequestCause(route, event, now());
    const key = await parkInvalidEffect({ to, version: toVersion(event), cause, reason });
    return { route, to, key, outcome: { kind: 'parked', code: 'BRIDGE_INVALID_EFFECT', reason } };
  }
}

/**
 * Creates the lookup whether the route only observed the event when it first arrived. Then the
 * polling job has reacted to it, and it is not sent although the route is live now.
 */
function createFindObserved({ to, cause }: EffectRequest, { event, run }: ReportWork) {
  const prefix = toObservedPrefix({ to, cause, version: toVersion(event) });
  return async function findObserved(): Promise<string | undefined> {
    if (!(await run.listsEntry(prefix))) return undefined;
    return 'the route observed this event before it was live, so nothing is sent for it';
  };
}

function toRequest(effect: Effect, { event, route, after }: EffectWork, now: Date): EffectRequest {
  const overtakenBy = route ? findOvertakingStatuses(effect, event, route) : [];
  return {
    ...toEffectRequest(effect, event, now),
    ...(after.length > 0 && { after }),
    ...(overtakenBy.length > 0 && { overtakenBy }),
  };
}

/**
 * Creates the function that discards a one-shot whose run is known in a later status in which the
 * route acts on the same job.
 */
function createDiscardOvertaken(deps: ProcessEffectDeps) {
  const withdraw = createWithdraw(deps);
  const keepOrder = createKeepOrder(deps);

  /** @returns why it is discarded, or `undefined` if it is not */
  return async function discardOvertaken(
    request: EffectRequest,
    claim: ClaimResult,
    { run, leaseOwner }: EffectWork,
  ): Promise<string | undefined> {
    if (request.overtakenBy === undefined || !isUnsent(claim)) return undefined;
    const key = toKey(request);
    // A function that did not find this entry may have recorded the end of the run meanwhile.
    const reason = describeOvertaken(request, await run.knownNow());
    if (reason !== undefined && (await withdraw(key, leaseOwner, reason))) return reason;
    if (claim.kind !== 'taken') await keepOrder(key);
    return undefined;
  };
}

/**
 * Whether the claim left an entry in the ledger that this function or the drain still has to send.
 * An entry that an earlier function may have sent is not one: only a read-back shows its outcome.
 */
function isUnsent(claim: ClaimResult): boolean {
  if (claim.kind === 'taken') return !claim.readBackFirst;
  return claim.kind === 'left' || claim.kind === 'unreached';
}

function createExecuteClaimed(deps: ProcessEffectDeps) {
  const execute = createExecute(deps);

  return async function executeClaimed(
    claim: ClaimedEntry,
    signal: AbortSignal,
  ): Promise<Pick<EffectResult, 'outcome' | 'instead'>> {
    const claimed = { ...claim, entry: withoutOvertaken(claim.entry) };
    const { entry, result } = await execute(claimed, signal);
    const outcome = toEffectOutcome(entry, result);
    const { eventId, run } = entry.cause;
    if (result.kind === 'lost' || eventId === claim.entry.cause.eventId) return { outcome };
    const newer = `${run} ${entry.version.status} (event ${eventId})`;
    return {
      outcome: { kind: 'dropped', reason: `superseded during execution by ${newer}` },
      instead: { entry, outcome },
    };
  };
}
