import { type GatewayFailure, gatewayFailure, internalError } from './failure.ts';
import type { RestRoute } from './find-route.ts';
import type { FunctionInvoker, InvokeResult } from './function-invoker.ts';
import { readProxyAnswer } from './proxy-answer.ts';
import { toProxyEvent } from './proxy-event.ts';
import type { RestAnswer } from './rest-answer.ts';
import type { CallProgress, RestCall } from './rest-call.ts';

/** Status of a request whose function runs as often as its reserved concurrency allows. */
export type ThrottledStatus = 429 | 500 | 502;

/**
 * Invokes the function of a method and reads its answer.
 *
 * A refusal of the Lambda API is 500; a failed function or an answer in another format is 502
 * (Lambda developer guide, "Handling Lambda errors with an API Gateway API").
 */
export async function integrate(
  { call, route, progress }: IntegrateRequest,
  invoker: FunctionInvoker,
  throttledStatus: ThrottledStatus,
): Promise<RestAnswer | GatewayFailure> {
  const { method } = route;
  const result = await invoker.invoke({
    target: method,
    event: toProxyEvent(call, progress),
    source: `/${call.stage.name}/${call.request.httpMethod}${method.resourcePath}`,
    timeoutMs: method.timeoutMs,
  });
  progress.integrationLatencyMs = result.latencyMs;
  const status = statuses[result.kind];
  if (status !== undefined) progress.integrationStatus = status;
  if (result.kind !== 'answered') return toFailure(result, throttledStatus);
  const read = readProxyAnswer(result.payload, call);
  if ('answer' in read) return read.answer;
  const reason = `malformed Lambda proxy response: ${read.fault}`;
  return gatewayFailure('malformedAnswer', internalError, { reason });
}

/** A request with its method. */
export interface IntegrateRequest {
  readonly call: RestCall;
  readonly route: RestRoute;
  readonly progress: CallProgress;
}

/** Statuses of the Lambda API: 200 also for a function that failed. */
const statuses: Readonly<Partial<Record<InvokeResult['kind'], number>>> = {
  answered: 200,
  failed: 200,
  denied: 403,
  throttled: 429,
  tooLarge: 413,
};

function toFailure(
  result: Exclude<InvokeResult, { kind: 'answered' }>,
  throttledStatus: ThrottledStatus,
): GatewayFailure {
  switch (result.kind) {
    case 'failed': {
      const { errorType, errorMessage } = result.functionError;
      const reason = `${errorType}: ${errorMessage}`;
      return gatewayFailure('malformedAnswer', internalError, { reason });
    }
    case 'denied':
      return gatewayFailure('configuration', internalError, {
        reason: 'Invalid permissions on Lambda function',
      });
    case 'throttled': {
      const reason = 'reserved concurrency is used up';
      if (throttledStatus === 429)
        return gatewayFailure('throttled', 'Too Many Requests', { reason });
      return gatewayFailure('internal', internalError, { status: throttledStatus, reason });
    }
    case 'tooLarge':
      return gatewayFailure('tooLarge', 'Request Too Long');
    case 'timedOut':
      return gatewayFailure('timeout', 'Endpoint request timed out');
  }
}
