import type { JsonObject } from '../template-error.ts';
import { isBinaryType } from './media-types.ts';
import { toRequestContext } from './request-context.ts';
import { type CallProgress, methodArnOf, type RestCall, sourceIpOf } from './rest-call.ts';
import { lastHeader, type MultiValues, toMediaType } from './rest-request.ts';

/**
 * The event of a Lambda proxy integration in format 1.0 (developer guide, "Lambda proxy
 * integrations", and recorded events).
 *
 * The header `Host` is the domain name of the API, as it is for a real client, and not the loopback
 * address of the front.
 */
export function toProxyEvent(call: RestCall, progress: CallProgress): JsonObject {
  const { place, request } = call;
  const mediaType = toMediaType(lastHeader(request.headers, 'content-type'));
  const isBinary = isBinaryType(mediaType, place.api.binaryMediaTypes);
  const { body } = request;
  const parts = toParts(call);
  return {
    ...parts,
    pathParameters: orNull(parts.pathParameters),
    queryStringParameters: orNull(parts.queryStringParameters),
    multiValueQueryStringParameters: orNull(parts.multiValueQueryStringParameters),
    stageVariables: orNull(parts.stageVariables),
    requestContext: toRequestContext(call, progress),
    body: body.length === 0 ? null : body.toString(isBinary ? 'base64' : 'utf8'),
    isBase64Encoded: isBinary && body.length > 0,
  };
}

/**
 * The event of an authorizer (developer guide, "Input to an API Gateway Lambda authorizer").
 *
 * @param token the value of the identity source, for an authorizer of type TOKEN
 */
export function toAuthorizerEvent(call: RestCall, token: string | undefined): JsonObject {
  const methodArn = methodArnOf(call);
  if (token !== undefined) return { type: 'TOKEN', methodArn, authorizationToken: token };
  return {
    type: 'REQUEST',
    methodArn,
    ...toParts(call),
    requestContext: toRequestContext(call, {}),
  };
}

/** The parts that proxy and authorizer events share. */
function toParts(call: RestCall) {
  const { request, route, stage } = call;
  const headers = toForwardedHeaders(call);
  return {
    resource: route?.method.resourcePath,
    path: request.path,
    httpMethod: request.httpMethod,
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: lastValues(request.query),
    multiValueQueryStringParameters: request.query,
    pathParameters: route?.pathParameters ?? {},
    stageVariables: stage.variables,
  };
}

/** The client's headers, and those that API Gateway sets in place of the client's. */
function toForwardedHeaders(call: RestCall): MultiValues {
  const { place, request, traceId } = call;
  const { vpcId, vpceId } = place.network;
  const isPrivate = place.api.endpointType === 'PRIVATE';
  const earlier = lastHeader(request.headers, 'x-forwarded-for');
  const sourceIp = sourceIpOf(place);
  const own: Readonly<Record<string, string>> = {
    Host: place.domainName,
    'X-Amzn-Trace-Id': `Root=${traceId}`,
    'X-Forwarded-For': earlier === undefined ? sourceIp : `${earlier}, ${sourceIp}`,
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
    // Reported by users of private APIs.
    ...(isPrivate ? { 'x-amzn-vpc-id': vpcId, 'x-amzn-vpce-id': vpceId } : {}),
  };
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const given = Object.entries(request.headers).filter(([name]) => !names.has(name.toLowerCase()));
  const set = Object.entries(own).map(([name, value]) => [name, [value]] as const);
  return Object.fromEntries([...given, ...set]);
}

/** The last of several values, as recorded for parameters of the query. */
const lastValues = (values: MultiValues): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));

const orNull = <Value extends object>(value: Value): Value | null =>
  Object.keys(value).length === 0 ? null : value;
