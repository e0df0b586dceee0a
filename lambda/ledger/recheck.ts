import { clockToleranceMs } from '../../autosys/clock-tolerance.ts';
import { isSameValue } from '../../autosys/same-value.ts';
import type { GlobalView } from '../../autosys/views.ts';
import { shorten } from '../workload/shorten.ts';
import { type Entry, withHistory } from './entry.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * Times after its confirmation at which a value is read again, in case AutoSys has lost it. The
 * setting `rereadFor` of the instance limits them.
 *
 * A restored database, or one after a failover, lacks its last minutes. The loss shows at once, or
 * after an hour or half a night if the restore happens then.
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

/** Time from its confirmation to the next read of an entry. `undefined` if it is not read again. */
export function toRecheckAfterMs(entry: Entry): number | undefined {
  const { stage, event, confirmedMs, rereads = 0 } = entry;
  return stage === 'confirmed' && event.kind === 'SET_GLOBAL' && confirmedMs !== undefined
    ? recheckAfterMs[rereads]
    : undefined;
}

/** Result of reading a confirmed value again: the entry to store, and why it changed. */
export type RecheckResult =
  /** AutoSys still shows the value. */
  | { readonly kind: 'stands'; readonly entry: Entry }
  /** AutoSys has lost the value. The entry is due again. */
  | { readonly kind: 'reasserted'; readonly entry: Entry; readonly reason: string }
  /**
   * The value was changed externally, and is not read again. Or it cannot be read now, and is read
   * later.
   */
  | { readonly kind: 'leftAlone'; readonly entry: Entry; readonly reason: string };

/** Facts for the comparison with AutoSys. */
export interface RecheckFacts {
  readonly nowMs: number;
  /** `rereadFor` of the instance. */
  readonly rereadForMs: number;
  /**
   * True if the clocks of AutoSys and the bridge differ, so that times prove nothing. @default
   * false
   */
  readonly clockDiffers?: boolean;
}

/**
 * Compares a confirmed value with the value that AutoSys shows. Pure.
 *
 * AutoSys has lost the value if the variable is unset, or was last changed before our confirmation:
 * then no person has set it since. Any other value may have been set by a person, even a previous
 * value. It is left alone.
 */
export function judgeRecheck(entry: Entry, shown: GlobalView, facts: RecheckFacts): RecheckResult {
  const { nowMs, rereadForMs } = facts;
  if (entry.event.kind !== 'SET_GLOBAL') return { kind: 'stands', entry: endRechecks(entry) };
  if (shown.kind === 'unreadable') {
    // It was readable before, so it may be readable next time.
    const reason = `it cannot be read now: ${shown.reason}`;
    return {
      kind: 'leftAlone',
      entry: withHistory(scheduleRecheck(entry, rereadForMs), nowMs, reason),
      reason,
    };
  }
  if (shown.kind === 'unset') return reassert(entry, nowMs, 'it is not set any more');
  if (isOurs(entry, shown)) return { kind: 'stands', entry: scheduleRecheck(entry, rereadForMs) };
  const found = JSON.stringify(shorten(shown.value));
  const change = describeChange(entry, shown, facts);
  if (change.isLost) return reassert(entry, nowMs, `it shows ${found}, ${change.text}`);
  return entry.previousValues?.some((value) => isSameValue(value, shown.value))
    ? leaveAlone(entry, nowMs, `it shows ${found}, a previous value; ${change.text}`)
    : leaveAlone(entry, nowMs, `changed externally to ${found}`);
}

/** Whether AutoSys shows the value of the entry. */
export function isOurs({ event }: Pick<Entry, 'event'>, shown: GlobalView): boolean {
  return (
    event.kind === 'SET_GLOBAL' && shown.kind === 'value' && isSameValue(shown.value, event.value)
  );
}

/** Whether Last Changed proves that AutoSys has lost our value, with a text for people. */
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

/** The entry, with no further reads. */
export function endRechecks(entry: Entry): Entry {
  return { ...entry, rereads: recheckAfterMs.length };
}

/** The entry with its next read, if that is within `rereadForMs`. */
function scheduleRecheck(entry: Entry, rereadForMs: number): Entry {
  const counted = countReread(entry);
  const isSoon = (toRecheckAfterMs(counted) ?? Number.POSITIVE_INFINITY) <= rereadForMs;
  return isSoon ? counted : endRechecks(entry);
}

function countReread(entry: Entry): Entry {
  return { ...entry, rereads: (entry.rereads ?? 0) + 1 };
}

/** Ends the reads, so that the reason is logged once and the value is never overwritten. */
function leaveAlone(entry: Entry, nowMs: number, why: string): RecheckResult {
  const reason = `${why}; left alone`;
  return { kind: 'leftAlone', entry: withHistory(endRechecks(entry), nowMs, reason), reason };
}

/**
 * The entry as due again, with new tries and a new deadline. The count of reads continues, so that
 * the bridge does not set the value again without end.
 */
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
