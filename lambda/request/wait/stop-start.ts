import { toKey } from '../../ledger/entry-row.ts';
import type { Table } from '../../ledger/table.ts';
import { createTakeFromExpired, createWithdraw } from '../../ledger/withdraw.ts';
import { createForestallStart } from '../forestall-start.ts';
import type { RequestFailure, RequestResult } from '../result.ts';
import type { JobWait } from '../stored-request.ts';
import type { KnownStart } from './start-facts.ts';

/** Failures with which a wait ends although nothing is known of its start. */
const openEnds: readonly RequestFailure[] = ['AutoSys.Timeout', 'AutoSys.Unknown'];

/** Why a start is not sent any more, in its history. */
const reason = 'its request has ended';

export interface StopStartDeps {
  readonly table: Table;
  readonly now: () => Date;
  readonly newLeaseId: () => string;
}

/**
 * Creates the check before a wait ends: its start must not be sent after its answer.
 *
 * A start that is due is withdrawn from the ledger. One that is not recorded is recorded as discarded,
 * because a function that was frozen may still be about to record it. A start that a function is
 * about to send decides first; if the lease of that function has expired, the start is taken from it.
 */
export function createStopStart(deps: StopStartDeps) {
  const { now, newLeaseId } = deps;
  const withdraw = createWithdraw(deps);
  const forestallStart = createForestallStart(deps);
  const takeFromExpired = createTakeFromExpired(deps);

  /** @returns whether the wait may end. @throws {LedgerError} */
  return async function stopStart(
    { facts, entry, start }: KnownStart,
    { wait, result }: { readonly wait: JobWait; readonly result: RequestResult },
  ): Promise<boolean> {
    if (facts.kind === 'absent') return forestallStart(wait, start, reason);
    if (facts.kind !== 'pending' || entry === undefined) return true;
    if (entry.stage === 'due') return withdraw(toKey(entry), newLeaseId(), reason);
    if (entry.lease !== undefined && entry.lease.untilMs > now().getTime()) return false;
    // It may have been sent, and is never sent a second time. The state is gone, or its time is over.
    if (result.kind !== 'failure' || !openEnds.includes(result.failure)) return false;
    return takeFromExpired(toKey(entry), reason);
  };
}
