import { toVersionKey } from '../workload/version-key.ts';
import { admit, describeDuplicate, type EffectRequest } from './admit.ts';
import { type Entry, withHistory } from './entry.ts';
import { parseEntry, toKey, toRow } from './entry-row.ts';
import { describeReplay } from './replay.ts';
import type { Table } from './table.ts';

/**
 * Error code of an effect that was parked without being sent, because its event is too old or comes
 * from an archive replay.
 */
export const oldEventCode = 'BRIDGE_OLD_EVENT';

/** Result for an effect of an old event. */
export type OldEventResult =
  /** Parked in a row of its own, so that the row of its target is unchanged. */
  | {
      readonly kind: 'parked';
      readonly key: string;
      readonly code: string;
      readonly reason: string;
    }
  /** Discarded in any case: a duplicate, superseded, or of a stale run. */
  | { readonly kind: 'dropped'; readonly key: string; readonly reason: string };

/** Context without a lease. The effect is only compared with the known entry, never claimed. */
const noLease = { leaseOwner: '', leaseMs: 0, deadlineMs: Number.POSITIVE_INFINITY };

/** Creates the function that parks an effect of an old event. Parking it again changes nothing. */
export function createParkOldEvent({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}) {
  return async function parkOldEvent(
    request: EffectRequest,
    reason: string,
  ): Promise<OldEventResult> {
    const nowMs = now().getTime();
    const target = await table.get(toKey(request));
    const known = target && parseEntry(target);
    const admission = admit(known, request, { ...noLease, nowMs, behind: 'its event is old' });
    if (admission.kind === 'drop')
      return { kind: 'dropped', key: toKey(request), reason: admission.reason };
    // The ledger has the same effect already, and it is still pending.
    if (known && admission.kind === 'leave') {
      return { kind: 'dropped', key: toKey(request), reason: describeDuplicate(known) };
    }
    const key = toOldEventKey(request);
    const parked = { code: oldEventCode, reason };
    const entry: Entry = withHistory<Entry>(
      { format: 1, ...request, stage: 'parked', parked, dueMs: nowMs, tries: 0, history: [] },
      nowMs,
      `parked: ${reason}`,
    );
    await table.put({ ...toRow(entry, nowMs), key }, undefined);
    return { kind: 'parked', key, ...parked };
  };
}

/** Whether the row holds an effect of an old event. */
export function isOldEventKey(key: string): boolean {
  return key.startsWith(prefix);
}

const prefix = 'old ';

function toOldEventKey(request: EffectRequest): string {
  const effect = toKey(request);
  return `${prefix}${effect}${request.kind === 'once' ? '' : ` ${toVersionKey(request.version)}`}`;
}

/**
 * Replays the effect of an old event for an operator: it becomes due in the row of its target,
 * unless the ledger knows a newer request. Repeating it after a failure is safe.
 *
 * @returns why it was not replayed, or `undefined` if the effect is due
 */
export async function replayOldEvent(
  table: Table,
  {
    key,
    entry,
    revision,
  }: { readonly key: string; readonly entry: Entry; readonly revision: number },
  { nowMs, by, note }: { readonly nowMs: number; readonly by: string; readonly note?: string },
): Promise<string | undefined> {
  const { kind, to, event, version, after } = entry;
  const cause = { ...entry.cause, seenMs: nowMs };
  const request: EffectRequest = { kind, to, event, version, cause, ...(after && { after }) };
  const target = await table.get(toKey(request));
  const known = target && parseEntry(target);
  const text = describeReplay(by, note);
  const admission = admit(known, request, { ...noLease, nowMs, behind: text });
  if (admission.kind === 'drop') return admission.reason;
  if (admission.kind === 'defer') {
    const due = withHistory<Entry>(admission.entry, nowMs, text);
    const written = await table.put(toRow(due, nowMs), target?.revision);
    if (written === undefined)
      return 'another function has changed the target meanwhile; check the entry and try again';
  }
  const { parked: _, ...rest } = entry;
  const settled = withHistory<Entry>({ ...rest, stage: 'confirmed' }, nowMs, text);
  await table.put({ ...toRow(settled, nowMs), key }, revision);
  return undefined;
}
