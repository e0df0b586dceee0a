import { expect, test } from 'vitest';
import { defaultTimeouts } from '../../autosys/client/attempt.ts';
import { functionTimeout } from '../../infra/bridge-function.ts';
import { sendMarginMs } from '../../lambda/delivery/send.ts';
import { reserveMs } from '../../lambda/functions/deadline.ts';
import { circuitPolicy, leaseMs, telemetryReserveMs } from '../../lambda/policies.ts';

const functionMs = functionTimeout.toMilliseconds();

test('a lease outlives the function that took it, so that the owner of an expired lease has ended', () => {
  expect(leaseMs).toBeGreaterThan(functionMs);
});

test('a request that starts at the last moment ends within the lease', () => {
  expect(sendMarginMs).toBeGreaterThanOrEqual(defaultTimeouts.requestMs);
  expect(sendMarginMs).toBeLessThan(leaseMs);
});

test('a probe is valid for as long as its request may take', () => {
  expect(circuitPolicy.probeMs).toBeGreaterThanOrEqual(defaultTimeouts.requestMs);
});

test('a function has time for its work, and for its telemetry at the end', () => {
  expect(telemetryReserveMs).toBeGreaterThan(reserveMs);
  expect(telemetryReserveMs).toBeLessThan(functionMs / 2);
});
