import { toTrait } from '../../autosys/event.ts';
import { isSameValue } from '../../autosys/same-value.ts';
import type { ErrorDescription } from '../errors.ts';
import type { Entry, ObservationWindow } from '../ledger/entry.ts';
import type { SettleResult } from '../ledger/settle.ts';
import type { Confirmation } from './evidence/confirmation.ts';
import type { KnownState } from './evidence/job-evidence.ts';

/** Code of an event that AutoSys accepted and its scheduler then refused: it had no effect. */
export const eventFailed = 'BRIDGE_EVENT_FAILED';

/** Time of the read-back, and the observation window. */
export interface ObservationFacts {
  readonly nowMs: number;
  /**
   * Observation window in milliseconds: how long AutoSys must answer without showing the effect
   * before it is parked.
   */
  readonly observationMs: number;
}

/**
 * Decides what to do with an entry that may have been sent, after a read-back; pure. `send`: send
 * it again.
 *
 * - A state is sent at most twice, because the same value set again may start the waiting jobs
 *   again. It is sent again if, during the whole observation window, AutoSys showed the state from
 *   before the first send and did not accept the send; or the state of an earlier request that may
 *   have arrived later.
 * - A one-shot is sent again only if a repetition does no harm, its outcome is unknown and its
 *   observation window is not over: an operator may have undone it after that.
 * - Any other one-shot is never sent again. No reply of AutoSys proves that it did not receive a
 *   sent event (docs/decisions/0010).
 * - An accepted start whose request waits for the run is done after the observation window, unless
 *   AutoSys lists the events of the job and this one is missing: the job is held, or its conditions
 *   are not met. The wait answers for the rest.
 */
export function decideAfterReadBack(
  entry: Entry,
  seen: Confirmation,
  { nowMs, observationMs }: ObservationFacts,
): SettleResult | 'send' {
  switch (seen.kind) {
    case 'confirmed':
      return isThereToStay(entry, nowMs - observationMs) ? seen : toMayChange(entry);
    case 'moot':
      return seen;
    case 'changed':
      return { kind: 'moot', reason: `changed externally: ${seen.found}` };
    case 'failed':
      return { kind: 'refused', error: toError(eventFailed, seen.reason) };
    case 'unreadable':
      if (maySendAgain(entry)) return 'send';
      return decideUnreadable(entry, seen, { nowMs, observationMs });
    case 'notYet':
      break;
    default:
      return seen satisfies never;
  }
  // AutoSys was not read: an outage must not use up the observation window.
  if (seen.away) return { kind: 'unknown', error: seen.away.error, isUnread: true };
  // It waits in the queue of the scheduler, however long that takes.
  if (seen.queued) return { kind: 'notYet', found: seen.found };

  const observed = extendObservation(entry, { found: seen.found, nowMs, observationMs });
  const isWindowOver = nowMs - observed.fromMs >= observationMs;
  if (entry.kind === 'state') {
    if (isWindowOver && seen.shows && maySendSecondTime(entry, seen.shows)) return 'send';
  } else {
    if (isWindowOver && entry.cause.awaited && entry.stage === 'accepted' && seen.marker) {
      return { kind: 'unreadable', reason: `${seen.found}; its request waits for the run` };
    }
    if (isWindowOver) return toPerson(entry, seen.found);
    if (maySendAgain(entry)) return 'send';
  }
  return toUnseen(entry, seen.found, observed);
}

/**
 * What to do if AutoSys answered and the effect cannot be read. Nothing better is ever known about
 * an accepted event.
 *
 * A value that was read before it was sent can be read in this release: AutoSys has rejected this
 * read only. So it is read again during the observation window.
 */
function decideUnreadable(
  entry: Entry,
  seen: Extract<Confirmation, { readonly kind: 'unreadable' }>,
  { nowMs, observationMs }: ObservationFacts,
): SettleResult {
  const { reason } = seen;
  if (wasReadable(entry)) {
    const observed = extendObservation(entry, { found: reason, nowMs, observationMs });
    if (nowMs - observed.fromMs < observationMs) return toUnseen(entry, reason, observed);
  }
  return entry.stage === 'accepted' ? seen : toPerson(entry, reason);
}

function wasReadable({ sent: before }: Entry): boolean {
  return before?.value !== undefined;
}

/** The effect does not show; it is read back later. */
function toUnseen(entry: Entry, found: string, observed: ObservationWindow): SettleResult {
  return entry.stage === 'accepted'
    ? { kind: 'notYet', found, observed }
    : {
        kind: 'unknown',
        error: toError('BRIDGE_OUTCOME_UNKNOWN', toDoubt(entry, found)),
        observed,
      };
}

/** Facts about an event that was just sent. */
export interface SendingFacts extends ObservationFacts {
  readonly sentMs: number;
  /** Error after which the outcome is unknown. @default - AutoSys accepted the event */
  readonly doubt?: ErrorDescription;
}

/** Result of an event that was just sent, after its read-back; pure. */
export function decideAfterSending(
  entry: Entry,
  seen: Confirmation,
  { nowMs, observationMs, sentMs, doubt }: SendingFacts,
): SettleResult {
  switch (seen.kind) {
    case 'confirmed': {
      const sent: Entry = {
        ...entry,
        stage: doubt ? 'sending' : 'accepted',
        sent: { ...entry.sent, sentMs },
      };
      if (isThereToStay(sent, nowMs - observationMs)) return seen;
      return doubt
        ? { kind: 'unknown', error: doubt, sentMs }
        : { kind: 'notYet', found: mayChange, sentMs };
    }
    case 'moot':
      return seen;
    case 'changed':
      // Another change may be before this event in the queue of AutoSys; the next read-back
      // decides.
      return doubt
        ? { kind: 'unknown', error: doubt, sentMs }
        : { kind: 'notYet', found: seen.found, sentMs };
    case 'failed':
      return { kind: 'refused', error: toError(eventFailed, seen.reason) };
    case 'unreadable':
      if (doubt) return { kind: 'unknown', error: doubt, sentMs };
      return wasReadable(entry) ? { kind: 'notYet', found: seen.reason, sentMs } : seen;
    case 'notYet': {
      const { found, away, queued } = seen;
      if (queued) return { kind: 'notYet', found, sentMs };
      const unseen = away
        ? { sentMs, isUnread: true }
        : { sentMs, observed: extendObservation(entry, { found, nowMs, observationMs }) };
      return doubt
        ? { kind: 'unknown', error: doubt, ...unseen }
        : { kind: 'notYet', found, ...unseen };
    }
    default:
      return seen satisfies never;
  }
}

/**
 * The observation window, extended by a read-back that AutoSys has just answered.
 *
 * It begins anew after a gap as long as the window: AutoSys was down or in maintenance, and a
 * scheduler that starts again first processes its queue. The window of a state also begins anew if
 * AutoSys shows another state than at the last read-back.
 */
export function extendObservation(
  { kind, sent: before }: Pick<Entry, 'kind' | 'sent'>,
  {
    found,
    nowMs,
    observationMs,
  }: { readonly found: string; readonly nowMs: number; readonly observationMs: number },
): ObservationWindow {
  const observed = before?.observed;
  const isSame = kind !== 'state' || observed?.found === found;
  const goesOn = observed !== undefined && isSame && nowMs - observed.toMs < observationMs;
  return {
    fromMs: goesOn ? observed.fromMs : nowMs,
    toMs: nowMs,
    ...(kind === 'state' && { found }),
  };
}

/**
 * Whether the state that AutoSys shows comes from this entry and will last.
 *
 * It may not last if an earlier request may still take effect. And a state that AutoSys may have
 * shown before the first send proves nothing about an event whose outcome is unknown: for example
 * FAILED, then a RUNNING that a slow scheduler has not processed yet, and now FAILED again. Both
 * are decided by a read-back after the observation window.
 */
function isThereToStay(entry: Entry, sentBeforeMs: number): boolean {
  if (entry.kind !== 'state') return true;
  const isDoubtful =
    entry.unsettled === true || (entry.stage !== 'accepted' && mayHaveShownBefore(entry));
  return !isDoubtful || (entry.sent?.sentMs ?? 0) <= sentBeforeMs;
}

function mayHaveShownBefore({ event, sent: before, previousValues = [] }: Entry): boolean {
  if (event.kind === 'SET_GLOBAL') {
    const shown = before?.value;
    const isOurs = (value: string) => isSameValue(value, event.value);
    return (
      shown === undefined ||
      (shown.kind === 'value' && isOurs(shown.value)) ||
      previousValues.some(isOurs)
    );
  }
  if (event.kind !== 'CHANGE_STATUS') return false;
  const status = before?.job?.status;
  return status === undefined || status === event.status || previousValues.includes(event.status);
}

const mayChange = 'it, and an earlier request may still take effect';

function toMayChange({ stage }: Entry): SettleResult {
  return stage === 'accepted'
    ? { kind: 'notYet', found: mayChange }
    : { kind: 'unknown', error: toError('BRIDGE_OUTCOME_UNKNOWN', `AutoSys shows ${mayChange}`) };
}

/** A one-shot that does no harm if it arrives twice. */
function maySendAgain({ kind, event, stage }: Entry): boolean {
  return kind !== 'state' && stage === 'sending' && toTrait(event.kind).repeatable;
}

/** Maximum number of sends of one state: one more after an unknown outcome. */
const maxSends = 2;

function maySendSecondTime({ stage, sent: before, unsettled }: Entry, shows: KnownState): boolean {
  const isUnproven = stage === 'sending' || (shows === 'earlier' && unsettled === true);
  return isUnproven && (before?.sends ?? 1) < maxSends;
}

function toPerson(entry: Entry, found: string): SettleResult {
  const message = `${toDoubt(entry, found)}; look at the job, then replay it or dismiss it`;
  return { kind: 'refused', error: toError('BRIDGE_OUTCOME_UNKNOWN', message) };
}

function toDoubt({ stage }: Entry, found: string): string {
  return stage === 'accepted'
    ? `accepted by AutoSys, which does not show it: ${found}`
    : `it may have been sent and AutoSys does not show it: ${found}`;
}

function toError(code: string, message: string): ErrorDescription {
  return { name: 'OutcomeUnknown', code, message };
}
