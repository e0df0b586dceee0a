import { toKey } from '../../ledger/entry-row.ts';
import type { Table } from '../../ledger/table.ts';
import { createWithdraw } from '../../ledger/withdraw.ts';
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

/**
 * Creates the check before a wait ends: its start must not be sent after its answer.
 *
 * A start that is due is withdrawn from the ledger. A start that a function is about to send, or may
 * have sent, decides first.
 */
export function createStopStart(deps: StopStartDeps) {
  const { now, newLeaseId, leaseMs } = deps;
  const withdraw = createWithdraw(deps);

  /** @returns whether the wait may end. @throws {LedgerError} */
  return async function stopStart(
    { facts, entry }: KnownStart,
    { wait, result }: { readonly wait: JobWait; readonly result: RequestResult },
  ): Promise<boolean> {
    const nowMs = now().getTime();
    if (facts.kind === 'absent') {
      // Until then the function that has read the job may record the start; later it reads it anew.
      return wait.before === undefined || nowMs - (wait.before.readMs ?? 0) >= leaseMs;
    }
    if (facts.kind !== 'pending' || entry === undefined) return true;
    if (entry.stage === 'due') {
      const reason = 'its request has ended';
      return withdraw(toKey(entry), newLeaseId(), reason);
    }
    if (entry.lease !== undefined && entry.lease.untilMs > nowMs) return false;
    // It may have been sent, and is never sent a second time.
    return result.kind === 'failure' && result.failure === 'AutoSys.Timeout';
  };
}
