import { instanceNamesKey, parseInstanceNames } from '../../lambda/report/ledger/instance-names.ts';
import { isOldEventKey, replayOldEvent } from '../../lambda/report/ledger/old-event.ts';
import { replay } from '../../lambda/report/ledger/replay.ts';
import { toRow } from '../../lambda/report/ledger/rows.ts';
import { LedgerError } from '../../lambda/shared/errors.ts';
import type { Table } from '../../lambda/shared/table.ts';
import { advise } from './advice.ts';
import { describeWhat, type Kept, toLastAt } from './describe.ts';
import { findFollowers, freePredecessors } from './followers.ts';
import { listParked, readKept, type Unreadable } from './open.ts';
import type { Replayable, Replayed } from './replayable.ts';

/** Which entries are to be replayed: by their keys, or all parked ones of a route, or since an instant. */
export interface Wanted {
  readonly keys: readonly string[];
  readonly route?: string;
  readonly since?: Date;
}

/** Reads what was asked for, and parts what can be replayed from what cannot. */
export async function choose(
  table: Table,
  wanted: Wanted,
): Promise<{ replayable: readonly Replayable[]; left: readonly Replayed[] }> {
  const replayable: Replayable[] = [];
  const left: Replayed[] = [];
  const { inFile } = parseInstanceNames(await table.get(instanceNamesKey));
  for await (const found of find(table, wanted)) {
    const judged = judge(found, inFile);
    if ('kind' in judged) left.push(judged);
    else replayable.push(judged);
  }
  const followers = await findFollowers(table, replayable);
  const all = [...replayable, ...followers];
  const chosen: Replayable[] = [];
  for (const one of all) {
    const held = await freePredecessors(table, one, all);
    if ('kind' in held) left.push(held);
    else chosen.push(held);
  }
  return { replayable: chosen.toSorted(byPredecessors), left };
}

/** What a route sends first has the fewest predecessors, and is put back first. */
function byPredecessors(one: Replayable, other: Replayable): number {
  return (one.entry.after?.length ?? 0) - (other.entry.after?.length ?? 0);
}

/** Puts them back as due, one by one; a table that fails ends it, as it would fail for the rest. */
export async function replayAll(
  table: Table,
  chosen: readonly Replayable[],
  { now, by }: { readonly now: () => Date; readonly by: string },
): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  for (const { key, entry, row } of chosen) {
    const what = describeWhat(entry);
    if (replayed.at(-1)?.kind === 'unknown') {
      replayed.push({ kind: 'left', key, what, reason: 'not tried' });
      continue;
    }
    const nowMs = now().getTime();
    try {
      if (isOldEventKey(key)) {
        const { revision } = row;
        const reason = await replayOldEvent(table, { key, entry, revision }, { nowMs, by });
        replayed.push(
          reason === undefined
            ? { kind: 'replayed', key, what }
            : { kind: 'left', key, what, reason },
        );
        continue;
      }
      const due = replay(entry, nowMs, by);
      const revision = await table.put({ ...toRow(due, nowMs), key }, row.revision);
      replayed.push(
        revision === undefined
          ? {
              kind: 'left',
              key,
              what,
              reason: 'somebody else has changed it meanwhile; look again',
            }
          : { kind: 'replayed', key, what },
      );
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      replayed.push({ kind: 'unknown', key, what, reason: error.message });
    }
  }
  return replayed;
}

/** A row, or why there is none to work with. */
export type Found = Kept | Unreadable | { readonly key: string; readonly gone: true };

/** The rows that were asked for. */
export async function* find(table: Table, { keys, route, since }: Wanted): AsyncGenerator<Found> {
  for (const key of new Set(keys)) yield await readOne(table, key);
  if (keys.length > 0) return;
  for await (const found of listParked(table)) {
    if ('unreadable' in found) {
      yield found;
      continue;
    }
    const isOfRoute = route === undefined || found.entry.cause.route === route;
    if (isOfRoute && (since === undefined || toLastAt(found.entry) >= since)) yield found;
  }
}

async function readOne(table: Table, key: string): Promise<Found> {
  return (await readKept(table, key)) ?? { key, gone: true };
}

/** @param inFile the instances of the deployed route file; `undefined` before the first sweep run */
function judge(found: Found, inFile: readonly string[] | undefined): Replayable | Replayed {
  const { key } = found;
  if ('gone' in found) return { kind: 'left', key, reason: 'the ledger has no such entry' };
  if ('unreadable' in found) return { kind: 'left', key, reason: found.unreadable };
  const { entry, row } = found;
  if (entry.kind === 'unsayable') {
    return { kind: 'left', key, what: describeWhat(entry), reason: advise(found).toDo };
  }
  if (inFile?.includes(entry.to) === false) {
    const reason = `the deployed route file has no instance ${entry.to}, allowed: ${inFile.join(', ')}; add it, deploy, and replay it a minute later`;
    return { kind: 'left', key, what: describeWhat(entry), reason };
  }
  if (entry.stage === 'parked') return { key, entry, row };
  return {
    kind: 'left',
    key,
    what: describeWhat(entry),
    reason: `it is ${entry.stage}, not parked`,
  };
}
