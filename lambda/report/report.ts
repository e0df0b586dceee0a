import { describeEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { type ClaimResult, createClaim } from '../delivery/claim.ts';
import { createExecute, type ExecuteDeps } from '../delivery/execute.ts';
import {
  describeOutcome,
  type EffectOutcome,
  toEffectOutcome,
  toParked,
  toWaiting,
} from '../delivery/outcome.ts';
import { describeOvertaken } from '../delivery/overtaken.ts';
import type { EffectResult, QueueMessage, ReportResult } from '../delivery/report-result.ts';
import { describeError, InvalidEventError } from '../errors.ts';
import type { EffectRequest } from '../ledger/admit.ts';
import { toKey } from '../ledger/entry-row.ts';
import { createRecordInstance } from '../ledger/instance-names.ts';
import { createParkInvalidEffect } from '../ledger/invalid-effect.ts';
import { createParkOldEvent } from '../ledger/old-event.ts';
import type { Decision } from '../ledger/run.ts';
import { createRuns, type RunRow } from '../ledger/run-row.ts';
import { createKeepOrder, createWithdraw, withoutOvertaken } from '../ledger/withdraw.ts';
import { describeNotAllowed } from '../routing/allowed-accounts.ts';
import type { Route, RouteIndex } from '../routing/routes.ts';
import { type Effect, type InvalidEffect, type Repeat, translate } from '../routing/translate.ts';
import { judgeEventAge } from '../workload/event-age.ts';
import { type EventReading, readWorkloadEvent } from '../workload/read/index.ts';
import { toVersion } from '../workload/version.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { findOvertakingStatuses, findPredecessors } from './predecessors.ts';
import { toEffectRequest, toRequestCause } from './request.ts';
import { RouteOrder } from './route-order.ts';

export interface ReportDeps extends ExecuteDeps {
  readonly routes: RouteIndex;
  /** Whether what AWS announces in this account may be told to AutoSys at all. */
  readonly isAllowed: (account: string) => boolean;
  /** A new name each time: whoever holds a lease is one message in one sandbox. */
  readonly newLeaseId: () => string;
}

/**
 * Binds the stages: read, translate, claim, deliver, confirm; to account for the report is the caller's.
 *
 * Once this resolves, everything the message asks for is brought about, or stands in the ledger: as due, to be brought
 * about by the drain, or parked for a person; and the row of its run tells what was decided. The effects of one message
 * go in the order of the route file; one that fails does not keep the others, and the message comes again for it.
 *
 * Round trips to the ledger, where nobody else is at work on the same rows:
 *
 * - an event that no route hears, or of an account that may not speak: none
 * - the row of the run: one read, on its way while the effects are, and one write after them; the write is spared where
 *   every line of it stands there already
 * - each effect that is brought about: one read and one write before AutoSys is called, one write after its answer; the
 *   circuit breaker is read once in five seconds
 * - each effect that is dropped or being worked on: one read
 * - the first effect for an instance in a sandbox: beside the others one read of the row of
 *   instance names, and the first of all one write
 *
 * So AutoSys is called after two round trips, and an event with one effect costs five.
 */
export function createReport(deps: ReportDeps) {
  const { now, newLeaseId, routes, isAllowed, autosysFor } = deps;
  const { admitRequest } = createClaim(deps);
  const execute = createExecute(deps);
  const parkInvalidEffect = createParkInvalidEffect(deps);
  const openRunRow = createRuns(deps);
  const withdraw = createWithdraw(deps);
  const keepOrder = createKeepOrder(deps);
  const parkOldEvent = createParkOldEvent(deps);
  const recordInstance = createRecordInstance(deps);

  return async function reportMessage(
    message: QueueMessage,
    signal: AbortSignal,
  ): Promise<ReportResult> {
    const reading = readBody(message.body, now());
    if (reading.kind !== 'event') return reading;
    const { event } = reading;
    if (!isAllowed(event.account)) {
      return { kind: 'refused', event, reason: describeNotAllowed(event.account) };
    }

    const translation = translate(event, routes);
    const { matchedBy } = translation;
    if (translation.kind === 'ignored') {
      const { kind, reason } = translation;
      if (matchedBy.length > 0) {
        await openRunRow(event, matchedBy, isReplayFor(event, matchedBy)).record([
          { text: `ignored: ${reason}` },
        ]);
      }
      return { kind, event, reason };
    }

    const run = openRunRow(event, matchedBy, isReplayFor(event, matchedBy));
    const claimant = { leaseOwner: newLeaseId(), signal, run };
    const plan = translation.effects.map((effect) => toPlanned(effect, event, matchedBy));
    // Recorded before anything is sent: a function that reads an earlier event of this run now knows of this one, and one
    // that has claimed a one-shot before is seen in the ledger.
    if (plan.some(({ predecessors }) => predecessors.length > 0)) await run.record([], true);
    const settled: EffectResult[] = [];
    const failures: unknown[] = [];
    const turns = new RouteOrder();
    for (const { effect, route, predecessors } of plan) {
      if (!turns.reaches(effect)) continue;
      if (effect.kind === 'repeat') {
        turns.repeat(effect);
        continue;
      }
      try {
        const after = [...turns.above(effect), ...predecessors];
        const recording = beginRecording(effect.to);
        const one = await settle(effect, event, { ...claimant, after, route });
        settled.push(one);
        if (isWaitedFor(one.outcome)) turns.wait(effect, one.target ?? one.key);
        // Until it is written the message is not acknowledged: no entry stays under a name that the sweep does not know.
        await recording;
      } catch (failure) {
        failures.push(failure);
        turns.fail(effect, failure);
      }
    }
    const decisions = [...settled.map(toDecision), ...failures.map(toFailed)];
    await run
      .record(decisions, failures.length > 0)
      .catch((failure: unknown) => failures.push(failure));
    if (failures.length > 0) throw failures[0];
    return { kind: 'reported', event, settled };
  };

  /** Goes on beside the effect, so that AutoSys is not called later for it. */
  function beginRecording(to: AutosysInstance): Promise<void> {
    const recording = recordInstance(to);
    recording.catch(() => undefined);
    return recording;
  }

  /** Whether the event is a replay that may act on none of the instances of its routes. */
  function isReplayFor(event: WorkloadEvent, matched: readonly Route[]): boolean {
    return matched.every(
      ({ to }) => judgeEventAge(event, { ...autosysFor(to), now: now() }).kind === 'replay',
    );
  }

  async function settle(
    effect: Effect | InvalidEffect,
    event: WorkloadEvent,
    { after, run: runRow, route: itsRoute, ...claimant }: Turn,
  ): Promise<EffectResult> {
    const { route, to } = effect;
    if (effect.kind === 'invalidEffect') {
      const { reason } = effect;
      const cause = toRequestCause(route, event, now());
      const key = await parkInvalidEffect({ to, version: toVersion(event), cause, reason });
      return { route, to, key, outcome: { kind: 'parked', code: 'BRIDGE_INVALID_EFFECT', reason } };
    }
    const overtakenBy = itsRoute ? findOvertakingStatuses(effect, event, itsRoute) : [];
    const effectRequest: EffectRequest = {
      ...toEffectRequest(effect, event, now()),
      ...(after.length > 0 && { after }),
      ...(overtakenBy.length > 0 && { overtakenBy }),
    };
    const about = {
      route,
      to,
      said: describeEvent(effectRequest.event),
      key: toKey(effectRequest),
    };
    const age = judgeEventAge(event, { ...autosysFor(to), now: now() });
    if (age.kind !== 'current') {
      const { key: row, ...outcome } = await parkOldEvent(effectRequest, age.reason);
      return { ...about, key: row, target: about.key, outcome };
    }
    const key = about.key;
    const claim = await admitRequest(effectRequest, claimant);
    if (overtakenBy.length > 0 && isStored(claim)) {
      // The end of the run may have been recorded meanwhile, by a function that did not find this entry.
      const reason = describeOvertaken(effectRequest, await runRow.knownNow());
      if (reason !== undefined && (await withdraw(key, claimant.leaseOwner, reason))) {
        return { ...about, outcome: { kind: 'dropped', reason } };
      }
      if (claim.kind !== 'taken') await keepOrder(key);
    }
    if (claim.kind === 'parked') return { ...about, outcome: toParked(claim.entry) };
    if (claim.kind === 'unreached') return { ...about, outcome: toWaiting(claim.error) };
    if (claim.kind !== 'taken') return { ...about, outcome: claim };
    const taken = { ...claim, entry: withoutOvertaken(claim.entry) };
    const { entry, result } = await execute(taken, claimant.signal);
    const outcome = toEffectOutcome(entry, result);
    const { eventId, run } = entry.cause;
    if (result.kind === 'lost' || eventId === claim.entry.cause.eventId) {
      return { ...about, outcome };
    }
    const reason = `superseded while it was brought about, by ${run} ${entry.version.status} (event ${eventId})`;
    return { ...about, outcome: { kind: 'dropped', reason }, instead: { entry, outcome } };
  }
}

/** Who works on an effect, and when. */
interface Turn {
  readonly leaseOwner: string;
  readonly signal: AbortSignal;
  /** Keys of what must be sent before it. */
  readonly after: readonly string[];
  readonly run: RunRow;
  /** The route that asks for it. */
  readonly route: Route | undefined;
}

/** One thing that a route asks for, with what the same route has sent to the same job on earlier statuses. */
function toPlanned(
  effect: Effect | Repeat | InvalidEffect,
  event: WorkloadEvent,
  matched: readonly Route[],
) {
  const route = matched.find(({ name }) => name === effect.route);
  const predecessors =
    effect.kind === 'effect' && route ? findPredecessors(effect, event, route) : [];
  return { effect, route, predecessors };
}

/** Whether what its route sends after it must wait: AutoSys has not taken it yet, or it is parked. */
function isWaitedFor(outcome: EffectOutcome): boolean {
  switch (outcome.kind) {
    case 'waiting':
    case 'left':
    case 'parked':
      return true;
    case 'dropped':
      return outcome.stage === 'parked';
    default:
      return false;
  }
}

/** Whether the claim has left an entry in the ledger that is still to be sent, by this function or by the drain. */
function isStored({ kind }: ClaimResult): boolean {
  return kind === 'taken' || kind === 'left' || kind === 'unreached';
}

function toDecision({ to, said = 'what could not be said', route, key, outcome }: EffectResult) {
  return { key, text: `${said} on ${to} (route ${route}): ${describeOutcome(outcome)}` };
}

function toFailed(failure: unknown): Decision {
  return { text: `failed, comes again: ${describeError(failure).message}` };
}

function readBody(body: string, now: Date): EventReading {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    const found = 'a text that is not JSON';
    return { kind: 'invalid', error: new InvalidEventError({ path: '', expected: 'JSON', found }) };
  }
  return readWorkloadEvent(event, now);
}
