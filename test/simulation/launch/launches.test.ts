import { describe, expect, test } from 'vitest';
import { runScenarios } from '../scenarios.ts';
import { simulateLaunches } from './simulate-launches.ts';

/** A few seeds. The integration run covers thousands with `npm run simulate -- --launches`. */
const firstSeeds = Array.from({ length: 6 }, (_, block) => block * 50 + 1);

describe('a simulated scenario of launches', () => {
  test.for(firstSeeds)(
    'breaks no rule, seeds %d and the 49 after it',
    { timeout: 60_000 },
    async (from) => {
      const { failed } = await runScenarios({ from, count: 50, launches: {} });

      expect(failed).toEqual([]);
    },
  );

  test('is the same for the same seed, with and without a trace', async () => {
    const one = await simulateLaunches(28, { traced: true });
    const other = await simulateLaunches(28, { traced: true });
    const untraced = await simulateLaunches(28);

    expect(one.trace.length).toBeGreaterThan(20);
    expect(other.trace).toEqual(one.trace);
    expect(untraced.counters).toEqual(one.counters);
    expect(untraced.trace).toEqual([]);
  });

  test('contains every fault and event', { timeout: 60_000 }, async () => {
    const { counters } = await runScenarios({ from: 1, count: 250, launches: {} });

    for (const counter of [
      ...['tries of command jobs', 'tries of http jobs', 'commands vanished', 'stops by hand'],
      ...['kills: signal', 'kills: signal and SIGKILL', 'kills: two signals'],
      ...['kills: parent gone', 'kills: SIGKILL', 'kills: host lost'],
      ...['children plain', 'children sync', 'children batch', 'children map'],
      ...['stops of runs', 'stops of parts', 'redrives from outside'],
      ...['crashes', 'freezes during calls', 'environment pauses', 'function timeouts'],
      ...['clock jumps', 'ledger calls throttled', 'ledger responses lost', 'ledger failing'],
      ...['lost events', 'repeated events', 'holds throttled', 'API answers lost', 'API failing'],
      ...['API answers 429', 'API answers 500', 'API answers 502', 'API answers 504'],
      ...['requests not sent', 'agents without network', 'AutoSys away'],
      ...['AWS calls ThrottlingException', 'AWS calls AccessDeniedException'],
      ...['AWS calls InternalServerError', 'AWS calls TimeoutError', 'AWS denies for a while'],
      ...['check startFound', 'check neverStarted', 'check waiterGone'],
      ...['check stopProven', 'check stopParked', 'ask recovered', 'duplicates noticed'],
      ...['commands ended with 0', 'commands ended with 1', 'commands ended with 75'],
      ...['commands ended with 124', 'commands ended with 137'],
    ]) {
      expect(counters, counter).toHaveProperty([counter]);
    }
  });
});
