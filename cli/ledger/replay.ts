import { LedgerError } from '../../lambda/errors.ts';
import { toRow } from '../../lambda/ledger/entry-row.ts';
import { instanceNamesKey, parseInstanceNames } from '../../lambda/ledger/instance-names.ts';
import { isOldEventKey, replayOldEvent } from '../../lambda/ledger/old-event.ts';
import { replayEntry } from '../../lambda/ledger/replay.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { advise } from './advice.ts';
import { findFollowers, freePredecessors } from './followers.ts';
import { toLeft, toName } from './outcome.ts';
import type { Replayable, Replayed } from './replayable.ts';
import { findWanted, type Wanted, type WantedResult } from './wanted.ts';

/** Reads what was asked for, and parts what can be replayed from what cannot. */
export async function choose(
  table: Table,
  wanted: Wanted,
): Promise<{ replayable: readonly Replayable[]; left: readonly Replayed[] }> {
  const replayable: Replayable[] = [];
  const left: Replayed[] = [];
  const { inFile } = parseInstanceNames(await table.get(instanceNamesKey));
  for await (const found of findWanted(table, wanted)) {
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
  for (const one of chosen) {
    const isBroken = replayed.some(({ kind }) => kind === 'unknown');
    replayed.push(isBroken ? toLeft(one, 'not tried') : await replayOne(table, one, { now, by }));
  }
  return replayed;
}

async function replayOne(
  table: Table,
  one: Replayable,
  { now, by }: { readonly now: () => Date; readonly by: string },
): Promise<Replayed> {
  try {
    const reason = await putBack(table, one, { nowMs: now().getTime(), by });
    return reason === undefined ? { kind: 'replayed', ...toName(one) } : toLeft(one, reason);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { kind: 'unknown', ...toName(one), reason: error.message };
  }
}

/** @returns why it is left as it is; `undefined` where it is due */
async function putBack(
  table: Table,
  { key, entry, row }: Replayable,
  { nowMs, by }: { readonly nowMs: number; readonly by: string },
): Promise<string | undefined> {
  const { revision } = row;
  if (isOldEventKey(key)) return replayOldEvent(table, { key, entry, revision }, { nowMs, by });
  const due = replayEntry(entry, nowMs, by);
  const written = await table.put({ ...toRow(due, nowMs), key }, revision);
  return written === undefined ? 'somebody else has changed it meanwhile; look again' : undefined;
}

/** @param inFile the instances of the deployed route file; `undefined` before the first sweep run */
function judge(found: WantedResult, inFile: readonly string[] | undefined): Replayable | Replayed {
  if ('gone' in found) return toLeft(found, 'the ledger has no such entry');
  if ('unreadable' in found) return toLeft(found, found.unreadable);
  const { key, entry, row } = found;
  if (entry.kind === 'invalidEffect') return toLeft(found, advise(found).toDo);
  if (inFile?.includes(entry.to) === false) {
    const reason = `the deployed route file has no instance ${entry.to}, allowed: ${inFile.join(', ')}; add it, deploy, and replay it a minute later`;
    return toLeft(found, reason);
  }
  if (entry.stage === 'parked') return { key, entry, row };
  return toLeft(found, `it is ${entry.stage}, not parked`);
}
