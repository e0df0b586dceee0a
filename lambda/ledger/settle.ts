import { type BackoffPolicy, backoff } from '../../autosys/backoff.ts';
import type { ErrorDescription } from '../errors.ts';
import { type Entry, type ObservationWindow, withHistory } from './entry.ts';

/** What is kept of an event that AutoSys does not show yet. */
interface Unseen {
  /** When it was sent, where the work was to send it. */
  readonly sentMs?: number;
  /** Since when AutoSys has been looked at; absent where it could not be, or where it shows the event in its queue. */
  readonly observed?: ObservationWindow;
}

/** What AutoSys answered when the event was sent. */
interface Answered {
  /** When it said that it took it. @default - it did not say so, or nothing was sent */
  readonly acceptedMs?: number;
}

/** What came of working on an entry. */
export type SettleResult = Answered &
  (
    | { readonly kind: 'confirmed' }
    /** AutoSys took it and cannot show it, here or ever: as far as it goes. */
    | { readonly kind: 'unreadable'; readonly reason: string }
    /** There was nothing left for it to do. */
    | { readonly kind: 'moot'; readonly reason: string }
    /** AutoSys took it and does not show it yet. */
    | ({ readonly kind: 'notYet'; readonly found: string } & Unseen)
    /** It did not arrive; a later try may. */
    | { readonly kind: 'unreached'; readonly error: ErrorDescription }
    /** Nobody knows whether it arrived. */
    | ({ readonly kind: 'unknown'; readonly error: ErrorDescription } & Unseen)
    /** AutoSys will not have it, or nobody can tell any more: a person must look. */
    | {
        readonly kind: 'refused';
        readonly error: ErrorDescription;
        /** AutoSys rejected the send itself, so it had no effect. */
        readonly isRejected?: true;
      }
  );

/** When an entry is tried again; the wait doubles with each failed try. */
export interface SettlePolicy extends BackoffPolicy {
  /** An entry that is older than this is parked instead of tried again. */
  readonly deadlineMs: number;
  /** From 0 up to 1, so that many entries do not come back in step. */
  readonly jitter: number;
}

/** Writes what came of it into the entry, and lets go of it; pure. */
export function settle(
  entry: Entry,
  result: SettleResult,
  nowMs: number,
  policy: SettlePolicy,
): Entry {
  const free = withAnswer(withoutLease(entry), result);
  switch (result.kind) {
    case 'confirmed':
      return withHistory(
        { ...withoutSending(free), stage: 'confirmed', confirmedMs: nowMs },
        nowMs,
        'confirmed by AutoSys',
      );
    case 'unreadable':
      // Nothing better will ever be known: it counts as done, and is never called confirmed.
      return withHistory({ ...free, stage: 'confirmed' }, nowMs, `accepted, ${result.reason}`);
    case 'moot':
      return withHistory({ ...free, stage: 'confirmed' }, nowMs, `nothing to do: ${result.reason}`);
    case 'notYet':
      return again(
        { ...withAcceptance(withUnseen(free, result), nowMs), stage: 'accepted' },
        { nowMs, policy, text: `accepted, not visible yet: ${result.found}` },
      );
    case 'unreached':
      return again(asNotSent(free), {
        nowMs,
        policy,
        text: `not reached: ${result.error.message}`,
      });
    case 'unknown':
      return again(
        {
          ...withUnseen(free, result),
          stage: entry.stage === 'accepted' ? 'accepted' : 'sending',
        },
        { nowMs, policy, text: `outcome unknown: ${result.error.message}` },
      );
    case 'refused':
      return park(result.isRejected ? asNotSent(free) : free, nowMs, {
        code: result.error.code,
        reason: result.error.message,
      });
    default:
      return result satisfies never;
  }
}

function withoutLease({ lease: _, ...free }: Entry): Entry {
  return free;
}

function withAnswer(entry: Entry, { acceptedMs }: Answered): Entry {
  if (acceptedMs === undefined) return entry;
  const sent = { ...(entry.sent ?? { sentMs: acceptedMs }), acceptedMs };
  return withHistory({ ...entry, sent }, acceptedMs, 'accepted by AutoSys');
}

/** Its acceptance counts from now where the answer of AutoSys was lost and its queue shows the event. */
function withAcceptance(entry: Entry, nowMs: number): Entry {
  if (entry.sent?.acceptedMs !== undefined) return entry;
  return { ...entry, sent: { ...(entry.sent ?? { sentMs: nowMs }), acceptedMs: nowMs } };
}

/** What was recorded of its sending is not needed once a state is confirmed; of a one-shot it is part of its history. */
function withoutSending(entry: Entry): Entry {
  if (entry.kind !== 'state') return entry;
  const { sent: _, ...settled } = entry;
  return settled;
}

/** The last send did not reach AutoSys: as it was before it, which may be after an earlier send of unknown outcome. */
function asNotSent({ sent: before, ...entry }: Entry): Entry {
  const sends = (before?.sends ?? 1) - 1;
  return before === undefined || sends === 0
    ? { ...entry, stage: 'due' }
    : { ...entry, stage: 'sending', sent: { ...before, sends } };
}

function withUnseen(entry: Entry, { sentMs, observed }: Unseen): Entry {
  const { observed: _, ...before } = entry.sent ?? { sentMs: sentMs ?? entry.cause.seenMs };
  const since = entry.kind === 'state' && sentMs !== undefined ? { ...before, sentMs } : before;
  return { ...entry, sent: { ...since, ...(observed && { observed }) } };
}

/** Puts an entry where a person finds it. */
export function park(entry: Entry, nowMs: number, parked: NonNullable<Entry['parked']>): Entry {
  const { lease: _, ...free } = entry;
  return withHistory({ ...free, stage: 'parked', parked }, nowMs, `parked: ${parked.reason}`);
}

/**
 * Parks an entry that has waited beyond its deadline, with the last line of its story; `undefined` before that.
 *
 * The deadline counts from the event, and for an entry that AutoSys has accepted from its acceptance: after an outage the
 * effect must have the time to show.
 */
export function parkOverdue(entry: Entry, nowMs: number, deadlineMs: number): Entry | undefined {
  const fromMs = Math.max(entry.cause.seenMs, entry.sent?.acceptedMs ?? 0);
  if (nowMs - fromMs < deadlineMs) return undefined;
  const hours = Math.round(deadlineMs / 360_000) / 10;
  const waited = hours >= 48 && hours % 24 === 0 ? `${hours / 24} days` : `${hours} h`;
  const last = entry.history.at(-1)?.text ?? 'nothing is known';
  return park(entry, nowMs, {
    code: 'BRIDGE_DEADLINE',
    reason: `not confirmed within ${waited}; last: ${last}`,
  });
}

function again(
  entry: Entry,
  { nowMs, policy, text }: { nowMs: number; policy: SettlePolicy; text: string },
): Entry {
  const tries = entry.tries + 1;
  const told = withHistory<Entry>({ ...entry, tries }, nowMs, text);
  const parked = parkOverdue(told, nowMs, policy.deadlineMs);
  if (parked) return parked;
  return { ...told, dueMs: nowMs + backoff(policy, tries, policy.jitter) };
}
