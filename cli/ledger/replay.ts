import { LedgerError } from '../../lambda/errors.ts';
import { toRow } from '../../lambda/ledger/entry-row.ts';
import { instanceNamesKey, parseInstanceNames } from '../../lambda/ledger/instance-names.ts';
import { isOldEventKey, replayOldEvent } from '../../lambda/ledger/old-event.ts';
import { replayEntry } from '../../lambda/ledger/replay.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { advise } from './advice.ts';
import { toName, toUnchanged } from './outcome.ts';
import { findSuccessors, resolvePredecessors } from './predecessors.ts';
import type { Replayable, Replayed } from './replayable.ts';
import { type EntrySelection, findSelected, type SelectedEntry } from './selection.ts';

/** Reads the selected entries and their successors, and separates those that can be replayed. */
export async function selectReplayable(
  table: Table,
  selection: EntrySelection,
): Promise<{ replayable: readonly Replayable[]; unchanged: readonly Replayed[] }> {
  const replayable: Replayable[] = [];
  const unchanged: Replayed[] = [];
  const { inFile } = parseInstanceNames(await table.get(instanceNamesKey));
  for await (const found of findSelected(table, selection)) {
    const one = toReplayable(found, inFile);
    if ('kind' in one) unchanged.push(one);
    else replayable.push(one);
  }
  const all = [...replayable, ...(await findSuccessors(table, replayable))];
  const selected: Replayable[] = [];
  for (const one of all) {
    const resolved = await resolvePredecessors(table, one, all);
    if ('kind' in resolved) unchanged.push(resolved);
    else selected.push(resolved);
  }
  return { replayable: selected.toSorted(byPredecessors), unchanged };
}

/** Sorts the entries with the fewest predecessors first, because the route sends these first. */
function byPredecessors(one: Replayable, other: Replayable): number {
  return (one.entry.after?.length ?? 0) - (other.entry.after?.length ?? 0);
}

/** Who replays the entries, why, and the clock. */
export interface ReplayOptions {
  readonly by: string;
  readonly note?: string;
  readonly now: () => Date;
}

/** Makes the entries due, one by one. Stops at the first failure of the table. */
export async function replayAll(
  table: Table,
  selected: readonly Replayable[],
  replaying: ReplayOptions,
): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  for (const one of selected) {
    const hasFailed = replayed.some(({ kind }) => kind === 'unknown');
    replayed.push(
      hasFailed
        ? toUnchanged(one, 'not tried, because the table failed before')
        : await replayOne(table, one, replaying),
    );
  }
  return replayed;
}

async function replayOne(
  table: Table,
  one: Replayable,
  { now, ...who }: ReplayOptions,
): Promise<Replayed> {
  try {
    const reason = await makeDue(table, one, { nowMs: now().getTime(), ...who });
    return reason === undefined ? { kind: 'replayed', ...toName(one) } : toUnchanged(one, reason);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { kind: 'unknown', ...toName(one), reason: error.message };
  }
}

/** @returns why the entry was not changed; `undefined` if it is due now */
async function makeDue(
  table: Table,
  { key, entry, row }: Replayable,
  { nowMs, ...who }: Omit<ReplayOptions, 'now'> & { readonly nowMs: number },
): Promise<string | undefined> {
  const { revision } = row;
  if (isOldEventKey(key)) return replayOldEvent(table, { key, entry, revision }, { nowMs, ...who });
  const due = replayEntry(entry, nowMs, who.by, who.note);
  const written = await table.put({ ...toRow(due, nowMs), key }, revision);
  return written === undefined
    ? 'changed by another process in the meantime; read the entry again'
    : undefined;
}

/**
 * @param inFile the instances of the deployed route file; `undefined` before the first sweep run
 */
function toReplayable(
  found: SelectedEntry,
  inFile: readonly string[] | undefined,
): Replayable | Replayed {
  if ('gone' in found) return toUnchanged(found, 'the ledger has no such entry');
  if ('unreadable' in found) return toUnchanged(found, found.unreadable);
  const { key, entry, row } = found;
  if (entry.kind === 'invalidEffect') return toUnchanged(found, advise(found).toDo);
  if (inFile?.includes(entry.to) === false) {
    const reason = `the deployed route file has no instance ${entry.to}, allowed: ${inFile.join(', ')}; add it, deploy, and replay the entry one minute later`;
    return toUnchanged(found, reason);
  }
  if (entry.stage === 'parked') return { key, entry, row };
  return toUnchanged(found, `not parked, its stage is ${entry.stage}`);
}
