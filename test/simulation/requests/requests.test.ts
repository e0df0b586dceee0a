import { describe, expect, test } from 'vitest';
import { runScenarios } from '../scenarios.ts';
import { simulateRequests } from './simulate-requests.ts';

describe('a simulated scenario of requests', () => {
  test('is the same for the same seed, with and without a trace', async () => {
    const one = await simulateRequests(28, { traced: true });
    const other = await simulateRequests(28, { traced: true });
    const untraced = await simulateRequests(28);

    expect(one.trace.length).toBeGreaterThan(20);
    expect(other.trace).toEqual(one.trace);
    expect(untraced.counters).toEqual(one.counters);
    expect(untraced.trace).toEqual([]);
  });

  // The integration run covers thousands with `npm run simulate -- --requests`.
  test('breaks no rule in 600 seeds, which contain every fault and event', {
    timeout: 900_000,
  }, async () => {
    const { failed, counters } = await runScenarios({ from: 1, count: 600, requests: {} });

    expect(failed).toEqual([]);

    for (const counter of [
      ...['invocations runJob', 'invocations setGlobal', 'invocations sendEvent'],
      ...['invocations getGlobal', 'invocations jobStatus', 'invocations jobRuns'],
      ...['waits with a token', 'inline Map iterations', 'attempts of Retriers', 'redrives'],
      ...['tasks ended by callback', 'tasks ended by invocation', 'tasks ended by abort'],
      ...['tasks ended by heartbeat', 'task answers lost', 'task calls throttled'],
      ...['task calls TaskTimedOut', 'task calls TaskDoesNotExist', 'executions aborted'],
      ...['answers of invocations lost', 'repeated invocations', 'hints', 'runs'],
      ...['failures AutoSys.JobFailed', 'failures AutoSys.JobTerminated'],
      ...['failures AutoSys.Rejected', 'failures AutoSys.Timeout', 'failures AutoSys.Unknown'],
      ...['failures AutoSys.Pending', 'failures AutoSys.KeyConflict'],
      ...['failures AutoSys.NotAllowed', 'failures AutoSys.TooManyRequests'],
      ...['wait answered', 'wait decided', 'wait gone', 'wait kill', 'wait notTaken'],
      ...['wait function busy', 'runs of gone executions killed'],
      ...['operators: FORCE_STARTJOB', 'operators: KILLJOB', 'operators: DELETEJOB'],
      ...['operators: JOB_ON_HOLD', 'operators: JOB_ON_ICE', 'operators: CHANGE_STATUS'],
      ...['crashes', 'freezes during calls', 'environment pauses', 'clock jumps'],
      ...['ledger calls throttled', 'ledger responses lost', 'ledger failing'],
      ...['AutoSys away', 'outages', 'failovers', 'rotations', 'scheduler stalled'],
    ]) {
      expect(counters, counter).toHaveProperty([counter]);
    }
  });
});
