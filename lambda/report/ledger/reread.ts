import { isSameValue } from '../../../autosys/same-value.ts';
import { shorten } from '../../shared/shorten.ts';
import type { GlobalView } from '../confirm.ts';
import { type Entry, withNote } from './entry.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * So long after its confirmation a value is read again, in case AutoSys has lost it; as far as its instance says.
 *
 * A database that was restored, or has failed over, lacks its last minutes; that shows at once, or when somebody has restored
 * it an hour or half a night later.
 */
export const rereadAfterMs: readonly number[] = [
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
export function toRereadAfterMs(entry: Entry): number | undefined {
  const { stage, event, confirmedMs, rereads = 0 } = entry;
  return stage === 'confirmed' && event.kind === 'SET_GLOBAL' && confirmedMs !== undefined
    ? rereadAfterMs[rereads]
    : undefined;
}

/** An entry after it was read again, and why it changed. */
export type Judged =
  | { readonly kind: 'stands'; readonly entry: Entry }
  /** AutoSys had lost it: it is due again. */
  | { readonly kind: 'reasserted'; readonly entry: Entry; readonly reason: string }
  /** Somebody has set another value since, and it is not read again; or it cannot be read now, and is read later. */
  | { readonly kind: 'leftAlone'; readonly entry: Entry; readonly reason: string };

/**
 * Holds a confirmed value against what AutoSys shows; pure.
 *
 * Lost is a variable that is unset, or that shows what stood there before ours. Anything else is somebody's own doing.
 */
export function judge(
  entry: Entry,
  shown: GlobalView,
  { nowMs, rereadForMs }: { readonly nowMs: number; readonly rereadForMs: number },
): Judged {
  if (entry.event.kind !== 'SET_GLOBAL') return { kind: 'stands', entry: endRereads(entry) };
  const { value } = entry.event;
  if (shown.kind === 'unreadable') {
    // It was read once: who refuses it now may show it next time.
    const reason = `it cannot be read now: ${shown.reason}`;
    return { kind: 'leftAlone', entry: withNote(goOn(entry, rereadForMs), nowMs, reason), reason };
  }
  if (shown.kind === 'unset') return reassert(entry, nowMs, 'it is not set any more');
  if (isSameValue(shown.value, value)) return { kind: 'stands', entry: goOn(entry, rereadForMs) };
  const found = JSON.stringify(shorten(shown.value));
  return entry.formers?.some((former) => isSameValue(former, shown.value))
    ? reassert(entry, nowMs, `it shows ${found}, the value before it`)
    : leaveAlone(entry, nowMs, `somebody has set it to ${found} since`);
}

/** The entry, not to be read again. */
export function endRereads(entry: Entry): Entry {
  return { ...entry, rereads: rereadAfterMs.length };
}

/** The entry, to be read again at its next time, if that comes soon enough. */
function goOn(entry: Entry, rereadForMs: number): Entry {
  const counted = countReread(entry);
  const isSoon = (toRereadAfterMs(counted) ?? Number.POSITIVE_INFINITY) <= rereadForMs;
  return isSoon ? counted : endRereads(entry);
}

function countReread(entry: Entry): Entry {
  return { ...entry, rereads: (entry.rereads ?? 0) + 1 };
}

/** Told once, and never fought over. */
function leaveAlone(entry: Entry, nowMs: number, why: string): Judged {
  const reason = `${why}; left alone`;
  return { kind: 'leftAlone', entry: withNote(endRereads(entry), nowMs, reason), reason };
}

/** Its tries and its deadline begin anew; its readings do not, so that nobody is fought over a value for ever. */
function reassert(entry: Entry, nowMs: number, why: string): Judged {
  const { confirmedMs: _, lease: __, ...kept } = countReread(entry);
  const due: Entry = {
    ...kept,
    cause: { ...entry.cause, seenMs: nowMs },
    stage: 'due',
    dueMs: nowMs,
    tries: 0,
  };
  const reason = `AutoSys has lost it: ${why}; set again`;
  return { kind: 'reasserted', entry: withNote(due, nowMs, reason), reason };
}
