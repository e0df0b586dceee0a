import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type GatewayFailure, gatewayFailure } from './failure.ts';
import { findRoute } from './find-route.ts';
import type { RestCall, RestPlace } from './rest-call.ts';
import { lastHeader, type RestRequest } from './rest-request.ts';

/** The stage and method of a request. A request for an unknown stage gets one without methods. */
export function toRestCall(place: RestPlace, request: RestRequest, arrivedAt: number): RestCall {
  const { stageName, httpMethod, path } = request;
  const stage = place.api.stages.find(({ name }) => name === stageName);
  const route = stage && findRoute(place.api.methods, httpMethod, path);
  const seconds = Math.floor(arrivedAt / 1000).toString(16);
  return {
    place,
    stage: stage ?? { name: stageName, deploymentId: '', variables: {}, throttles: [] },
    request,
    ...(route ? { route } : {}),
    requestId: randomUUID(),
    extendedRequestId: `${randomBytes(11).toString('base64url')}=`,
    traceId: `1-${seconds.padStart(8, '0')}-${randomBytes(12).toString('hex')}`,
    arrivedAt,
  };
}

/**
 * The failure of a request without a method.
 *
 * API Gateway then looks for a signature, so that the message depends on the header `Authorization`
 * (reported for requests with another kind of login).
 */
export function checkRoute({ place, request, route }: RestCall): GatewayFailure | undefined {
  if (route) return undefined;
  if (!place.api.stages.some(({ name }) => name === request.stageName)) {
    return gatewayFailure('forbidden', 'Forbidden');
  }
  const login = lastHeader(request.headers, 'authorization');
  if (login === undefined) return gatewayFailure('noRoute', 'Missing Authentication Token');
  const hash = createHash('sha256').update(login).digest('base64');
  const message = `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`;
  return gatewayFailure('noRouteWithLogin', message);
}
