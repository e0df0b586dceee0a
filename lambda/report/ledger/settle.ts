import type { ErrorDescription } from '../../shared/errors.ts';
import { type Entry, type Looks, withNote } from './entry.ts';

/** What is kept of an event that AutoSys does not show yet. */
interface Unseen {
  /** When it was sent, where the work was to send it. */
  readonly sentMs?: number;
  /** Since when AutoSys has been looked at; absent where it could not be, or where it shows the event in its queue. */
  readonly looks?: Looks;
}

/** What AutoSys answered when the event was sent. */
interface Answered {
  /** When it said that it took it. @default - it did not say so, or nothing was sent */
  readonly acceptedMs?: number;
}

/** What came of working on an entry. */
export type Result = Answered &
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
    | { readonly kind: 'refused'; readonly error: ErrorDescription }
  );

export interface SettlePolicy {
  /** From the first failure on the waits double, up to here. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** An entry that is older than this is parked instead of tried again. */
  readonly deadlineMs: number;
  /** From 0 up to 1, so that many entries do not come back in step. */
  readonly noise: number;
}

/** Writes what came of it into the entry, and lets go of it; pure. */
export function settle(entry: Entry, result: Result, nowMs: number, policy: SettlePolicy): Entry {
  const free = withAnswer(withoutLease(entry), result);
  switch (result.kind) {
    case 'confirmed':
      return withNote(
        { ...free, stage: 'confirmed', confirmedMs: nowMs },
        nowMs,
        'confirmed by AutoSys',
      );
    case 'unreadable':
      // Nothing better will ever be known: it counts as done, and is never called confirmed.
      return withNote({ ...free, stage: 'confirmed' }, nowMs, `accepted, ${result.reason}`);
    case 'moot':
      return withNote({ ...free, stage: 'confirmed' }, nowMs, `nothing to do: ${result.reason}`);
    case 'notYet':
      // What AutoSys took just before its deadline, or after an outage, must have the time to show.
      return again(
        { ...withUnseen(free, result), stage: 'accepted' },
        {
          nowMs,
          policy: { ...policy, deadlineMs: 2 * policy.deadlineMs },
          text: `accepted, not visible yet: ${result.found}`,
        },
      );
    case 'unreached':
      return again(
        { ...free, stage: 'due' },
        { nowMs, policy, text: `not reached: ${result.error.message}` },
      );
    case 'unknown':
      return again(
        { ...withUnseen(free, result), stage: toUnknownStage(entry) },
        { nowMs, policy, text: `outcome unknown: ${result.error.message}` },
      );
    case 'refused':
      return park(free, nowMs, { code: result.error.code, reason: result.error.message });
    default:
      return result satisfies never;
  }
}

function withoutLease({ lease: _, ...free }: Entry): Entry {
  return free;
}

function withAnswer(entry: Entry, { acceptedMs }: Answered): Entry {
  return acceptedMs === undefined ? entry : withNote(entry, acceptedMs, 'accepted by AutoSys');
}

/** What AutoSys once took stays taken, though it cannot be looked at now. */
function toUnknownStage(entry: Entry): Entry['stage'] {
  if (entry.stage === 'accepted') return 'accepted';
  return mayHarm(entry) ? 'sending' : 'due';
}

/** Whether it must not be sent again without a look; a value may, it stays the same. */
function mayHarm({ kind, event }: Entry): boolean {
  return kind !== 'state' || event.kind === 'CHANGE_STATUS';
}

function withUnseen(entry: Entry, { sentMs, looks }: Unseen): Entry {
  if (!mayHarm(entry)) return entry;
  const { looks: _, ...before } = entry.before ?? { sentMs: sentMs ?? entry.cause.seenMs };
  const since = entry.kind === 'state' && sentMs !== undefined ? { ...before, sentMs } : before;
  return { ...entry, before: { ...since, ...(looks && { looks }) } };
}

/** Puts an entry where a person finds it. */
export function park(entry: Entry, nowMs: number, parked: NonNullable<Entry['parked']>): Entry {
  const { lease: _, ...free } = entry;
  return withNote({ ...free, stage: 'parked', parked }, nowMs, `parked: ${parked.reason}`);
}

/** Parks an entry that has waited beyond its deadline, with the last line of its story; `undefined` before that. */
export function parkOverdue(entry: Entry, nowMs: number, deadlineMs: number): Entry | undefined {
  if (nowMs - entry.cause.seenMs < deadlineMs) return undefined;
  const hours = Math.round(deadlineMs / 360_000) / 10;
  const waited = hours >= 48 && hours % 24 === 0 ? `${hours / 24} days` : `${hours} h`;
  const last = entry.story.at(-1)?.text ?? 'nothing is known';
  return park(entry, nowMs, {
    code: 'BRIDGE_DEADLINE',
    reason: `not brought about within ${waited}; last: ${last}`,
  });
}

function again(
  entry: Entry,
  { nowMs, policy, text }: { nowMs: number; policy: SettlePolicy; text: string },
): Entry {
  const tries = entry.tries + 1;
  const told = withNote({ ...entry, tries }, nowMs, text);
  const parked = parkOverdue(told, nowMs, policy.deadlineMs);
  if (parked) return parked;
  const doubledMs = Math.min(policy.maxWaitMs, policy.firstWaitMs * 2 ** Math.min(tries - 1, 20));
  return { ...told, dueMs: nowMs + Math.round(doubledMs * (0.5 + policy.noise / 2)) };
}
