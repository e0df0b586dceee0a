import { isActive } from '../../autosys/status.ts';
import type { JobView } from '../../autosys/views.ts';
import { findNewRun } from '../delivery/evidence/new-run.ts';
import type { Entry } from '../ledger/entry.ts';
import { createAttributeRun } from '../ledger/run-attribution.ts';
import type { Table } from '../ledger/table.ts';
import { toSeenRun } from './decide-start.ts';
import type { SeenRun } from './stored-request.ts';
import { isComparable } from './wait/seen-job.ts';

/**
 * Creates the identification of the run that a start of the ledger began.
 *
 * Two requests may start one job. Each run is attributed to one start only, so neither is answered
 * with the run of the other.
 */
export function createIdentifyRun(deps: { readonly table: Table; readonly now: () => Date }) {
  const attributeRun = createAttributeRun(deps);

  /**
   * @param start the entry of the start, after it was sent
   * @param job the job after the start
   * @returns `undefined` if the job shows no run of this start. @throws {LedgerError}
   */
  return async function identifyRun(start: Entry, job: JobView): Promise<SeenRun | undefined> {
    const { sent } = start;
    // Without a known run before the start, the wait function dates the start.
    if (sent?.job === undefined || !isComparable(sent.job)) return undefined;
    const found = findNewRun({ job: sent.job, at: new Date(sent.sentMs) }, job);
    // The same number with a later start may be an automatic retry; the wait function knows.
    if (found === undefined || found.again) return undefined;
    const seen = toSeenRun(job);
    if (found.name === undefined) return isActive(job.status) ? seen : undefined;
    return (await attributeRun(start, found.name, { orEarlier: false })) ? seen : undefined;
  };
}
