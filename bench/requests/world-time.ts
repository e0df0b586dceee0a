import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../emulator/index.ts';
import { type LocalClock, systemClock } from '../../local/index.ts';

/** How time passes for AutoSys, AWS and the functions of a measurement; a virtual time or the real one. */
export interface WorldTime extends LocalClock {
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Stops a virtual time while an answer over a socket is on its way. */
  readonly during: <Answer>(answer: Promise<Answer>) => Promise<Answer>;
}

/** How long answers take in a virtual time, in milliseconds. */
export interface AnswerTimes {
  readonly ledgerMs: number;
  /** Of one request to AutoSys. */
  readonly autosysMs: number;
  /** Of one call of Step Functions with a task token. */
  readonly taskCallMs: number;
}

/** Waits for an answer over a socket, which takes a certain virtual time. */
export async function awaitAnswer<Answer>(
  { during, sleep }: WorldTime,
  ms: number,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await during(answer);
  } finally {
    if (ms > 0) await sleep(ms);
  }
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
