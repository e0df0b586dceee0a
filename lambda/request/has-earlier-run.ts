import type { JobView } from '../../autosys/views.ts';
import type { Entry } from '../ledger/entry.ts';
import { toSeenRun } from './decide-start.ts';
import type { ReadAutosys } from './read-autosys.ts';
import { mayHaveRunBetween } from './seen-run.ts';
import type { SeenRun, StoredRequest } from './stored-request.ts';

/**
 * Creates the check whether a job has run more than once since a start was sent. The run that it shows
 * may then be that of another start.
 */
export function createHasEarlierRun({ readAutosys }: { readonly readAutosys: ReadAutosys }) {
  /**
   * @param about - `view`: the job after the start
   * @returns also true if AutoSys does not show its runs now. @throws {LedgerError}
   */
  return async function hasEarlierRun(
    { wait, instance }: StoredRequest,
    about: { readonly start: Entry; readonly view: JobView; readonly signal: AbortSignal },
  ): Promise<boolean> {
    const { start, view, signal } = about;
    const before: SeenRun = start.sent?.job ?? {};
    if (wait === undefined || !mayHaveRunBetween(before, toSeenRun(view))) return false;
    const read = await readAutosys(
      instance,
      async (port) => port.readJobRuns?.(wait.job, { runs: 2, signal }),
      signal,
    );
    // A read that is refused now may be answered later: the wait function decides by it then.
    if (read.kind !== 'read') return true;
    const { value } = read;
    if (value === undefined) return false;
    if (value.kind === 'unreadable') return value.isLacking !== true;
    const [, earlier] = value.runs;
    return (earlier?.run ?? 0) > (before.run ?? 0);
  };
}
