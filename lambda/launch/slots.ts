import type { StoredRow, Table } from '../ledger/table.ts';
import type { LaunchTarget } from '../routing/targets.ts';
import { nothingStarted } from './api.ts';
import { ApiError } from './api-error.ts';
import type { Launch } from './launch.ts';
import { parseLaunch } from './launch-row.ts';
import { type LaunchedRuns, toEndMs } from './launched-runs.ts';
import { isSlotFree, parseSlot, type Slot, toSlotKey, toSlotRow } from './slot-row.ts';

export interface SlotsDeps {
  readonly table: Table;
  readonly runs: LaunchedRuns;
  readonly now: () => Date;
}

/** A launch that needs a slot. */
export interface SlotRequest {
  readonly target: Pick<LaunchTarget, 'name' | 'maxRunning'>;
  /** Row key of the launch. */
  readonly launchKey: string;
  /** Id of the request in the launch row, also before that row is written. */
  readonly launchId: string;
}

/** `busy`: as many runs as the target may have are active. */
export type SlotResult =
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'busy';
      readonly running: number;
      /** When the oldest of them was requested, in epoch milliseconds. */
      readonly oldestMs: number;
    };

/** Seconds after which a refused start is repeated. */
const retryAfterSeconds = 15;

/** A place of the target, with its row if it has one. */
interface Place {
  readonly key: string;
  readonly row: StoredRow | undefined;
  readonly slot: Slot | undefined;
}

/**
 * Creates the limit on the runs of a target at once, `maxRunning`.
 *
 * Each of the 1 to N places is a row, taken by a conditional write before AWS is called. So the
 * limit holds however many functions start runs. A launch that holds a place writes it again before
 * each call, so that no other function can take the place as idle at the same time.
 *
 * Two requests of one launch may take a place each. The higher one then counts as free. The lowest
 * place of an active launch is never overwritten.
 */
export function createTakeSlot({ table, runs, now }: SlotsDeps) {
  /** @throws {LedgerError} */
  return async function takeSlot({
    target: { name, maxRunning },
    launchKey,
    launchId,
  }: SlotRequest): Promise<SlotResult> {
    if (maxRunning === undefined) return { kind: 'taken' };
    const keys = Array.from({ length: maxRunning }, (_, at) => toSlotKey(name, at + 1));
    const places = await Promise.all(keys.map(readPlace));
    const write = (place: Place) => writeSlot(place, { launch: launchKey, launchId });
    const own = places.find(({ slot }) => slot?.launch === launchKey);
    if (own && (await write(own))) return { kind: 'taken' };
    for (const place of places.filter((one) => isUnused(one, places))) {
      if (await write(place)) return { kind: 'taken' };
    }
    // Reads of the launches follow only if every place has been used before.
    const holders = await Promise.all(places.map(readHolder));
    for (const [at, holder] of holders.entries()) {
      const place = places[at];
      if (place && holder.isFree && (await write(place))) return { kind: 'taken' };
    }
    const oldestMs = Math.min(...holders.map(({ sinceMs }) => sinceMs));
    return { kind: 'busy', running: maxRunning, oldestMs };
  };

  async function readPlace(key: string): Promise<Place> {
    const row = await table.get(key);
    return { key, row, slot: row && parseSlot(row) };
  }

  /** @returns false if another launch has taken the place since it was read */
  async function writeSlot(
    { key, row }: Place,
    holder: Pick<Slot, 'launch' | 'launchId'>,
  ): Promise<boolean> {
    const slot: Slot = { format: 1, kind: 'slot', ...holder, takenMs: now().getTime() };
    if ((await table.put(toSlotRow(key, slot), row?.revision)) !== undefined) return true;
    const { slot: winner } = await readPlace(key);
    // Another request of the same launch was faster.
    return winner?.launch === holder.launch;
  }

  async function readHolder({ slot }: Place): Promise<{ isFree: boolean; sinceMs: number }> {
    const nowMs = now().getTime();
    if (slot === undefined) return { isFree: true, sinceMs: nowMs };
    const launch = await readLaunchOf(slot);
    const endedMs = launch && toEndMs(await runs.read(launch));
    const sinceMs = launch?.requestedMs ?? slot.takenMs;
    return { isFree: isSlotFree(slot, { launch, endedMs, nowMs }), sinceMs };
  }

  async function readLaunchOf({ launch: key }: Slot): Promise<Launch | undefined> {
    const row = await table.get(key);
    return row && parseLaunch(row);
  }
}

/** A place without a row, or of a launch that has a lower place as well. */
function isUnused({ slot, key }: Place, places: readonly Place[]): boolean {
  return slot === undefined || places.find((one) => one.slot?.launch === slot.launch)?.key !== key;
}

/** 429: nothing was started, and the command waits. */
export function toTargetBusy(
  target: string,
  { running, oldestMs }: Extract<SlotResult, { kind: 'busy' }>,
): ApiError {
  const runs = running === 1 ? '1 run has' : `${running} runs have`;
  return new ApiError({
    status: 429,
    code: 'TARGET_BUSY',
    message: `target ${target} has maxRunning ${running}, and ${runs} not ended, the oldest since ${new Date(oldestMs).toISOString()}`,
    fix: 'wait until one of them has ended, or ask the platform team for a higher maxRunning',
    exit: nothingStarted.notReached,
    retryAfter: retryAfterSeconds,
  });
}
