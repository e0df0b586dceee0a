import { type Entry, withHistory } from './entry.ts';
import type { InvalidEffectEntry } from './invalid-effect.ts';

/**
 * The parked entry as dismissed: a person decided not to send it. Pure. It stays in the ledger as
 * long as other rows. If its event is redelivered, it is a duplicate.
 *
 * @param by who decided, for the history
 */
export function dismissEntry<E extends Entry | InvalidEffectEntry>(
  entry: E,
  nowMs: number,
  { by, note }: { readonly by: string; readonly note: string },
): E {
  const dismissed = { by, note, atMs: nowMs };
  return withHistory({ ...entry, dismissed }, nowMs, `dismissed by ${by}: ${note}`);
}
