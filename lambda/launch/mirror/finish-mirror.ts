import type { Launches, StoredLaunch } from '../launches.ts';
import { settleMirror } from './launch-mirror.ts';
import type { SetMirror } from './set-mirror.ts';

export interface FinishMirrorDeps {
  readonly launches: Launches;
  readonly setMirror: SetMirror;
}

/**
 * Creates the last step of a start that was refused: its mirror is set to FAILED. A launch whose
 * mirror need not be set is returned as it is.
 *
 * If the function fails before the end, the launch stays on the list of the sweep.
 */
export function createFinishMirror({ launches, setMirror }: FinishMirrorDeps) {
  /** @throws {LedgerError} */
  return async function finishMirror(
    stored: StoredLaunch,
    signal: AbortSignal,
  ): Promise<StoredLaunch> {
    if (!stored.launch.mirror?.failing) return stored;
    await setMirror(stored.launch, 'FAILED', signal);
    return launches.change(stored, settleMirror);
  };
}
