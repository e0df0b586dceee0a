import { seededRandom } from '../../local/random.ts';
import { simulateScripts } from '../push/poll-script.ts';
import { EventClock } from './event-clock.ts';

const minuteMs = 60_000;

/**
 * The usual script for many runs of 25 to 35 minutes that begin within a minute: a model with one
 * quota of 15 calls a second for all of them.
 *
 * @returns per run, the time from its end in AWS to the end of its script, in milliseconds
 */
export async function simulateManyScripts(count: number): Promise<readonly number[]> {
  const random = seededRandom(13);
  const clock = new EventClock(Date.parse('2026-11-30T01:00:00Z'));
  const runs = Array.from({ length: count }, (_, at) => {
    const startMs = Math.round(random() * minuteMs);
    return { at, startMs, endMs: startMs + Math.round((25 + 10 * random()) * minuteMs) };
  });
  const polled = await simulateScripts(runs, {
    now: () => new Date(clock.now()),
    setTimer: (at, run) => {
      const cancel = clock.setTimer(at.getTime() - clock.now(), run);
      return { [Symbol.dispose]: cancel };
    },
    advance: (ms) => clock.runUntil(clock.now() + ms),
  });
  return polled.map(({ run, heldMs }) => run.startMs + heldMs - run.endMs);
}
