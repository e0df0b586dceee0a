import { describeEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { sayNotAdmitted } from '../shared/admission.ts';
import { describeError, InvalidEventError } from '../shared/errors.ts';
import type { Route, RouteIndex } from '../shared/routes.ts';
import type { WorkloadEvent } from '../shared/workload.ts';
import { type BringAboutPowers, createBringAbout } from './bring-about.ts';
import { type Claim, createClaim } from './claim.ts';
import { findElders } from './elders.ts';
import { judgeEventAge } from './event-age.ts';
import type { Entry } from './ledger/entry.ts';
import { createRecordInstance } from './ledger/instance-names.ts';
import type { Wish } from './ledger/offer.ts';
import { createParkOldEvent } from './ledger/old-event.ts';
import { toKey } from './ledger/rows.ts';
import type { Decision } from './ledger/run.ts';
import { createRuns, type RunRow } from './ledger/runs.ts';
import { createParkUnsayable } from './ledger/unsayable.ts';
import { createKeepTurn, createWithdraw, withoutOvertaken } from './ledger/withdraw.ts';
import { toVersion } from './order.ts';
import { describeOutcome, type Outcome, toOutcome, toParked, toWaiting } from './outcome.ts';
import { describeOvertaken, namingStatuses } from './overtaken.ts';
import { type Reading, readEvent } from './read/index.ts';
import { type Effect, type Repeat, translate, type Unsayable } from './translate.ts';
import { Turns } from './turns.ts';
import { toCause, toWish } from './wish.ts';

/** What the queue hands over. */
export interface Message {
  readonly messageId: string;
  /** The EventBridge event as JSON text. */
  readonly body: string;
}

/** One effect with what became of it. */
export interface Settled {
  readonly route: string;
  readonly to: AutosysInstance;
  /** In sendevent's words; absent where it could not be said. */
  readonly said?: string;
  /** Of its row in the ledger. */
  readonly key: string;
  /** Of an effect that was parked in a row of its own: the key of the row of its target. */
  readonly target?: string;
  readonly outcome: Outcome;
  /** The newer wish for the same target that came while this one was brought about, and was brought about with it. */
  readonly instead?: { readonly entry: Entry; readonly outcome: Outcome };
}

/** What became of one message. */
export type Report =
  | { readonly kind: 'ignored'; readonly event?: WorkloadEvent; readonly reason: string }
  | { readonly kind: 'invalid'; readonly error: InvalidEventError }
  /** From an account that may not speak: nothing was done about it, and nothing will be. */
  | { readonly kind: 'refused'; readonly event: WorkloadEvent; readonly reason: string }
  | {
      readonly kind: 'reported';
      readonly event: WorkloadEvent;
      readonly settled: readonly Settled[];
    };

export interface ReportPowers extends BringAboutPowers {
  readonly routes: RouteIndex;
  /** Whether what AWS announces in this account may be told to AutoSys at all. */
  readonly isAdmitted: (account: string) => boolean;
  /** A new name each time: whoever holds a lease is one message in one sandbox. */
  readonly nameHolder: () => string;
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
 *   gate is read once in five seconds
 * - each effect that is dropped or being worked on: one read
 * - the first effect for an instance in a sandbox: beside the others one read of the row of
 *   instance names, and the first of all one write
 *
 * So AutoSys is called after two round trips, and an event with one effect costs five.
 */
export function createReport(powers: ReportPowers) {
  const { now, nameHolder, routes, isAdmitted, autosysFor } = powers;
  const { offerWish } = createClaim(powers);
  const bringAbout = createBringAbout(powers);
  const parkUnsayable = createParkUnsayable(powers);
  const openRunRow = createRuns(powers);
  const withdraw = createWithdraw(powers);
  const keepTurn = createKeepTurn(powers);
  const parkOldEvent = createParkOldEvent(powers);
  const recordInstance = createRecordInstance(powers);

  return async function reportMessage(message: Message, signal: AbortSignal): Promise<Report> {
    const reading = readBody(message.body, now());
    if (reading.kind !== 'event') return reading;
    const { event } = reading;
    if (!isAdmitted(event.account)) {
      return { kind: 'refused', event, reason: sayNotAdmitted(event.account) };
    }

    const translation = translate(event, routes);
    const { heardBy } = translation;
    if (translation.kind === 'ignored') {
      const { kind, reason } = translation;
      if (heardBy.length > 0) {
        await openRunRow(event, heardBy, isReplayFor(event, heardBy)).record([
          { text: `ignored: ${reason}` },
        ]);
      }
      return { kind, event, reason };
    }

    const run = openRunRow(event, heardBy, isReplayFor(event, heardBy));
    const claimant = { holder: nameHolder(), signal, run };
    const plan = translation.effects.map((effect) => toPlanned(effect, event, heardBy));
    // Recorded before anything is sent: a function that reads an earlier event of this run now knows of this one, and one
    // that has claimed a one-shot before is seen in the ledger.
    if (plan.some(({ elders }) => elders.length > 0)) await run.record([], true);
    const settled: Settled[] = [];
    const failures: unknown[] = [];
    const turns = new Turns();
    for (const { effect, route, elders } of plan) {
      if (!turns.reaches(effect)) continue;
      if (effect.kind === 'repeat') {
        turns.repeat(effect);
        continue;
      }
      try {
        const after = [...turns.above(effect), ...elders];
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
    effect: Effect | Unsayable,
    event: WorkloadEvent,
    { after, run: runRow, route: itsRoute, ...claimant }: Turn,
  ): Promise<Settled> {
    const { route, to } = effect;
    if (effect.kind === 'unsayable') {
      const { reason } = effect;
      const cause = toCause(route, event, now());
      const key = await parkUnsayable({ to, version: toVersion(event), cause, reason });
      return { route, to, key, outcome: { kind: 'parked', code: 'BRIDGE_UNSAYABLE', reason } };
    }
    const overtakenBy = itsRoute ? namingStatuses(effect, event, itsRoute) : [];
    const wish: Wish = {
      ...toWish(effect, event, now()),
      ...(after.length > 0 && { after }),
      ...(overtakenBy.length > 0 && { overtakenBy }),
    };
    const about = { route, to, said: describeEvent(wish.event), key: toKey(wish) };
    const age = judgeEventAge(event, { ...autosysFor(to), now: now() });
    if (age.kind !== 'current') {
      const { key: row, ...outcome } = await parkOldEvent(wish, age.reason);
      return { ...about, key: row, target: about.key, outcome };
    }
    const key = about.key;
    const claim = await offerWish(wish, claimant);
    if (overtakenBy.length > 0 && isStored(claim)) {
      // The end of the run may have been recorded meanwhile, by a function that did not find this entry.
      const reason = describeOvertaken(wish, await runRow.knownNow());
      if (reason !== undefined && (await withdraw(key, claimant.holder, reason))) {
        return { ...about, outcome: { kind: 'dropped', reason } };
      }
      if (claim.kind !== 'taken') await keepTurn(key);
    }
    if (claim.kind === 'parked') return { ...about, outcome: toParked(claim.entry) };
    if (claim.kind === 'unreached') return { ...about, outcome: toWaiting(claim.error) };
    if (claim.kind !== 'taken') return { ...about, outcome: claim };
    const taken = { ...claim, entry: withoutOvertaken(claim.entry) };
    const { entry, result } = await bringAbout(taken, claimant.signal);
    const outcome = toOutcome(entry, result);
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
  readonly holder: string;
  readonly signal: AbortSignal;
  /** Keys of what must be sent before it. */
  readonly after: readonly string[];
  readonly run: RunRow;
  /** The route that asks for it. */
  readonly route: Route | undefined;
}

/** One thing that a route asks for, with what the same route has sent to the same job on earlier statuses. */
function toPlanned(
  effect: Effect | Repeat | Unsayable,
  event: WorkloadEvent,
  matched: readonly Route[],
) {
  const route = matched.find(({ name }) => name === effect.route);
  const elders = effect.kind === 'effect' && route ? findElders(effect, event, route) : [];
  return { effect, route, elders };
}

/** Whether what its route sends after it must wait: AutoSys has not taken it yet, or it is parked. */
function isWaitedFor(outcome: Outcome): boolean {
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
function isStored({ kind }: Claim): boolean {
  return kind === 'taken' || kind === 'left' || kind === 'unreached';
}

function toDecision({ to, said = 'what could not be said', route, key, outcome }: Settled) {
  return { key, text: `${said} on ${to} (route ${route}): ${describeOutcome(outcome)}` };
}

function toFailed(failure: unknown): Decision {
  return { text: `failed, comes again: ${describeError(failure).message}` };
}

function readBody(body: string, now: Date): Reading {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    const found = 'a text that is not JSON';
    return { kind: 'invalid', error: new InvalidEventError({ path: '', expected: 'JSON', found }) };
  }
  return readEvent(event, now);
}
