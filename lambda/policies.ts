/** A secret is read at most every five minutes: read for each event it would cost more than all the rest. */
export const secretMaxAgeMs = 5 * 60_000;
/** Three failures in a row are an outage; then one try at a time, from every ten seconds to every five minutes. */
export const circuitPolicy = {
  failuresToOpen: 3,
  firstWaitMs: 10_000,
  maxWaitMs: 300_000,
  probeMs: 60_000,
};
/** How long a function uses a circuit breaker state without reading it again. */
export const circuitBelievedMs = 5_000;
/** Two short tries more in the invocation; what takes longer waits in the ledger. */
export const retryPolicy = { maxAttempts: 3, firstWaitMs: 200, maxWaitMs: 2_000 };
/** The drain comes every minute. */
export const settlePolicy = { firstWaitMs: 15_000, maxWaitMs: 300_000 };
/** Longer than a function may run: whoever holds a lease when it runs out is dead. */
export const leaseMs = 90_000;
/** An event that AutoSys took is processed within seconds; after ten minutes nobody can say what it waits for. */
export const observationMs = 10 * 60_000;
/** Kept of the sweep's time after the last question, so that what AWS answers is still told. */
export const telemetryReserveMs = 15_000;
