import { describe, expect, test } from 'vitest';
import { runScenarios } from '../scenarios.ts';
import { simulateLaunches } from './simulate-launches.ts';

describe('a simulated scenario of launches', () => {
  test('is the same for the same seed, with and without a trace', async () => {
    const one = await simulateLaunches(28, { traced: true });
    const other = await simulateLaunches(28, { traced: true });
    const untraced = await simulateLaunches(28);

    expect(one.trace.length).toBeGreaterThan(20);
    expect(other.trace).toEqual(one.trace);
    expect(untraced.counters).toEqual(one.counters);
    expect(untraced.trace).toEqual([]);
  });

  // The integration run covers thousands with `npm run simulate -- --launches`.
  test('breaks no rule in 300 seeds, which contain every fault and event', {
    timeout: 900_000,
  }, async () => {
    const { failed, counters } = await runScenarios({ from: 1, count: 300, launches: {} });

    expect(failed).toEqual([]);

    for (const counter of [
      ...['tries of command jobs', 'tries of http jobs', 'commands vanished', 'stops by hand'],
      ...['kills: signal', 'kills: signal and SIGKILL', 'kills: two signals'],
      ...['kills: parent gone', 'kills: SIGKILL', 'kills: host lost'],
      ...['children plain', 'children sync', 'children batch', 'children map'],
      ...['children submit', 'ended children of maps that leave others'],
      ...['stops of runs', 'stops of parts', 'redrives from outside'],
      ...['redrives of resume', 'redrives of seen-again', 'redrives of boxed-again'],
      ...['redrives refused', 'restarts after a kill'],
      ...['crashes', 'freezes during calls', 'environment pauses', 'function timeouts'],
      ...['clock jumps', 'ledger calls throttled', 'ledger responses lost', 'ledger failing'],
      ...['lost events', 'repeated events', 'holds throttled', 'API answers lost', 'API failing'],
      ...['API answers 429', 'API answers 500', 'API answers 502', 'API answers 504'],
      ...['requests not sent', 'agents without network', 'AutoSys away', 'outages'],
      ...['RUNNING sent to mirrors', 'runs of waiting jobs', 'mirrors end with SUCCEEDED'],
      ...['mirrors end with RUNNING', 'mirrors end with FAILED', 'mirrors parked', 'drain worked'],
      ...['scheduler stalled', 'accepted and lost', 'reset after acceptance', '503'],
      ...['operators: kill', 'operators: hold', 'operators: success', 'operators: delete'],
      ...['operators: SUCCEEDED', 'operators: by hand'],
      ...['AWS calls ThrottlingException', 'AWS calls AccessDeniedException'],
      ...['AWS calls InternalServerError', 'AWS calls TimeoutError', 'AWS denies for a while'],
      ...['check startFound', 'check neverStarted', 'check waiterGone'],
      ...['check stopProven', 'check stopParked', 'ask recovered'],
      ...['commands ended with 0', 'commands ended with 1', 'commands ended with 75'],
      ...['commands ended with 124', 'commands ended with 137'],
    ]) {
      expect(counters, counter).toHaveProperty([counter]);
    }
  });
});
