import type { JsonObject } from '../template-error.ts';
import type { RestOutcome } from './handle-request.ts';
import { toErrorContext } from './render-failure.ts';
import { toRequestContext } from './request-context.ts';

/** The values of `$context` in the access log of a request that ended at `now`. */
export function toLogContext(outcome: RestOutcome, now: number): JsonObject {
  const { call, progress, answer, failure } = outcome;
  const { integrationLatencyMs: latency, integrationStatus: status } = progress;
  return {
    ...toRequestContext(call, progress),
    ...(failure ? { error: toErrorContext(failure) } : {}),
    ...(failure?.reason === undefined ? {} : { integrationErrorMessage: failure.reason }),
    ...(latency === undefined ? {} : { integrationLatency: latency }),
    ...(status === undefined ? {} : { integrationStatus: status }),
    integration: { latency, status },
    responseLatency: now - call.arrivedAt,
    responseLength: answer?.body.length,
    status: answer?.status,
  };
}
