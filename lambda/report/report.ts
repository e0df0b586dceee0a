import { describeEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { InvalidEventError } from '../shared/errors.ts';
import type { RouteIndex } from '../shared/routes.ts';
import { describeRun, type WorkloadEvent } from '../shared/workload.ts';
import { type BringAboutPowers, createBringAbout } from './bring-about.ts';
import { type ClaimPowers, createClaim } from './claim.ts';
import { createParkUnsayable } from './ledger/unsayable.ts';
import { toVersion } from './order.ts';
import { type Outcome, toOutcome, toParked } from './outcome.ts';
import { type Reading, readEvent } from './read/index.ts';
import { type Effect, translate, type Unsayable } from './translate.ts';

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
  readonly outcome: Outcome;
}

/** What became of one message. */
export type Report =
  | { readonly kind: 'ignored'; readonly event?: WorkloadEvent; readonly reason: string }
  | { readonly kind: 'invalid'; readonly error: InvalidEventError }
  | {
      readonly kind: 'reported';
      readonly event: WorkloadEvent;
      readonly settled: readonly Settled[];
    };

export interface ReportPowers extends BringAboutPowers, ClaimPowers {
  readonly routes: RouteIndex;
  /** A new name each time: whoever holds a lease is one message in one sandbox. */
  readonly nameHolder: () => string;
}

/**
 * Binds the stages: read, translate, claim, deliver, confirm; to account for the report is the caller's.
 *
 * Once this resolves, everything the message asks for is brought about, or stands in the ledger: as due, to be brought
 * about by the drain, or parked for a person. The effects of one message go in the order of the route file.
 */
export function createReport(powers: ReportPowers) {
  const { now, nameHolder, routes } = powers;
  const { offerWish } = createClaim(powers);
  const bringAbout = createBringAbout(powers);
  const parkUnsayable = createParkUnsayable(powers);

  return async (message: Message, signal: AbortSignal): Promise<Report> => {
    const reading = readBody(message.body);
    if (reading.kind !== 'event') return reading;
    const { event } = reading;

    const translation = translate(event, routes);
    if (translation.kind === 'ignored') return { ...translation, event };

    const holder = nameHolder();
    const settled: Settled[] = [];
    for (const effect of translation.effects) {
      settled.push(await settle(effect, event, { holder, signal }));
    }
    return { kind: 'reported', event, settled };
  };

  async function settle(
    effect: Effect | Unsayable,
    event: WorkloadEvent,
    claimant: { readonly holder: string; readonly signal: AbortSignal },
  ): Promise<Settled> {
    const { route, to } = effect;
    const version = toVersion(event);
    const cause = {
      eventId: event.eventId,
      route,
      run: describeRun(event),
      seenMs: now().getTime(),
    };
    if (effect.kind === 'unsayable') {
      const { reason } = effect;
      await parkUnsayable({ to, version, cause, reason });
      return { route, to, outcome: { kind: 'parked', code: 'BRIDGE_UNSAYABLE', reason } };
    }
    const said = describeEvent(effect.event);
    const claim = await offerWish(
      { kind: toKind(effect), to, event: effect.event, version, cause },
      claimant,
    );
    if (claim.kind === 'parked') return { route, to, said, outcome: toParked(claim.entry) };
    if (claim.kind !== 'taken') return { route, to, said, outcome: claim };
    const { entry, result } = await bringAbout(claim, claimant.signal);
    return { route, to, said, outcome: toOutcome(entry, result) };
  }
}

/** A value or a status stands until the next one; everything else happens. */
function toKind({ event }: Effect): 'state' | 'once' {
  return event.kind === 'SET_GLOBAL' || event.kind === 'CHANGE_STATUS' ? 'state' : 'once';
}

function readBody(body: string): Reading {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    const found = 'a text that is not JSON';
    return { kind: 'invalid', error: new InvalidEventError({ path: '', expected: 'JSON', found }) };
  }
  return readEvent(event);
}
