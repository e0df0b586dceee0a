import type { LocalClock } from '../clock.ts';
import type { MethodThrottle, RestMethod, RestStage } from './definition.ts';
import { type GatewayFailure, gatewayFailure } from './failure.ts';

interface TokenBucket {
  tokens: number;
  filledAt: number;
}

/**
 * The throttling of methods by token buckets: a method may be called `burst` times at once, and
 * `ratePerSecond` times a second in the long run.
 *
 * A method has a bucket of its own in each stage, with its own settings or those of `*` (developer
 * guide, "Throttle requests to your REST APIs"). Limits of the account and of usage plans are not
 * emulated.
 */
export class MethodThrottling {
  readonly #clock: LocalClock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: LocalClock) {
    this.#clock = clock;
  }

  /** Takes a token. @returns a failure if there is none */
  take(stage: RestStage, method: RestMethod): GatewayFailure | undefined {
    const throttle = findThrottle(stage, method);
    if (!throttle) return undefined;
    const key = `${stage.name} ${method.httpMethod} ${method.resourcePath}`;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: throttle.burst, filledAt: now };
    const added = ((now - bucket.filledAt) / 1000) * throttle.ratePerSecond;
    const tokens = Math.min(throttle.burst, bucket.tokens + added);
    const isTaken = tokens >= 1;
    this.#buckets.set(key, { tokens: isTaken ? tokens - 1 : tokens, filledAt: now });
    return isTaken ? undefined : gatewayFailure('throttled', 'Too Many Requests');
  }
}

/** The most specific settings of a method. */
function findThrottle(
  { throttles }: RestStage,
  { resourcePath, httpMethod }: RestMethod,
): MethodThrottle | undefined {
  const matching = throttles.filter(
    (one) =>
      ['*', resourcePath].includes(one.resourcePath) && ['*', httpMethod].includes(one.httpMethod),
  );
  const wildcards = (one: MethodThrottle) =>
    Number(one.resourcePath === '*') + Number(one.httpMethod === '*');
  return matching.toSorted((one, other) => wildcards(one) - wildcards(other))[0];
}
