import type { LocalClock } from '../clock.ts';
import type { Invocable, InvocationResult } from '../invocation.ts';
import { limitAnswer, payloadBytes } from '../invocation-limits.ts';
import type { JsonObject } from '../template-error.ts';
import type { FunctionTarget } from './definition.ts';
import { matchesIamPattern } from './iam-pattern.ts';
import { apiArnOf, type RestPlace } from './rest-call.ts';

/** What API Gateway gets from the Lambda API. */
export type InvokeResult = (
  | InvocationResult
  | { readonly kind: 'denied' | 'throttled' | 'tooLarge' | 'timedOut' }
) & { readonly latencyMs: number };

/** A synchronous invocation. */
export interface InvokeRequest {
  readonly target: FunctionTarget;
  readonly event: JsonObject;
  /** The part of the source ARN after the API, such as `/v1/GET/runs`. */
  readonly source: string;
  readonly timeoutMs: number;
}

/**
 * Invokes functions as API Gateway does: with permission, within the limits of both services.
 *
 * Only invocations by this API count for a function's reserved concurrency, not those by queues and
 * schedules.
 */
export class FunctionInvoker {
  readonly #place: RestPlace;
  readonly #functions: ReadonlyMap<string, Invocable>;
  readonly #clock: LocalClock;
  readonly #running = new Map<string, number>();

  /** @param functions by id; every function of the API has to be among them */
  constructor(place: RestPlace, functions: ReadonlyMap<string, Invocable>, clock: LocalClock) {
    this.#place = place;
    this.#functions = functions;
    this.#clock = clock;
  }

  /**
   * Invokes a function and waits for its result until the time limit. An invocation that takes
   * longer goes on, and counts as running until it ends.
   */
  async invoke({ target, event, source, timeoutMs }: InvokeRequest): Promise<InvokeResult> {
    const { functionId } = target;
    const invocable = this.#functions.get(functionId);
    if (!invocable || !this.#isPermitted(functionId, source)) {
      return { kind: 'denied', latencyMs: 0 };
    }
    const payload = JSON.stringify(event);
    if (Buffer.byteLength(payload) > payloadBytes) return { kind: 'tooLarge', latencyMs: 0 };
    const limit = this.#place.api.reservedConcurrency.get(functionId) ?? Number.POSITIVE_INFINITY;
    const running = this.#running.get(functionId) ?? 0;
    if (running >= limit) return { kind: 'throttled', latencyMs: 0 };
    const startedAt = this.#clock.now();
    this.#running.set(functionId, running + 1);
    const timeout = Promise.withResolvers<{ readonly kind: 'timedOut' }>();
    const cancel = this.#clock.setTimer(timeoutMs, () => timeout.resolve({ kind: 'timedOut' }));
    const invoking = this.#run(invocable, payload, functionId);
    const result = await Promise.race([invoking, timeout.promise]);
    cancel();
    return { ...result, latencyMs: this.#clock.now() - startedAt };
  }

  async #run(invocable: Invocable, payload: string, functionId: string): Promise<InvocationResult> {
    const result = await invocable.invoke(payload);
    this.#running.set(functionId, (this.#running.get(functionId) ?? 1) - 1);
    return limitAnswer(result);
  }

  #isPermitted(functionId: string, source: string): boolean {
    const { api, account } = this.#place;
    const sourceArn = `${apiArnOf(this.#place)}${source}`;
    return api.permissions.some(
      (one) =>
        one.functionId === functionId &&
        (one.sourceArn === undefined || matchesIamPattern(sourceArn, one.sourceArn)) &&
        (one.sourceAccount === undefined || one.sourceAccount === account),
    );
  }
}
