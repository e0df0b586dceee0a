import type { LocalClock } from '../clock.ts';
import {
  checkAnonymous,
  checkAuthorized,
  decideByResourcePolicy,
  refuseExplicitly,
} from './access-decision.ts';
import type { Authorizers } from './authorize.ts';
import { checkArrival, checkMethodArn } from './check-limits.ts';
import { type GatewayFailure, gatewayFailure } from './failure.ts';
import { checkRoute, toRestCall } from './find-call.ts';
import type { FunctionInvoker } from './function-invoker.ts';
import { integrate, type ThrottledStatus } from './integrate.ts';
import type { MethodThrottling } from './method-throttle.ts';
import { renderFailure, toErrorContext } from './render-failure.ts';
import { toRequestContext } from './request-context.ts';
import type { RestAnswer } from './rest-answer.ts';
import type { CallProgress, RestCall, RestPlace } from './rest-call.ts';
import type { RestFault, RestFaults } from './rest-faults.ts';
import { type RestArrival, toRestRequest } from './rest-request.ts';
import { validateRequest } from './validate-request.ts';

/** Dependencies of the requests of one API. */
export interface RestDeps {
  readonly place: RestPlace;
  readonly clock: LocalClock;
  readonly invoker: FunctionInvoker;
  readonly authorizers: Authorizers;
  readonly throttling: MethodThrottling;
  readonly faults: RestFaults;
  readonly throttledStatus: ThrottledStatus;
  readonly headerBytes: number;
}

/** What became of a request. */
export interface RestOutcome {
  readonly call: RestCall;
  readonly progress: CallProgress;
  /** `undefined` if the connection is closed without an answer. */
  readonly answer: RestAnswer | undefined;
  /** @default - the answer is that of the function */
  readonly failure?: GatewayFailure;
}

/** Handles the requests to an API, in the order of API Gateway's checks. */
export function createHandleRequest(deps: RestDeps) {
  return async function handleRequest(arrival: RestArrival): Promise<RestOutcome> {
    const { place, clock, faults } = deps;
    const call = toRestCall(place, toRestRequest(arrival), clock.now());
    const { httpMethod, path } = call.request;
    const planned = faults.take(httpMethod, path);
    const progress: CallProgress = {};
    for (const fault of planned) {
      if (fault.kind === 'dropBefore') return { call, progress, answer: undefined };
      if (fault.kind === 'delay') await sleep(fault.delayMs, clock);
    }
    const result =
      findPlannedFailure(planned) ??
      checkArrival(arrival, deps.headerBytes) ??
      checkRoute(call) ??
      checkMethodArn(call) ??
      (await serve(call, progress, deps));
    const outcome = toOutcome(result, call, progress);
    const isDropped = planned.some(({ kind }) => kind === 'dropAfter');
    return isDropped ? { ...outcome, answer: undefined } : outcome;
  };
}

/** The checks of a known method, then its integration. */
async function serve(
  call: RestCall,
  progress: CallProgress,
  deps: RestDeps,
): Promise<RestAnswer | GatewayFailure> {
  const { route } = call;
  if (!route) return gatewayFailure('noRoute', 'Missing Authentication Token');
  const refusal =
    deps.throttling.take(call.stage, route.method) ??
    (await authorize(call, progress, deps)) ??
    validateRequest(call.request, route);
  return refusal ?? integrate({ call, route, progress }, deps.invoker, deps.throttledStatus);
}

async function authorize(
  call: RestCall,
  progress: CallProgress,
  { authorizers }: RestDeps,
): Promise<GatewayFailure | undefined> {
  const decision = decideByResourcePolicy(call);
  if (decision === 'deny') return refuseExplicitly(call);
  const authorizer = call.route?.method.authorizer;
  if (!authorizer) return checkAnonymous(call, decision);
  const answer = await authorizers.ask(authorizer, call, progress);
  return 'status' in answer ? answer : checkAuthorized(call, answer, decision);
}

function toOutcome(
  result: RestAnswer | GatewayFailure,
  call: RestCall,
  progress: CallProgress,
): RestOutcome {
  const ids = [
    ['x-amzn-RequestId', call.requestId],
    ['x-amz-apigw-id', call.extendedRequestId],
  ] as const;
  if ('body' in result) {
    const headers = [
      ...result.headers,
      ...ids,
      ['X-Amzn-Trace-Id', `Root=${call.traceId}`],
    ] as const;
    return { call, progress, answer: { ...result, headers } };
  }
  const context = { ...toRequestContext(call, progress), error: toErrorContext(result) };
  const answer = renderFailure(result, call, context);
  const headers = [...answer.headers, ...ids];
  return { call, progress, answer: { ...answer, headers }, failure: result };
}

const plannedMessages = {
  500: 'Internal server error',
  502: 'Internal server error',
  503: 'Service Unavailable',
  504: 'Endpoint request timed out',
};

function findPlannedFailure(planned: readonly RestFault[]): GatewayFailure | undefined {
  const fault = planned.find((one) => one.kind === 'answer');
  if (!fault) return undefined;
  const { status } = fault;
  return gatewayFailure('internal', plannedMessages[status], { status });
}

function sleep(ms: number, clock: LocalClock): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(ms, resolve);
  });
}
