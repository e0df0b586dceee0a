import type { EffectRequest } from '../../ledger/admit.ts';
import type { Entry } from '../../ledger/entry.ts';
import { toKey, toRow } from '../../ledger/entry-row.ts';
import type { Table } from '../../ledger/table.ts';
import { createTakeFromExpired, createWithdraw, discard } from '../../ledger/withdraw.ts';
import type { RequestResult } from '../result.ts';
import type { JobWait } from '../stored-request.ts';
import type { KnownStart } from './start-facts.ts';

export interface StopStartDeps {
  readonly table: Table;
  readonly now: () => Date;
  readonly newLeaseId: () => string;
  /** Longer than a function may run, in milliseconds; see `leaseMs` in policies.ts. */
  readonly leaseMs: number;
}

/** Why a start is not sent any more, in its history. */
const reason = 'its request has ended';

/**
 * Creates the check before a wait ends: its start must not be sent after its answer.
 *
 * A start that is due is withdrawn from the ledger. One that is not recorded is recorded as discarded,
 * because a function that was frozen may still be about to record it. A start that a function is
 * about to send decides first; if the lease of that function has expired, the start is taken from it.
 */
export function createStopStart(deps: StopStartDeps) {
  const { table, now, newLeaseId, leaseMs } = deps;
  const withdraw = createWithdraw(deps);
  const takeFromExpired = createTakeFromExpired(deps);

  /** @returns whether the wait may end. @throws {LedgerError} */
  return async function stopStart(
    { facts, entry, start }: KnownStart,
    { wait, result }: { readonly wait: JobWait; readonly result: RequestResult },
  ): Promise<boolean> {
    const nowMs = now().getTime();
    if (facts.kind === 'absent') {
      // Before the job is read no function records the start.
      if (wait.before === undefined) return true;
      // Until then the function that has read the job may record the start; later it reads it anew.
      if (nowMs - (wait.before.readMs ?? 0) < leaseMs) return false;
      return start === undefined || recordDiscarded(start, nowMs);
    }
    if (facts.kind !== 'pending' || entry === undefined) return true;
    if (entry.stage === 'due') return withdraw(toKey(entry), newLeaseId(), reason);
    if (entry.lease !== undefined && entry.lease.untilMs > nowMs) return false;
    // It may have been sent, and is never sent a second time.
    if (result.kind !== 'failure' || result.failure !== 'AutoSys.Timeout') return false;
    return takeFromExpired(toKey(entry), reason);
  };

  /** @returns `false` if a function has recorded it meanwhile */
  async function recordDiscarded(start: EffectRequest, nowMs: number): Promise<boolean> {
    const entry: Entry = { format: 1, ...start, stage: 'due', dueMs: nowMs, tries: 0, history: [] };
    const row = toRow(discard(entry, nowMs, reason), nowMs);
    return (await table.put(row, undefined)) !== undefined;
  }
}
