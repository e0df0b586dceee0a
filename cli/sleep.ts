import type { Io } from './io.ts';

/** Waits for `ms` milliseconds, or until the signal aborts. Never rejects. */
export function sleep(
  { clock }: Pick<Io, 'clock'>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = clock.setTimer(new Date(clock.now().getTime() + ms), () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    const stop = () => {
      timer[Symbol.dispose]();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
