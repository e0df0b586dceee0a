import type { GatewayResponseType } from './failure.ts';
import type { JsonSchema } from './json-schema.ts';
import type { PolicyStatement } from './policy.ts';

/** A REST API of a template, with everything that its requests depend on. */
export interface RestApiDefinition {
  /** Stack name and logical id. */
  readonly id: string;
  /** The id in the host name and in ARNs: 10 lower-case letters and digits. */
  readonly apiId: string;
  readonly endpointType: 'EDGE' | 'REGIONAL' | 'PRIVATE';
  /** VPC endpoints of a private API. They give it names in DNS and restrict nothing. */
  readonly vpcEndpointIds: readonly string[];
  /** The resource policy. @default - none */
  readonly policy?: readonly PolicyStatement[];
  readonly binaryMediaTypes: readonly string[];
  readonly methods: readonly RestMethod[];
  readonly gatewayResponses: ReadonlyMap<GatewayResponseType, CustomGatewayResponse>;
  /** At least one. */
  readonly stages: readonly RestStage[];
  readonly permissions: readonly InvokePermission[];
  /** Reserved concurrency of functions that have one, by function id. */
  readonly reservedConcurrency: ReadonlyMap<string, number>;
}

/** A function as the target of an integration or an authorizer. */
export interface FunctionTarget {
  /** Stack name and logical id. */
  readonly functionId: string;
  readonly functionArn: string;
}

/** A method of a resource with its Lambda proxy integration. */
export interface RestMethod extends FunctionTarget {
  readonly resourceId: string;
  /** Such as `/v1/runs/{name}`. */
  readonly resourcePath: string;
  /** A method of HTTP, or `ANY`. */
  readonly httpMethod: string;
  readonly operationName?: string;
  readonly authorizer?: RestAuthorizer;
  readonly validator: RequestValidator;
  readonly requiredParameters: readonly RequestParameter[];
  /** JSON schemas by media type; the type `$default` matches any. */
  readonly models: Readonly<Record<string, JsonSchema>>;
  /** Limit of the integration, in milliseconds. */
  readonly timeoutMs: number;
}

/** Which parts of a request are validated. */
export interface RequestValidator {
  readonly body: boolean;
  readonly parameters: boolean;
}

/** A parameter of a request. */
export interface RequestParameter {
  readonly in: 'header' | 'path' | 'querystring';
  readonly name: string;
}

/** A Lambda authorizer. */
export interface RestAuthorizer extends FunctionTarget {
  readonly authorizerId: string;
  readonly type: 'TOKEN' | 'REQUEST';
  readonly identitySources: readonly IdentitySource[];
  /** The whole token must match it. @default - any token */
  readonly validation?: RegExp;
  /** How long an answer is used again, in milliseconds; 0 for never. */
  readonly ttlMs: number;
}

/** A part of the request that identifies its caller. */
export interface IdentitySource {
  readonly in: 'header' | 'querystring' | 'stageVariables' | 'context';
  readonly name: string;
}

/** A stage with its current deployment. */
export interface RestStage {
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly throttles: readonly MethodThrottle[];
  /** Format of its access log. @default - no access log */
  readonly accessLogFormat?: string;
}

/** Throttling settings of a method, or of every method without its own. */
export interface MethodThrottle {
  /** `*` for every resource. */
  readonly resourcePath: string;
  /** `*` for every method. */
  readonly httpMethod: string;
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** A response of the gateway itself that the template changes. */
export interface CustomGatewayResponse {
  /** @default - the status of the failure */
  readonly status?: number;
  /** Sources of its headers, by header name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bodies by media type. @default - `{"message":$context.error.messageString}` */
  readonly templates: Readonly<Record<string, string>>;
}

/** A statement of a function's policy that lets API Gateway invoke it. */
export interface InvokePermission {
  readonly functionId: string;
  /** A pattern with `*` and `?`. @default - every source */
  readonly sourceArn?: string;
  /** @default - every account */
  readonly sourceAccount?: string;
}
