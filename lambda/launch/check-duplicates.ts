import { toDuplicateCheckMs } from './launch-doubt.ts';
import type { StoredLaunch } from './launches.ts';
import type { ResolveDoubtDeps } from './resolve-doubt.ts';
import { settleFound } from './settle-call.ts';

/**
 * Creates the search for duplicates of a started Batch job, for the sweep: another job of its name
 * that a call without an answer has made, and that was not listed when SubmitJob was called again.
 *
 * It searches once, ten minutes after the last such call. Duplicates are written to the history and
 * reported; no job is ended.
 */
export function createCheckDuplicates({
  launches,
  findBatchStart,
  onDuplicate,
  now,
}: Omit<ResolveDoubtDeps, 'runs'>) {
  /**
   * @returns the same object if no search is due, or if AWS cannot be asked
   * @throws {LedgerError}
   */
  return async function checkDuplicates(
    stored: StoredLaunch,
    signal: AbortSignal,
  ): Promise<StoredLaunch> {
    const dueMs = toDuplicateCheckMs(stored.launch);
    if (dueMs === undefined || now().getTime() < dueMs) return stored;
    const answer = await findBatchStart(stored.launch, signal);
    const isAnswered = answer.kind === 'found' ? answer.isListed : answer.kind === 'notFound';
    if (!isAnswered) return stored;
    const jobs = answer.kind === 'found' ? answer.jobs : undefined;
    const checked = await launches.change(stored, ({ unknownCalls: _, ...launch }) =>
      jobs === undefined ? launch : settleFound(launch, jobs, now().getTime()),
    );
    const { aws } = checked.launch;
    if (jobs?.some(({ id }) => id !== aws?.id)) onDuplicate(checked.launch);
    return checked;
  };
}
