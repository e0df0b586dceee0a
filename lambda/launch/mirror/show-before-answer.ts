import { toNotAvailable } from '../api-error.ts';
import type { StoredLaunch } from '../launches.ts';
import type { createShowRunning } from './show-running.ts';

/**
 * Shows RUNNING before a start is answered with 202, by a function that may not have set it.
 *
 * An HTTP job counts 202 as success, and the jobs that wait for it read the mirror. The function that
 * wrote the intent may have died before it set RUNNING.
 *
 * @throws {ApiError} 503 if AutoSys does not show it @throws {LedgerError}
 */
export async function showBeforeAnswer(
  showRunning: ReturnType<typeof createShowRunning>,
  { stored: { launch }, status }: { readonly stored: StoredLaunch; readonly status: number },
  signal: AbortSignal,
): Promise<void> {
  if (status !== 202 || launch.stage !== 'intended') return;
  const refusal = await showRunning(launch, signal);
  if (refusal) throw toNotAvailable(refusal.message);
}
