import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../emulator/index.ts';
import { type LocalClock, systemClock } from '../../local/index.ts';

/** How time passes for AutoSys, AWS and the functions of a measurement; a virtual time or the real one. */
export interface WorldTime extends LocalClock {
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Stops a virtual time while an answer over a socket is on its way. */
  during<Answer>(answer: Promise<Answer>): Promise<Answer>;
}

/** The time of this machine. */
export const realTime: WorldTime = {
  ...systemClock,
  sleep: (ms) => sleep(ms),
  during: (answer) => answer,
};

/** The same time for the embedded AutoSys. */
export function toAutosysClock({ now, setTimer }: WorldTime): Clock {
  return {
    now: () => new Date(now()),
    setTimer(at, run) {
      const cancel = setTimer(at.getTime() - now(), run);
      return { [Symbol.dispose]: cancel };
    },
  };
}
