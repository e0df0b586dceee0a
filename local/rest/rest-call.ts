import type { JsonObject } from '../template-error.ts';
import type { RestApiDefinition, RestStage } from './definition.ts';
import type { RestRoute } from './find-route.ts';
import type { RestRequest } from './rest-request.ts';

/** Where the requests of a front appear to come from. */
export interface RestNetwork {
  /** The address of a caller from the internet. */
  readonly sourceIp: string;
  /** For a private API: the interface endpoint, its VPC and the address of the caller. */
  readonly vpceId: string;
  readonly vpcId: string;
  readonly vpcSourceIp: string;
}

/** The API of a front, and where it is deployed. */
export interface RestPlace {
  readonly api: RestApiDefinition;
  readonly account: string;
  readonly region: string;
  readonly domainName: string;
  readonly network: RestNetwork;
}

/** A request to a stage, with what is known about it before an authorizer is invoked. */
export interface RestCall {
  readonly place: RestPlace;
  readonly stage: RestStage;
  readonly request: RestRequest;
  /** @default - no resource and method match */
  readonly route?: RestRoute;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly traceId: string;
  readonly arrivedAt: number;
}

/** What the call has found out, for the proxy event and the access log. */
export interface CallProgress {
  /** Principal and context of the authorizer, as texts. */
  authorizer?: JsonObject;
  /** Milliseconds of the authorizer's invocation; 0 if its answer was kept. */
  authorizerLatencyMs?: number;
  /** Milliseconds of the integration. */
  integrationLatencyMs?: number;
  /** What the Lambda API answered: 200 also if the function failed. */
  integrationStatus?: number;
}

/** The source address: in a private API that of the caller in its VPC. */
export function sourceIpOf({ api, network }: RestPlace): string {
  return api.endpointType === 'PRIVATE' ? network.vpcSourceIp : network.sourceIp;
}

/** ARN of the method as policies name it, such as `…:abcdef/v1/GET/runs/x`. */
export function methodArnOf({ place, stage, request }: RestCall): string {
  const { httpMethod, path } = request;
  return `${apiArnOf(place)}/${stage.name}/${httpMethod}${path}`;
}

/** ARN of the API for invocations. */
export function apiArnOf({ api, account, region }: RestPlace): string {
  return `arn:aws:execute-api:${region}:${account}:${api.apiId}`;
}
