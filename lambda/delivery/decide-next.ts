import { toTrait } from '../../autosys/event.ts';
import { isSameValue } from '../../autosys/same-value.ts';
import type { ErrorDescription } from '../errors.ts';
import type { Entry, ObservationWindow } from '../ledger/entry.ts';
import type { SettleResult } from '../ledger/settle.ts';
import type { Confirmation } from './evidence/confirmation.ts';
import type { KnownState } from './evidence/job-evidence.ts';

/** When the look was, and for how long an effect is looked for. */
export interface ObservationFacts {
  readonly nowMs: number;
  /** So long after the first look that found AutoSys there, and nothing of the effect, a person is asked. */
  readonly observationMs: number;
}

/**
 * What is to be done about an entry that may have been sent, now that AutoSys was looked at; pure.
 *
 * `send` where sending again is right. A state is sent a second time at most: the same value set again may start the waiting
 * jobs again. For the whole observation window AutoSys must have shown either what it showed before the first send, and must
 * not have accepted it; or the state of an earlier request that may have arrived after it. A one-off is sent again only where twice does no harm, its outcome is unknown, and it is not long ago,
 * since an operator may have undone it by then. Any other one-off is never sent again: no answer of AutoSys proves that it
 * did not take an event that left us (docs/decisions/0010).
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
      return { kind: 'refused', error: toError('BRIDGE_EVENT_FAILED', seen.reason) };
    case 'unreadable':
      if (maySendAgain(entry)) return 'send';
      // What AutoSys took is done as far as anybody will ever know.
      return entry.stage === 'accepted' ? seen : toPerson(entry, seen.reason);
    case 'notYet':
      break;
    default:
      return seen satisfies never;
  }
  // Nobody has looked: an outage must not use up the time in which the effect may show.
  if (seen.away) return { kind: 'unknown', error: seen.away.error };
  // It has arrived and waits for its turn, however long the scheduler takes.
  if (seen.queued) return { kind: 'notYet', found: seen.found };

  const observed = extendObservation(entry, { found: seen.found, nowMs, observationMs });
  const isWindowOver = nowMs - observed.fromMs >= observationMs;
  if (entry.kind === 'state') {
    if (isWindowOver && seen.shows && maySendSecondTime(entry, seen.shows)) return 'send';
  } else {
    if (isWindowOver) return toPerson(entry, seen.found);
    if (maySendAgain(entry)) return 'send';
  }
  return entry.stage === 'accepted'
    ? { kind: 'notYet', found: seen.found, observed }
    : {
        kind: 'unknown',
        error: toError('BRIDGE_OUTCOME_UNKNOWN', toDoubt(entry, seen.found)),
        observed,
      };
}

/** What is known of an event that was just sent. */
export interface SendingFacts extends ObservationFacts {
  readonly sentMs: number;
  /** What went wrong, where nobody knows whether AutoSys took it. @default - AutoSys said that it took it */
  readonly doubt?: ErrorDescription;
}

/** What came of an event that was just sent, now that AutoSys was looked at; pure. */
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
      // Another change may stand before ours in AutoSys's queue: the next read-back decides.
      return doubt
        ? { kind: 'unknown', error: doubt, sentMs }
        : { kind: 'notYet', found: seen.found, sentMs };
    case 'failed':
      return { kind: 'refused', error: toError('BRIDGE_EVENT_FAILED', seen.reason) };
    case 'unreadable':
      return doubt ? { kind: 'unknown', error: doubt, sentMs } : seen;
    case 'notYet': {
      const { found, away, queued } = seen;
      if (queued) return { kind: 'notYet', found, sentMs };
      const observed = away ? undefined : extendObservation(entry, { found, nowMs, observationMs });
      const unseen = { sentMs, ...(observed && { observed }) };
      return doubt
        ? { kind: 'unknown', error: doubt, ...unseen }
        : { kind: 'notYet', found, ...unseen };
    }
    default:
      return seen satisfies never;
  }
}

/**
 * The time in which AutoSys was there to be looked at, with a look that has just been answered.
 *
 * Where nobody looked for as long as an effect is looked for, AutoSys was away or held back, and the time begins anew: a
 * scheduler that comes back has its queue to work through.
 * The window of a state also begins anew where AutoSys shows another state than before.
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
 * Whether a state that AutoSys shows is ours and will last.
 *
 * It will not where an earlier request may still take effect after it. And a state that AutoSys may have shown before the
 * first send proves nothing of an event whose outcome is unknown: FAILED, then a RUNNING that a slow scheduler has not yet
 * processed, and now FAILED again. Both are decided when it still shows after the observation window.
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

/** A one-off that does no harm when it arrives twice. */
function maySendAgain({ kind, event, stage }: Entry): boolean {
  return kind !== 'state' && stage === 'sending' && toTrait(event.kind).repeatable;
}

/** How many times a state may reach AutoSys by one request: once more after an unknown outcome. */
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
    ? `AutoSys took it and does not show it: ${found}`
    : `it may have been sent and AutoSys does not show it: ${found}`;
}

function toError(code: string, message: string): ErrorDescription {
  return { name: 'OutcomeUnknown', code, message };
}
