import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 100;

/** On a busy machine a first try may time out; the bridge then tells it by the sweep, which comes once a minute. */
export const healsWithinMs = 150_000;

/**
 * Asks again and again until the answer is there: another process is at work, and has no way to tell.
 *
 * @param what completes "waited N s for …" in the error
 * @param ask `undefined` and `false` mean not yet
 * @throws {Error} when the time is over
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  withinMs: number,
): Promise<Answer> {
  const endAt = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > endAt) throw new Error(`waited ${withinMs / 1000} s for ${what}`);
    await sleep(everyMs);
  }
}
