import { type Entry, withHistory } from './entry.ts';

/**
 * The parked entry as due again, for the drain. Pure.
 *
 * Its tries and its deadline start again. A one-shot loses its send record, so it is sent again
 * without a read-back, even after the end of its run. The operator who replays it has checked the
 * job before.
 *
 * @param by who replays it, for the history
 * @param note why, for the history
 */
export function replayEntry(entry: Entry, nowMs: number, by: string, note?: string): Entry {
  const { parked: _, sent: __, lease: ___, dismissed: ____, ...rest } = entry;
  const { overtakenBy: _____, wait: ______, ...kept } = rest;
  const due: Entry = {
    ...kept,
    cause: { ...entry.cause, seenMs: nowMs },
    stage: 'due',
    dueMs: nowMs,
    tries: 0,
  };
  return withHistory(due, nowMs, describeReplay(by, note));
}

/** The line in the history of a replayed entry. */
export function describeReplay(by: string, note?: string): string {
  return `replayed by ${by}${note === undefined ? '' : `: ${note}`}`;
}
