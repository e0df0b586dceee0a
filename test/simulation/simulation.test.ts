import { describe, expect, test } from 'vitest';
import { simulate } from './simulate.ts';

/** A few of the seeds that `npm run simulate` plays by the thousand. */
const firstSeeds = Array.from({ length: 20 }, (_, block) => block * 10 + 1);

describe('a simulated night', () => {
  test.for(firstSeeds)('holds what must hold, seeds %d and the nine after it', async (first) => {
    const violations: string[] = [];
    for (let seed = first; seed < first + 10; seed += 1) {
      const night = await simulate(seed);
      violations.push(...night.violations.map((violation) => `seed ${seed}: ${violation}`));
    }

    expect(violations).toEqual([]);
  });

  test('is the same for the same seed', async () => {
    expect((await simulate(28)).trace).toEqual((await simulate(28)).trace);
  });

  test('has in it what it is for: deaths, freezing, outages, repetitions, one-offs', async () => {
    const traces = await Promise.all(firstSeeds.map(async (seed) => (await simulate(seed)).trace));

    for (const happening of [
      /a sandbox dies/,
      /a sandbox freezes at work/,
      /AutoSys is down/,
      /is given out, 2/,
      /FORCE_STARTJOB/,
    ]) {
      expect(traces.some((trace) => trace.some((line) => happening.test(line)))).toBe(true);
    }
  });
});
