import { type Entry, withHistory } from './entry.ts';

/**
 * A parked entry as due again, for the drain to take up; pure.
 *
 * Its tries and its deadline begin anew. A one-off forgets that it may have been sent, so it is sent afresh, also
 * after the end of its run: the person who asks for that has looked.
 *
 * @param by who asks, for the story
 */
export function replayEntry(entry: Entry, nowMs: number, by: string): Entry {
  const { parked: _, sent: __, lease: ___, dismissed: ____, overtakenBy: _____, ...kept } = entry;
  const due: Entry = {
    ...kept,
    cause: { ...entry.cause, seenMs: nowMs },
    stage: 'due',
    dueMs: nowMs,
    tries: 0,
  };
  return withHistory(due, nowMs, `replayed by ${by}`);
}
