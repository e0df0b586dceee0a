import type { EffectRequest } from '../ledger/admit.ts';
import type { Table } from '../ledger/table.ts';
import { createForestall } from '../ledger/withdraw.ts';
import type { JobWait } from './stored-request.ts';

/**
 * Creates the function that keeps a start from being recorded, which the ledger does not have. A
 * function that was frozen after it had read the job may still be about to record it.
 */
export function createForestallStart(deps: { readonly table: Table; readonly now: () => Date }) {
  const forestall = createForestall(deps);

  /**
   * @param start `undefined` if the request sends none
   * @returns `false` if the ledger has the start. @throws {LedgerError}
   */
  return async function forestallStart(
    { before }: Pick<JobWait, 'before'>,
    start: EffectRequest | undefined,
    reason: string,
  ): Promise<boolean> {
    // Before the job is read no function records the start.
    return before === undefined || start === undefined || forestall(start, reason);
  };
}
