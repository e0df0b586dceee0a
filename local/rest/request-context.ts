import { isJsonObject, type JsonObject } from '../template-error.ts';
import { type CallProgress, type RestCall, sourceIpOf } from './rest-call.ts';
import { lastHeader } from './rest-request.ts';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * The `requestContext` of proxy events, whose values templates and access logs call `$context`.
 *
 * Source: events that API Gateway sent to a REST API's function, recorded by others in 2024.
 */
export function toRequestContext(call: RestCall, progress: CallProgress): JsonObject {
  const { place, stage, request, route, requestId, extendedRequestId, arrivedAt } = call;
  const { authorizer, authorizerLatencyMs = 0 } = progress;
  return {
    accountId: place.account,
    apiId: place.api.apiId,
    ...(authorizer
      ? { authorizer: { ...authorizer, integrationLatency: authorizerLatencyMs } }
      : {}),
    deploymentId: stage.deploymentId,
    domainName: place.domainName,
    domainPrefix: place.domainName.split('.')[0],
    extendedRequestId,
    httpMethod: request.httpMethod,
    identity: toIdentity(call),
    ...(route?.method.operationName === undefined
      ? {}
      : { operationName: route.method.operationName }),
    path: `/${stage.name}${request.path}`,
    protocol: 'HTTP/1.1',
    requestId,
    requestTime: toLogTime(arrivedAt),
    requestTimeEpoch: arrivedAt,
    ...(route
      ? { resourceId: route.method.resourceId, resourcePath: route.method.resourcePath }
      : {}),
    stage: stage.name,
  };
}

function toIdentity({ place, request }: RestCall): JsonObject {
  const { vpceId, vpcId } = place.network;
  return {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: sourceIpOf(place),
    user: null,
    userAgent: lastHeader(request.headers, 'user-agent') ?? null,
    userArn: null,
    ...(place.api.endpointType === 'PRIVATE' ? { vpcId, vpceId } : {}),
  };
}

/** `09/Apr/2015:12:34:56 +0000`. */
function toLogTime(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${day}:${time} +0000`;
}

/** The value at a path such as `identity.sourceIp`; `undefined` if it is missing, null or not a value. */
export function findContextValue(context: JsonObject, path: string): string | undefined {
  let value: unknown = context;
  for (const name of path.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value === null || typeof value === 'object' || value === undefined
    ? undefined
    : String(value);
}
