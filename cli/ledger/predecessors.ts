import { predecessorParked } from '../../lambda/ledger/entry.ts';
import { isWaitingForPerson } from '../../lambda/ledger/entry-row.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { isPredecessorOf } from '../../lambda/workload/version.ts';
import { describeEffect } from './describe.ts';
import { listParked, readStoredEntry } from './open.ts';
import { toUnchanged } from './outcome.ts';
import type { Replayable, Replayed } from './replayable.ts';

/**
 * Finds the entries that were parked because one of `replayable`, or a successor of it, was parked.
 * They are replayed together, and the drain sends them in route order.
 */
export async function findSuccessors(
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
  const successors: Replayable[] = [];
  for (let found = true; found; ) {
    const next = parked.filter(
      ({ key, entry }) =>
        !keys.has(key) && entry.after?.some((predecessor) => keys.has(predecessor)),
    );
    for (const one of next) keys.add(one.key);
    successors.push(...next);
    found = next.length > 0;
  }
  return successors;
}

/**
 * Removes from an entry the predecessors that it need not wait for: those with an invalid effect,
 * and those whose row now holds a newer request.
 *
 * @returns an unchanged result if a predecessor is parked and is not replayed together with the
 * entry
 */
export async function resolvePredecessors(
  table: Table,
  one: Replayable,
  all: readonly Replayable[],
): Promise<Replayable | Replayed> {
  const { entry } = one;
  const after: string[] = [];
  for (const predecessor of entry.after ?? []) {
    const stored = await readStoredEntry(table, predecessor);
    if (stored?.entry.kind === 'invalidEffect') continue;
    if (stored && !isPredecessorOf(stored.entry.version, entry.version)) continue;
    if (
      stored &&
      isWaitingForPerson(stored.entry) &&
      all.every((other) => other.key !== predecessor)
    ) {
      const reason = `${describeEffect(stored.entry)}, which the route sends first, is parked; replay or dismiss that entry first (${predecessor})`;
      return toUnchanged(one, reason);
    }
    after.push(predecessor);
  }
  const { after: _, ...independent } = entry;
  return { ...one, entry: after.length === 0 ? independent : { ...independent, after } };
}
