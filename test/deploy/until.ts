import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 100;

/** On a busy machine the first attempt may time out. The sweep then sends it within a minute. */
export const healsWithinMs = 150_000;

/**
 * Polls until there is an answer, because another process does the work and cannot notify.
 *
 * @param what completes "waited N s for …" in the error
 * @param ask returns `undefined` or `false` while there is no answer
 * @throws {Error} after the time limit
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
