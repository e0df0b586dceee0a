import { toTrait } from '../../autosys/event.ts';
import type { ErrorDescription } from '../shared/errors.ts';
import type { Confirmation } from './confirm.ts';
import type { Entry, Looks } from './ledger/entry.ts';
import type { Result } from './ledger/settle.ts';

/** When the look was, and for how long an effect is looked for. */
export interface LookFacts {
  readonly nowMs: number;
  /** So long after the first look that found AutoSys there, and nothing of the effect, a person is asked. */
  readonly lookForMs: number;
}

/**
 * What is to be done about an entry that may have been sent, now that AutoSys was looked at; pure.
 *
 * `send` where sending (again) is right: a state always, for the newest is what AutoSys should have; a one-off only where
 * twice does no harm, nobody knows whether AutoSys took it, and it is not long ago, since an operator may have undone it by then.
 * Any other one-off is never sent again: no answer of AutoSys proves that it did not take an event that left us
 * (docs/decisions/0010).
 */
export function decideAfterLook(
  entry: Entry,
  seen: Confirmation,
  { nowMs, lookForMs }: LookFacts,
): Result | 'send' {
  switch (seen.kind) {
    case 'confirmed':
      if (entry.stage !== 'accepted' && !isTelling(entry)) return 'send';
      return isThereToStay(entry, nowMs - lookForMs) ? seen : mayChangeYet;
    case 'moot':
      return seen;
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
  if (entry.kind === 'state') return 'send';

  const looks = extendLooks(entry.before?.looks, nowMs, lookForMs);
  if (nowMs - looks.fromMs >= lookForMs) return toPerson(entry, seen.found);
  if (maySendAgain(entry)) return 'send';
  return entry.stage === 'accepted'
    ? { kind: 'notYet', found: seen.found, looks }
    : {
        kind: 'unknown',
        error: toError('BRIDGE_OUTCOME_UNKNOWN', toDoubt(entry, seen.found)),
        looks,
      };
}

/** What is known of an event that was just sent. */
export interface SendingFacts extends LookFacts {
  readonly sentMs: number;
  /** What went wrong, where nobody knows whether AutoSys took it. @default - AutoSys said that it took it */
  readonly doubt?: ErrorDescription;
}

/** What came of an event that was just sent, now that AutoSys was looked at; pure. */
export function decideAfterSending(
  entry: Entry,
  seen: Confirmation,
  { nowMs, lookForMs, sentMs, doubt }: SendingFacts,
): Result {
  switch (seen.kind) {
    case 'confirmed':
      if (doubt && !isTelling(entry)) return { kind: 'unknown', error: doubt, sentMs };
      return isThereToStay({ ...entry, before: { sentMs } }, nowMs - lookForMs)
        ? seen
        : { ...mayChangeYet, sentMs };
    case 'moot':
      return seen;
    case 'failed':
      return { kind: 'refused', error: toError('BRIDGE_EVENT_FAILED', seen.reason) };
    case 'unreadable':
      return doubt ? { kind: 'unknown', error: doubt, sentMs } : seen;
    case 'notYet': {
      const { found, away, queued } = seen;
      if (queued) return { kind: 'notYet', found, sentMs };
      const looks = away ? undefined : extendLooks(entry.before?.looks, nowMs, lookForMs);
      const unseen = { sentMs, ...(looks && { looks }) };
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
 */
export function extendLooks(looks: Looks | undefined, nowMs: number, lookForMs: number): Looks {
  const goesOn = looks !== undefined && nowMs - looks.toMs < lookForMs;
  return { fromMs: goesOn ? looks.fromMs : nowMs, toMs: nowMs };
}

/**
 * Whether what AutoSys shows proves that it took the event, though nobody has told us so.
 *
 * A state may show because it stood there before: FAILED, then a RUNNING that a slow scheduler has taken and not yet acted
 * on, and now FAILED again. Then it is sent once more, behind the other. Only a value that cannot have stood there tells.
 */
function isTelling({ kind, event, formers }: Entry): boolean {
  if (kind !== 'state') return true;
  return event.kind === 'SET_GLOBAL' && formers !== undefined && !formers.includes(event.value);
}

/**
 * Whether a job's status that shows is there to stay: what was asked for before it and never seen may come about yet, late on its
 * way or in the queue of a scheduler that stands still. It counts when it still shows after as long as an effect is looked for;
 * of a variable its later readings tell.
 */
function isThereToStay({ unsettled, before }: Entry, sentBeforeMs: number): boolean {
  return unsettled !== true || (before?.sentMs ?? 0) <= sentBeforeMs;
}

const mayChangeYet = {
  kind: 'notYet',
  found: 'this status, and what was asked for before it may come about yet',
} as const;

function maySendAgain({ kind, event, stage }: Entry): boolean {
  return kind === 'state' || (stage === 'sending' && toTrait(event.kind).repeatable);
}

function toPerson(entry: Entry, found: string): Result {
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
