import type { ErrorDescription } from '../errors.ts';
import type { Entry } from '../ledger/entry.ts';
import type { ExecuteResult } from './execute.ts';

/** What became of one effect, for the log and for whoever asks. */
export type EffectOutcome =
  | { readonly kind: 'confirmed'; readonly at: Date }
  /** Taken by AutoSys and never readable back, or with nothing left to do: never called confirmed. */
  | { readonly kind: 'accepted'; readonly reason: string }
  /** Stands in the ledger; the drain brings it about. */
  | { readonly kind: 'waiting'; readonly code: string; readonly reason: string }
  /** Somebody else is at work on it, or AutoSys is not to be asked now. */
  | { readonly kind: 'left'; readonly reason: string }
  /** Nothing was to be done: a duplicate, superseded, of a stale run. */
  /** `stage` where the same effect is parked already. */
  | { readonly kind: 'dropped'; readonly reason: string; readonly stage?: 'parked' }
  | { readonly kind: 'parked'; readonly code: string; readonly reason: string };

/** What an entry that was worked on came to. */
export function toEffectOutcome(entry: Entry, result: ExecuteResult): EffectOutcome {
  // Whatever the entry says is of another's work.
  if (result.kind === 'lost') return { kind: 'left', reason: result.reason };
  if (entry.parked) return toParked(entry);
  switch (result.kind) {
    case 'confirmed':
      return { kind: 'confirmed', at: new Date(entry.confirmedMs ?? entry.dueMs) };
    case 'unreadable':
    case 'moot':
      return { kind: 'accepted', reason: result.reason };
    case 'notYet':
      return {
        kind: 'waiting',
        code: 'BRIDGE_NOT_VISIBLE',
        reason: `accepted, not visible yet: ${result.found}`,
      };
    default:
      return toWaiting(result.error);
  }
}

/** The outcome of an entry that waits for another try. */
export function toWaiting({ code, message }: ErrorDescription): EffectOutcome {
  return { kind: 'waiting', code, reason: message };
}

/** The outcome of an entry that is parked. */
export function toParked({ parked }: Entry): EffectOutcome {
  return { kind: 'parked', code: parked?.code ?? '', reason: parked?.reason ?? '' };
}

/** What became of an effect, in words for an operator. */
export function describeOutcome(outcome: EffectOutcome): string {
  switch (outcome.kind) {
    case 'confirmed':
      return 'taken, and confirmed by AutoSys';
    case 'accepted':
      return `taken, accepted by AutoSys, ${outcome.reason}`;
    case 'waiting':
      return `taken, waits for another try: ${outcome.reason}`;
    case 'left':
      return `left in the ledger: ${outcome.reason}`;
    case 'dropped':
      return `dropped: ${outcome.reason}`;
    case 'parked':
      return `parked for a person (${outcome.code}): ${outcome.reason}`;
    default:
      return outcome satisfies never;
  }
}
