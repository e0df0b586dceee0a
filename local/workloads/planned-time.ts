import type { LocalClock } from '../clock.ts';

/**
 * How long a part of a planned run takes: milliseconds of the local clock, `untilStopped`, or a
 * promise that the test resolves.
 */
export type PlannedTime = number | 'untilStopped' | Promise<unknown>;

/**
 * Resolves when the time is over.
 *
 * @throws the reason of `signal` when the run is stopped before
 */
export function waitForPlanned(
  time: PlannedTime,
  clock: LocalClock,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      cancelTimer();
      reject(signal.reason);
    };
    const onEnd = () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    };
    let cancelTimer = () => {};
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (typeof time === 'number') cancelTimer = clock.setTimer(time, onEnd);
    else if (time !== 'untilStopped') time.then(onEnd, reject);
  });
}
