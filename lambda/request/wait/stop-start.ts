import { toKey } from '../../ledger/entry-row.ts';
import type { Table } from '../../ledger/table.ts';
import { createForestall, createWithdraw } from '../../ledger/withdraw.ts';
import { toStartRequest } from '../effect-request.ts';
import type { RequestFailure, RequestResult } from '../result.ts';
import type { KnownStart, WaitingRequest } from './start-facts.ts';

/** Failures with which a wait ends although nothing is known of its start. */
const openEnds: readonly RequestFailure[] = ['AutoSys.Timeout', 'AutoSys.Unknown'];

export interface StopStartDeps {
  readonly table: Table;
  readonly now: () => Date;
  readonly newLeaseId: () => string;
}

/**
 * Creates the check before a wait ends: its start must not be sent after its answer.
 *
 * A start that is due is withdrawn from the ledger. One that a function is about to record is recorded
 * as discarded. A start that a function is about to send, or may have sent, decides first.
 */
export function createStopStart(deps: StopStartDeps) {
  const { now, newLeaseId } = deps;
  const withdraw = createWithdraw(deps);
  const forestall = createForestall(deps);

  /**
   * @param result with which the wait is to end
   * @returns whether the wait may end. @throws {LedgerError}
   */
  return async function stopStart(
    request: WaitingRequest,
    { facts, entry }: KnownStart,
    result: RequestResult,
  ): Promise<boolean> {
    const nowMs = now().getTime();
    const reason = 'its request has ended';
    if (facts.kind === 'absent') {
      const start = toStartRequest(request);
      // The job was never read, so no function is about to record the start.
      if (request.wait.before === undefined || start === undefined) return true;
      return forestall(start, reason);
    }
    if (facts.kind !== 'pending' || entry === undefined) return true;
    if (entry.stage === 'due') return withdraw(toKey(entry), newLeaseId(), reason);
    if (entry.lease !== undefined && entry.lease.untilMs > nowMs) return false;
    // It may have been sent, and is never sent a second time. The state is gone, or its time is over.
    return result.kind === 'failure' && openEnds.includes(result.failure);
  };
}
