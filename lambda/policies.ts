/**
 * How long a secret is used without reading it again. Reading it per event would cost more than
 * everything else.
 */
export const secretMaxAgeMs = 5 * 60_000;
/**
 * Circuit breaker: three failures in a row open it. Then one probe at a time is sent, first after
 * ten seconds, later every five minutes.
 */
export const circuitPolicy = {
  failuresToOpen: 3,
  firstWaitMs: 10_000,
  maxWaitMs: 300_000,
  probeMs: 60_000,
};
/** How long a function uses a circuit breaker state without reading it again. */
export const circuitBelievedMs = 5_000;
/** Retries within an invocation: two after short waits. Later retries are left to the drain. */
export const retryPolicy = { maxAttempts: 3, firstWaitMs: 200, maxWaitMs: 2_000 };
/** Retries of the drain, which runs every minute. */
export const settlePolicy = { firstWaitMs: 15_000, maxWaitMs: 300_000 };
/**
 * Duration of a lease. Longer than a function may run, so the owner of an expired lease is dead.
 */
export const leaseMs = 90_000;
/**
 * How long the effect of an accepted event is awaited. AutoSys processes an event within seconds;
 * after ten minutes the reason for the delay is unknown.
 */
export const observationMs = 10 * 60_000;
/** Time reserved at the end of a sweep run, after the last lookup, to record the answers. */
export const telemetryReserveMs = 15_000;
/** Duration of the lease of a launch. API Gateway ends a request after 29 s. */
export const launchLeaseMs = 45_000;
/** How long after the end of its run a launch is found again by the same identity. */
export const launchFoundForMs = 24 * 3_600_000;
