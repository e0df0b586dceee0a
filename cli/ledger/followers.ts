import { predecessorParked } from '../../lambda/ledger/entry.ts';
import { isWaitingForPerson } from '../../lambda/ledger/entry-row.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { isPredecessorOf } from '../../lambda/workload/version.ts';
import { describeWhat } from './describe.ts';
import { listParked, readStoredEntry } from './open.ts';
import { toLeft } from './outcome.ts';
import type { Replayable, Replayed } from './replayable.ts';

/**
 * Entries that were parked because one of these was parked before them: they are replayed with it, and the drain sends them in
 * the order of the route.
 */
export async function findFollowers(
  table: Table,
  replayable: readonly Replayable[],
): Promise<readonly Replayable[]> {
  if (replayable.length === 0) return [];
  const parked: Replayable[] = [];
  for await (const found of listParked(table)) {
    if ('unreadable' in found || found.entry.kind === 'invalidEffect') continue;
    const { key, row, entry } = found;
    if (entry.parked?.code === predecessorParked) parked.push({ key, row, entry });
  }
  const keys = new Set(replayable.map(({ key }) => key));
  const followers: Replayable[] = [];
  for (let found = true; found; ) {
    const next = parked.filter(
      ({ key, entry }) => !keys.has(key) && entry.after?.some((before) => keys.has(before)),
    );
    for (const one of next) keys.add(one.key);
    followers.push(...next);
    found = next.length > 0;
  }
  return followers;
}

/**
 * The entry as it can be replayed: not while a predecessor is parked that is not replayed with it.
 *
 * A predecessor that can never be sent, or whose row holds a newer request by now, is not waited for.
 */
export async function freePredecessors(
  table: Table,
  one: Replayable,
  all: readonly Replayable[],
): Promise<Replayable | Replayed> {
  const { entry } = one;
  const after: string[] = [];
  for (const before of entry.after ?? []) {
    const kept = await readStoredEntry(table, before);
    if (kept?.entry.kind === 'invalidEffect') continue;
    if (kept && !isPredecessorOf(kept.entry.version, entry.version)) continue;
    if (kept && isWaitingForPerson(kept.entry) && all.every((other) => other.key !== before)) {
      const reason = `${describeWhat(kept.entry)}, which its route sends before it, is parked: replay or dismiss that one first (${before})`;
      return toLeft(one, reason);
    }
    after.push(before);
  }
  const { after: _, ...free } = entry;
  return { ...one, entry: after.length === 0 ? free : { ...free, after } };
}
