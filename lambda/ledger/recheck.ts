import { clockToleranceMs } from '../../autosys/clock-tolerance.ts';
import { isSameValue } from '../../autosys/same-value.ts';
import type { GlobalView } from '../../autosys/views.ts';
import { shorten } from '../workload/shorten.ts';
import { type Entry, withHistory } from './entry.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * So long after its confirmation a value is read again, in case AutoSys has lost it; as far as its instance says.
 *
 * A database that was restored, or has failed over, lacks its last minutes; that shows at once, or when somebody has restored
 * it an hour or half a night later.
 */
export const recheckAfterMs: readonly number[] = [
  5 * minuteMs,
  15 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  dayMs,
  2 * dayMs,
  4 * dayMs,
  8 * dayMs,
  16 * dayMs,
  30 * dayMs,
];

/** How long after its confirmation an entry is to be read again; `undefined` where it is not, or not any more. */
export function toRecheckAfterMs(entry: Entry): number | undefined {
  const { stage, event, confirmedMs, rereads = 0 } = entry;
  return stage === 'confirmed' && event.kind === 'SET_GLOBAL' && confirmedMs !== undefined
    ? recheckAfterMs[rereads]
    : undefined;
}

/** An entry after it was read again, and why it changed. */
export type RecheckResult =
  | { readonly kind: 'stands'; readonly entry: Entry }
  /** AutoSys had lost it: it is due again. */
  | { readonly kind: 'reasserted'; readonly entry: Entry; readonly reason: string }
  /** Somebody has set another value since, and it is not read again; or it cannot be read now, and is read later. */
  | { readonly kind: 'leftAlone'; readonly entry: Entry; readonly reason: string };

/** What a comparison with AutoSys needs beside the entry. */
export interface RecheckFacts {
  readonly nowMs: number;
  readonly rereadForMs: number;
  /** The clocks of AutoSys and the bridge are known to differ, so that their times cannot be compared. @default false */
  readonly clockDiffers?: boolean;
}

/**
 * Compares a confirmed value with what AutoSys shows; pure.
 *
 * AutoSys has lost it where the variable is unset, or was last changed before our confirmation: then no person has set it
 * since. Any other value may be a person's own doing, also the value from before ours, and is left alone.
 */
export function judgeRecheck(entry: Entry, shown: GlobalView, facts: RecheckFacts): RecheckResult {
  const { nowMs, rereadForMs } = facts;
  if (entry.event.kind !== 'SET_GLOBAL') return { kind: 'stands', entry: endRechecks(entry) };
  if (shown.kind === 'unreadable') {
    // It was read once: who refuses it now may show it next time.
    const reason = `it cannot be read now: ${shown.reason}`;
    return {
      kind: 'leftAlone',
      entry: withHistory(goOn(entry, rereadForMs), nowMs, reason),
      reason,
    };
  }
  if (shown.kind === 'unset') return reassert(entry, nowMs, 'it is not set any more');
  if (isOurs(entry, shown)) return { kind: 'stands', entry: goOn(entry, rereadForMs) };
  const found = JSON.stringify(shorten(shown.value));
  const change = describeChange(entry, shown, facts);
  if (change.isLost) return reassert(entry, nowMs, `it shows ${found}, ${change.text}`);
  return entry.previousValues?.some((former) => isSameValue(former, shown.value))
    ? leaveAlone(entry, nowMs, `it shows ${found}, the value before it; ${change.text}`)
    : leaveAlone(entry, nowMs, `somebody has set it to ${found} since`);
}

/** Whether AutoSys shows the value of the entry. */
export function isOurs({ event }: Pick<Entry, 'event'>, shown: GlobalView): boolean {
  return (
    event.kind === 'SET_GLOBAL' && shown.kind === 'value' && isSameValue(shown.value, event.value)
  );
}

/** Whether Last Changed proves that AutoSys has lost our value, in words. */
function describeChange(
  { confirmedMs = 0 }: Entry,
  { lastChanged }: Extract<GlobalView, { readonly kind: 'value' }>,
  { clockDiffers = false }: RecheckFacts,
): { readonly isLost: boolean; readonly text: string } {
  const undecided = (text: string) => ({ isLost: false, text });
  if (lastChanged === undefined) return undecided('AutoSys does not show when it was changed');
  if (clockDiffers) return undecided('the clock of AutoSys differs, so its time decides nothing');
  if (lastChanged.ambiguous) return undecided('it was changed in the hour that clocks repeat');
  const sinceMs = lastChanged.at.getTime() - confirmedMs;
  const at = lastChanged.at.toISOString();
  if (sinceMs < -clockToleranceMs) {
    return { isLost: true, text: `last changed at ${at}, before our confirmation` };
  }
  return sinceMs <= clockToleranceMs
    ? undecided(`it was changed at ${at}, too near to our confirmation to decide`)
    : undecided(`it was changed at ${at}, after our confirmation`);
}

/** The entry, not to be read again. */
export function endRechecks(entry: Entry): Entry {
  return { ...entry, rereads: recheckAfterMs.length };
}

/** The entry, to be read again at its next time, if that comes soon enough. */
function goOn(entry: Entry, rereadForMs: number): Entry {
  const counted = countReread(entry);
  const isSoon = (toRecheckAfterMs(counted) ?? Number.POSITIVE_INFINITY) <= rereadForMs;
  return isSoon ? counted : endRechecks(entry);
}

function countReread(entry: Entry): Entry {
  return { ...entry, rereads: (entry.rereads ?? 0) + 1 };
}

/** Logged once, and never overruled. */
function leaveAlone(entry: Entry, nowMs: number, why: string): RecheckResult {
  const reason = `${why}; left alone`;
  return { kind: 'leftAlone', entry: withHistory(endRechecks(entry), nowMs, reason), reason };
}

/** Its tries and its deadline begin anew; its readings do not, so that nobody is fought over a value for ever. */
function reassert(entry: Entry, nowMs: number, why: string): RecheckResult {
  const { confirmedMs: _, lease: __, ...kept } = countReread(entry);
  const due: Entry = {
    ...kept,
    cause: { ...entry.cause, seenMs: nowMs },
    stage: 'due',
    dueMs: nowMs,
    tries: 0,
  };
  const reason = `AutoSys has lost it: ${why}; set again`;
  return { kind: 'reasserted', entry: withHistory(due, nowMs, reason), reason };
}
