import { type BackoffPolicy, backoff } from '../../autosys/backoff.ts';
import type { ErrorDescription } from '../errors.ts';
import { type Entry, type ObservationWindow, withHistory } from './entry.ts';

/** Facts of an event whose effect AutoSys does not show yet. */
interface Unconfirmed {
  /** When it was sent. Present if this work sent it. */
  readonly sentMs?: number;
  /** Observation window. Absent if AutoSys could not be read, or shows the event in its queue. */
  readonly observed?: ObservationWindow;
  /** AutoSys could not be read, so it is unknown what it shows. @default false */
  readonly isUnread?: boolean;
}

/** Acceptance of a sent event by AutoSys. */
interface Acceptance {
  /**
   * When AutoSys answered that it accepted it. @default - it did not answer, or nothing was sent
   */
  readonly acceptedMs?: number;
}

/** Result of working on an entry. */
export type SettleResult = Acceptance &
  (
    | { readonly kind: 'confirmed' }
    /** AutoSys accepted it and can never show the effect. */
    | { readonly kind: 'unreadable'; readonly reason: string }
    /** There was nothing to do. */
    | { readonly kind: 'moot'; readonly reason: string }
    /** AutoSys accepted it and does not show the effect yet. */
    | ({ readonly kind: 'notYet'; readonly found: string } & Unconfirmed)
    /** It did not reach AutoSys. It will be retried. */
    | { readonly kind: 'unreached'; readonly error: ErrorDescription }
    /** It is unknown whether it reached AutoSys. */
    | ({ readonly kind: 'unknown'; readonly error: ErrorDescription } & Unconfirmed)
    /** AutoSys rejected it, or its outcome stays unknown. A person must decide. */
    | {
        readonly kind: 'refused';
        readonly error: ErrorDescription;
        /** True if AutoSys rejected the request itself, so it had no effect. */
        readonly isRejected?: true;
      }
  );

/** When an entry is retried. The wait doubles with each failed try. */
export interface SettlePolicy extends BackoffPolicy {
  /** Age at which an entry is parked instead of retried. */
  readonly deadlineMs: number;
  /** From 0 to 1. Spreads the retries of many entries. */
  readonly jitter: number;
}

/** The entry with the result of the work, without its lease. Pure. */
export function settle(
  entry: Entry,
  result: SettleResult,
  nowMs: number,
  policy: SettlePolicy,
): Entry {
  const released = withAcceptedAt(withoutLease(entry), result);
  switch (result.kind) {
    case 'confirmed':
      return withHistory(
        { ...withoutSending(released), stage: 'confirmed', confirmedMs: nowMs },
        nowMs,
        confirmedLine,
      );
    case 'unreadable':
      // AutoSys can never show the effect, so the entry is done. It has no `confirmedMs`.
      return withHistory({ ...released, stage: 'confirmed' }, nowMs, `accepted, ${result.reason}`);
    case 'moot':
      return withHistory(
        { ...released, stage: 'confirmed' },
        nowMs,
        `${nothingToDo}${result.reason}`,
      );
    case 'notYet':
      return retryLater(
        { ...withAcceptance(withObservation(released, result), nowMs), stage: 'accepted' },
        { ...result, nowMs, policy, text: `accepted, not visible yet: ${result.found}` },
      );
    case 'unreached':
      return retryLater(asNotSent(released), {
        nowMs,
        policy,
        text: `not reached: ${result.error.message}`,
      });
    case 'unknown':
      return retryLater(
        {
          ...withObservation(released, result),
          stage: entry.stage === 'accepted' ? 'accepted' : 'sending',
        },
        { ...result, nowMs, policy, text: `outcome unknown: ${result.error.message}` },
      );
    case 'refused':
      return park(result.isRejected ? asNotSent(released) : released, nowMs, {
        code: result.error.code,
        reason: result.error.message,
      });
    default:
      return result satisfies never;
  }
}

/** Line of the history for an effect that AutoSys accepted. */
export const acceptedLine = 'accepted by AutoSys';
/** Line of the history for an effect that AutoSys showed. */
export const confirmedLine = 'confirmed by AutoSys';

const nothingToDo = 'nothing to do: ';

/**
 * Whether an entry is confirmed because nothing was left to do: AutoSys shows another change, or the
 * run of a kill has ended.
 */
export function isMoot({ stage, confirmedMs, history }: Entry): boolean {
  const last = history.at(-1)?.text ?? '';
  return stage === 'confirmed' && confirmedMs === undefined && last.startsWith(nothingToDo);
}

function withoutLease({ lease: _, ...free }: Entry): Entry {
  return free;
}

function withAcceptedAt(entry: Entry, { acceptedMs }: Acceptance): Entry {
  if (acceptedMs === undefined) return entry;
  return withHistory(withAcceptedMs(entry, acceptedMs), acceptedMs, acceptedLine);
}

/**
 * Sets the time of acceptance to now if the answer of AutoSys was lost and AutoSys shows the event.
 */
function withAcceptance(entry: Entry, nowMs: number): Entry {
  return entry.sent?.acceptedMs === undefined ? withAcceptedMs(entry, nowMs) : entry;
}

function withAcceptedMs(entry: Entry, acceptedMs: number): Entry {
  return { ...entry, sent: { ...(entry.sent ?? { sentMs: acceptedMs }), acceptedMs } };
}

/** Removes the send record of a confirmed state. A one-shot keeps it as part of its history. */
function withoutSending(entry: Entry): Entry {
  if (entry.kind !== 'state') return entry;
  const { sent: _, ...settled } = entry;
  return settled;
}

/**
 * The entry as it was before its last send, which did not reach AutoSys. An earlier send may still
 * have an unknown outcome.
 */
function asNotSent({ sent, ...entry }: Entry): Entry {
  const sends = (sent?.sends ?? 1) - 1;
  return sent === undefined || sends === 0
    ? { ...entry, stage: 'due' }
    : { ...entry, stage: 'sending', sent: { ...sent, sends } };
}

function withObservation(entry: Entry, { sentMs, observed }: Unconfirmed): Entry {
  const { observed: _, ...record } = entry.sent ?? { sentMs: sentMs ?? entry.cause.seenMs };
  const sent = entry.kind === 'state' && sentMs !== undefined ? { ...record, sentMs } : record;
  return { ...entry, sent: { ...sent, ...(observed && { observed }) } };
}

/** The entry as parked, without its lease. Pure. */
export function park(entry: Entry, nowMs: number, parked: NonNullable<Entry['parked']>): Entry {
  const released = withoutLease(entry);
  return withHistory({ ...released, stage: 'parked', parked }, nowMs, `parked: ${parked.reason}`);
}

/**
 * Parks an entry that is past its deadline, with the last line of its history. `undefined` before
 * the deadline.
 *
 * The deadline counts from the event. If AutoSys has accepted the entry, it counts from the
 * acceptance, so that after an outage there is time for the effect to show.
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

/** The deadline of an entry that could not be decided because AutoSys could not be called. */
export function toExtendedMs(deadlineMs: number): number {
  return 2 * deadlineMs;
}

/**
 * Number of tries after which an entry may be parked although AutoSys was not read: one read may
 * fail because the function ended.
 */
const minTriesUnread = 3;

interface RetryFacts extends Pick<Unconfirmed, 'isUnread'> {
  readonly nowMs: number;
  readonly policy: SettlePolicy;
  readonly text: string;
}

function retryLater(entry: Entry, { nowMs, policy, text, isUnread = false }: RetryFacts): Entry {
  const tries = entry.tries + 1;
  const failed = withHistory<Entry>({ ...entry, tries }, nowMs, text);
  // It may have taken effect: a failed read alone does not call a person.
  const mayPark = !isUnread || tries >= minTriesUnread;
  const limitMs = isUnread ? toExtendedMs(policy.deadlineMs) : policy.deadlineMs;
  const parked = mayPark ? parkOverdue(failed, nowMs, limitMs) : undefined;
  if (parked) return parked;
  return { ...failed, dueMs: nowMs + backoff(policy, tries, policy.jitter) };
}
