import { type Entry, withHistory } from './entry.ts';
import { describeOutage, isSameWait, type OutageKind, type WaitReason } from './wait.ts';

/** The entry with an outage of its instance as the reason why it waits. Pure. */
export function withOutageWait(
  entry: Entry,
  hold: {
    readonly untilMs: number;
    readonly reason: string;
    readonly outage: OutageKind;
    readonly sinceMs: number;
  },
  nowMs: number,
): Entry {
  const { outage: kind, sinceMs, untilMs, reason } = hold;
  return withWait(
    entry,
    { kind, sinceMs, untilMs, text: describeOutage({ kind, sinceMs, reason }) },
    nowMs,
  );
}

/** The entry with a predecessor as the reason why it waits. Without a key it is unchanged. Pure. */
export function withPredecessorWait(
  entry: Entry,
  {
    behind = '',
    behindKey: key,
    nowMs,
  }: { readonly behind?: string; readonly behindKey?: string; readonly nowMs: number },
): Entry {
  if (key === undefined) return entry;
  const wait: WaitReason = { kind: 'predecessor', sinceMs: nowMs, key, text: behind };
  return isSameWait(entry.wait, wait) ? entry : withWait(entry, wait, nowMs);
}

/** A reason that is known gets the new time of the next try, and no line in the history. */
function withWait(entry: Entry, wait: WaitReason, nowMs: number): Entry {
  const waiting = { ...entry, wait };
  if (isSameWait(entry.wait, wait)) return waiting;
  const text =
    wait.kind === 'predecessor' ? `waits for a predecessor: ${wait.text}` : `waits: ${wait.text}`;
  return withHistory<Entry>(waiting, nowMs, text);
}
