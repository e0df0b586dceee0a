import type { ErrorDescription } from '../errors.ts';
import type { Entry } from '../ledger/entry.ts';
import { confirmedLine } from '../ledger/settle.ts';
import type { ExecuteResult } from './execute.ts';

/** Outcome of one effect, for the log and for operators. */
export type EffectOutcome =
  | { readonly kind: 'confirmed'; readonly at: Date }
  /** Accepted by AutoSys; its effect cannot be read back, or there was nothing left to do. */
  | { readonly kind: 'accepted'; readonly reason: string }
  /** Waits in the ledger; the drain executes it. */
  | { readonly kind: 'waiting'; readonly code: string; readonly reason: string }
  /** Another function holds its lease, or no request may be sent to AutoSys now. */
  | { readonly kind: 'left'; readonly reason: string }
  /**
   * Discarded: a duplicate, superseded, or of a stale run. `stage`: the same effect is parked
   * already.
   */
  | { readonly kind: 'dropped'; readonly reason: string; readonly stage?: 'parked' }
  | { readonly kind: 'parked'; readonly code: string; readonly reason: string }
  /** Recorded for an observed route. Nothing is sent. */
  | { readonly kind: 'observed'; readonly reason: string };

/** Code of an effect that AutoSys has accepted and does not show yet. */
export const notVisible = 'BRIDGE_NOT_VISIBLE';

/** Outcome of an entry after its execution. */
export function toEffectOutcome(entry: Entry, result: ExecuteResult): EffectOutcome {
  // The entry shows the work of another function.
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
        code: notVisible,
        reason: `accepted, not visible yet: ${result.found}`,
      };
    default:
      return toWaiting(result.error);
  }
}

/** Outcome of an entry that waits for another try. */
export function toWaiting({ code, message }: ErrorDescription): EffectOutcome {
  return { kind: 'waiting', code, reason: message };
}

/** Outcome of an entry that is parked. */
export function toParked({ parked }: Entry): EffectOutcome {
  return { kind: 'parked', code: parked?.code ?? '', reason: parked?.reason ?? '' };
}

/** Outcome of an effect, as text for an operator. */
export function describeOutcome(outcome: EffectOutcome): string {
  switch (outcome.kind) {
    case 'confirmed':
      return confirmedLine;
    case 'accepted':
      return `accepted by AutoSys, ${outcome.reason}`;
    case 'waiting':
      return `will retry: ${outcome.reason}`;
    case 'left':
      return `left in the ledger: ${outcome.reason}`;
    case 'dropped':
      return `discarded: ${outcome.reason}`;
    case 'parked':
      return `parked (${outcome.code}): ${outcome.reason}`;
    case 'observed':
      return `observed: ${outcome.reason}`;
    default:
      return outcome satisfies never;
  }
}
