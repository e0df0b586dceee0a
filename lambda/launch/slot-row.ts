import * as z from 'zod/mini';
import { keptMs } from '../ledger/entry-row.ts';
import { checkBody } from '../ledger/row-schema.ts';
import type { Row, StoredRow } from '../ledger/table.ts';
import { toKeyPart } from '../workload/version-key.ts';
import type { Launch } from './launch.ts';

/**
 * Ledger record of one of the `maxRunning` places of a target: the launch that holds it.
 *
 * A slot is never emptied. It is free once its launch has ended ({@link isSlotFree}), and is then
 * overwritten by the next launch.
 */
export interface Slot {
  readonly format: 1;
  readonly kind: 'slot';
  /** Row key of the launch. */
  readonly launch: string;
  /** Id of the request that took it; the launch row has it once its intent is written. */
  readonly launchId: string;
  readonly takenMs: number;
}

/** Row key of a slot. @param place from 1 */
export function toSlotKey(target: string, place: number): string {
  return `slot ${toKeyPart(target)} ${place}`;
}

/** The row of a slot. */
export function toSlotRow(key: string, slot: Slot): Row {
  return { key, body: slot, expiresAt: new Date(slot.takenMs + keptMs) };
}

const slotShape = z.looseObject({
  kind: z.literal('slot'),
  launch: z.string(),
  launchId: z.string(),
  takenMs: z.number(),
});

/** The slot in a row. @throws {LedgerError} if other software wrote the row, or it is damaged */
export function parseSlot(row: StoredRow): Slot {
  checkBody(row, slotShape);
  return row.body as Slot;
}

/** Time after which an intent that AWS certainly does not have no longer holds its slot. */
const idleIntentMs = 10 * 60_000;

/**
 * Whether another launch may take a slot. Pure.
 *
 * A slot is taken before its launch is written. So a launch that is absent, or that has the id of
 * another request, says nothing about a slot that was taken just now.
 *
 * @param launch `undefined` if the ledger has none of the key
 * @param endedMs when its run ended; absent while it is not known to have ended
 */
export function isSlotFree(
  slot: Slot,
  {
    launch,
    endedMs,
    nowMs,
  }: {
    readonly launch: Launch | undefined;
    readonly endedMs: number | undefined;
    readonly nowMs: number;
  },
): boolean {
  if (launch !== undefined && !isInactive(launch, endedMs, nowMs)) return false;
  return launch?.launchId === slot.launchId && launch.stage !== 'intended'
    ? true
    : nowMs - slot.takenMs >= idleIntentMs;
}

function isInactive(
  { stage, requestedMs, unknownCalls, lease }: Launch,
  endedMs: number | undefined,
  nowMs: number,
): boolean {
  switch (stage) {
    case 'refused':
      return true;
    case 'started':
      return endedMs !== undefined;
    case 'intended':
      // AWS may run a start of unknown outcome. The sweep looks it up until it is settled.
      if (lease !== undefined || unknownCalls !== undefined) return false;
      return nowMs - requestedMs >= idleIntentMs;
    default:
      return stage satisfies never;
  }
}
