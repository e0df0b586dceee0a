import { type Entry, withHistory } from './entry.ts';
import type { InvalidEffectEntry } from './invalid-effect.ts';

/**
 * A parked entry that a person has decided not to send; pure. It stays in the ledger for as long as other rows, and is
 * known as a duplicate when its event comes again.
 *
 * @param by who decided, for the story
 */
export function dismissEntry<E extends Entry | InvalidEffectEntry>(
  entry: E,
  nowMs: number,
  { by, reason }: { readonly by: string; readonly reason: string },
): E {
  const dismissed = { by, reason, atMs: nowMs };
  return withHistory({ ...entry, dismissed }, nowMs, `dismissed by ${by}: ${reason}`);
}
