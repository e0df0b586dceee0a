/**
 * The quota of DescribeExecution: one token bucket per account and Region.
 *
 * 300 calls at once and 15 per second in us-east-1, us-west-2 and eu-west-1 (Step Functions
 * developer guide, service quotas). A refused call takes no token.
 */
export class TokenBucket {
  readonly #size: number;
  readonly #refillPerSecond: number;
  #tokens: number;
  #filledMs = 0;

  constructor({ size = 300, refillPerSecond = 15 } = {}) {
    this.#size = size;
    this.#refillPerSecond = refillPerSecond;
    this.#tokens = size;
  }

  /** True when a call at this time is allowed. Times must not decrease. */
  take(nowMs: number): boolean {
    const filled = this.#tokens + ((nowMs - this.#filledMs) / 1_000) * this.#refillPerSecond;
    this.#tokens = Math.min(this.#size, filled);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
