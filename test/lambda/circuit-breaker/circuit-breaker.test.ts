import { describe, expect, test } from 'vitest';
import {
  afterFailure,
  askCircuit,
  type CircuitPolicy,
  type CircuitState,
  closedCircuit,
} from '../../../lambda/circuit-breaker/circuit-breaker.ts';

const policy: CircuitPolicy = {
  failuresToOpen: 3,
  firstWaitMs: 1_000,
  maxWaitMs: 8_000,
  probeMs: 500,
};

const reason = 'connection refused';

/**
 * State after this number of failures, each of the function that may send the probe; the last at 0.
 */
function afterFailures(count: number, jitter = 1): CircuitState {
  const times = Array.from({ length: count }, (_, at) => (at - count + 1) * policy.maxWaitMs);
  return times.reduce<CircuitState>(
    (state, nowMs) => afterFailure(state, { nowMs, reason, jitter, policy }),
    closedCircuit,
  );
}

const ask = (state: CircuitState, nowMs: number, leaseOwner = 'a') =>
  askCircuit(state, { leaseOwner, nowMs, policy });

describe('the circuit breaker', () => {
  test.for([0, 1, 2])('stays closed after %d failures', (failures) => {
    expect(ask(afterFailures(failures), 0)).toEqual({ kind: 'go' });
  });

  test('opens after the third failure, with the reason and the end of the wait', () => {
    expect(ask(afterFailures(3), 999)).toEqual({
      kind: 'wait',
      untilMs: 1_000,
      reason: 'connection refused',
      outage: 'circuitBreaker',
      sinceMs: 0,
    });
  });

  test.for([
    { failures: 3, jitter: 1, waitMs: 1_000 },
    { failures: 4, jitter: 1, waitMs: 2_000 },
    { failures: 5, jitter: 1, waitMs: 4_000 },
    { failures: 9, jitter: 1, waitMs: 8_000 },
    { failures: 2_000, jitter: 1, waitMs: 8_000 },
    { failures: 4, jitter: 0, waitMs: 1_000 },
  ])(
    'stays open for $waitMs ms after $failures failures with jitter $jitter',
    ({ failures, jitter, waitMs }) => {
      expect(afterFailures(failures, jitter).openUntilMs).toBe(waitMs);
    },
  );

  test('does not stay open longer because of requests that were under way when it opened', () => {
    const closed = afterFailures(3);

    const failure = { nowMs: 999, reason, jitter: 1, policy, atOnce: true };

    expect(afterFailure(closed, failure)).toBe(closed);
  });

  test('that a sandbox opened with a clock an hour ahead allows one probe all the same', () => {
    const hourMs = 3_600_000;
    const failure = { nowMs: hourMs, reason, jitter: 1, policy, atOnce: true };

    const first = ask(afterFailure(closedCircuit, failure), 0);

    expect(first).toMatchObject({
      kind: 'probe',
      state: { probe: { leaseOwner: 'a', untilMs: 500 } },
    });
    if (first.kind !== 'probe') throw new Error(first.kind);
    expect(ask(first.state, 499, 'b').kind).toBe('wait');
    const again = afterFailure(first.state, { nowMs: 499, reason, jitter: 1, policy });
    expect(ask(again, 500, 'b')).toMatchObject({ kind: 'wait', untilMs: 2_499 });
  });

  test('allows another probe if the clock of the first probing function ran ahead', () => {
    const ahead = ask(afterFailures(3), 3_600_000);
    if (ahead.kind !== 'probe') throw new Error(ahead.kind);

    expect(ask(ahead.state, 1_000, 'b').kind).toBe('probe');
  });

  test('keeps the instant at which it opened, after any number of probes', () => {
    expect(afterFailures(2).openedMs).toBeUndefined();
    expect(afterFailures(3).openedMs).toBe(0);
    expect(afterFailures(5).openedMs).toBe(-2 * policy.maxWaitMs);
  });

  test('allows one probe when the wait is over, and the others wait for its result', () => {
    const first = ask(afterFailures(3), 1_000);

    expect(first).toMatchObject({
      kind: 'probe',
      state: { probe: { leaseOwner: 'a', untilMs: 1_500 } },
    });
    if (first.kind !== 'probe') throw new Error(first.kind);
    expect(ask(first.state, 1_499, 'b')).toMatchObject({ kind: 'wait', untilMs: 1_500 });
    expect(ask(first.state, 1_499, 'a')).toMatchObject({ kind: 'probe' });
    expect(ask(first.state, 1_500, 'b')).toMatchObject({
      kind: 'probe',
      state: { probe: { leaseOwner: 'b' } },
    });
  });
});
