import { notVisible } from '../../delivery/outcome.ts';
import { describeMirror } from '../../routing/mirror.ts';
import { nothingStarted } from '../api.ts';
import type { Launch, LaunchRefusal } from '../launch.ts';
import { mirrorInDoubt, mirrorNotShown, mirrorRejected } from './mirror-refusals.ts';
import type { SetMirror } from './set-mirror.ts';

export interface ShowRunningDeps {
  readonly setMirror: SetMirror;
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Time in which AutoSys must show RUNNING, in milliseconds. API Gateway ends a request after 29 s. */
const shownWithinMs = 15_000;
const readAgainMs = 1_000;
/** Time until AutoSys is asked again after it was not reached. */
const tryAgainMs = 5_000;

/**
 * Creates the step before AWS is asked to start a run: the mirror shows RUNNING, so that no job of
 * AutoSys acts on the end of an earlier run.
 */
export function createShowRunning({ setMirror, now, sleep }: ShowRunningDeps) {
  /**
   * @returns why nothing may be started, or `undefined` if RUNNING is shown or there is no mirror
   * @throws {LedgerError}
   */
  return async function showRunning(
    launch: Launch,
    signal: AbortSignal,
  ): Promise<LaunchRefusal | undefined> {
    const { mirror } = launch;
    if (mirror === undefined) return undefined;
    const untilMs = now().getTime() + shownWithinMs;
    const shownIn = describeMirror(mirror);
    let isInDoubt = false;
    for (;;) {
      const outcome = await setMirror(launch, 'RUNNING', signal);
      if (outcome === undefined || outcome.kind === 'confirmed') return undefined;
      if (outcome.kind === 'parked') {
        const message = `AutoSys has rejected RUNNING for ${shownIn}: ${outcome.reason}`;
        return { code: mirrorRejected, message, exit: nothingStarted.wrongTarget };
      }
      isInDoubt ||= outcome.isInDoubt === true;
      const isReached = outcome.kind !== 'waiting' || outcome.code === notVisible;
      const sleepMs = isReached ? readAgainMs : tryAgainMs;
      if (signal.aborted || now().getTime() + sleepMs > untilMs) {
        const message = `AutoSys does not show RUNNING in ${shownIn}: ${outcome.reason}`;
        const code = isInDoubt ? mirrorInDoubt : mirrorNotShown;
        return { code, message, exit: nothingStarted.notReached };
      }
      await sleep(sleepMs, signal).catch(() => undefined);
    }
  };
}
