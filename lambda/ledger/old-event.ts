import { toVersionKey } from '../workload/version-key.ts';
import { admit, describeDuplicate, type EffectRequest } from './admit.ts';
import { type Entry, withHistory } from './entry.ts';
import { parseEntry, toKey, toRow } from './entry-row.ts';
import type { Table } from './table.ts';

/** The code of an effect that was parked unsent, because its event is too old or comes from an archive replay. */
export const oldEventCode = 'BRIDGE_OLD_EVENT';

/** What became of an effect of an old event. */
export type OldEventResult =
  /** Parked in a row of its own, so that the row of its target stays as it is. */
  | {
      readonly kind: 'parked';
      readonly key: string;
      readonly code: string;
      readonly reason: string;
    }
  /** It would not have been sent anyway: a duplicate, superseded, of a stale run. */
  | { readonly kind: 'dropped'; readonly key: string; readonly reason: string };

/** Never taken: an old effect is only compared with what the ledger knows. */
const noLease = { leaseOwner: '', leaseMs: 0, deadlineMs: Number.POSITIVE_INFINITY };

/** Binds the parking of an effect whose event is old; parked again, it is there already. */
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
    const judged = admit(known, request, { ...noLease, nowMs, behind: 'its event is old' });
    if (judged.kind === 'drop')
      return { kind: 'dropped', key: toKey(request), reason: judged.reason };
    // The ledger has this very effect, and it is not settled yet.
    if (known && judged.kind === 'leave') {
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
 * Requests the effect of an old event after all, as a person asks: in the row of its target, as due, unless the ledger knows
 * a newer one. Repeated after a failure, it changes nothing more.
 *
 * @returns why it is left as it is; `undefined` where the effect is due
 */
export async function replayOldEvent(
  table: Table,
  {
    key,
    entry,
    revision,
  }: { readonly key: string; readonly entry: Entry; readonly revision: number },
  { nowMs, by }: { readonly nowMs: number; readonly by: string },
): Promise<string | undefined> {
  const { kind, to, event, version, after } = entry;
  const cause = { ...entry.cause, seenMs: nowMs };
  const request: EffectRequest = { kind, to, event, version, cause, ...(after && { after }) };
  const target = await table.get(toKey(request));
  const known = target && parseEntry(target);
  const text = `replayed by ${by}`;
  const judged = admit(known, request, { ...noLease, nowMs, behind: text });
  if (judged.kind === 'drop') return judged.reason;
  if (judged.kind === 'defer') {
    const due = withHistory<Entry>(judged.entry, nowMs, text);
    const written = await table.put(toRow(due, nowMs), target?.revision);
    if (written === undefined)
      return 'another function has changed its target meanwhile; look again';
  }
  const { parked: _, ...rest } = entry;
  const settled = withHistory<Entry>({ ...rest, stage: 'confirmed' }, nowMs, text);
  await table.put({ ...toRow(settled, nowMs), key }, revision);
  return undefined;
}
