/**
 * The response types of the gateway itself (API Gateway developer guide, "Gateway response types").
 */
export const gatewayResponseTypes = [
  'ACCESS_DENIED',
  'API_CONFIGURATION_ERROR',
  'AUTHORIZER_CONFIGURATION_ERROR',
  'AUTHORIZER_FAILURE',
  'BAD_REQUEST_BODY',
  'BAD_REQUEST_PARAMETERS',
  'DEFAULT_4XX',
  'DEFAULT_5XX',
  'EXPIRED_TOKEN',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'QUOTA_EXCEEDED',
  'REQUEST_TOO_LARGE',
  'RESOURCE_NOT_FOUND',
  'THROTTLED',
  'UNAUTHORIZED',
  'UNSUPPORTED_MEDIA_TYPE',
  'WAF_FILTERED',
] as const;

/** One of {@link gatewayResponseTypes}. */
export type GatewayResponseType = (typeof gatewayResponseTypes)[number];

/** A request that the gateway answers itself. */
export interface GatewayFailure {
  readonly type: GatewayResponseType;
  readonly status: number;
  /** Value of the header `x-amzn-ErrorType`. */
  readonly errorType: string;
  /** `null` where AWS sends `{"message":null}`. */
  readonly message: string | null;
  /** What the body violates. */
  readonly validationError?: string;
  /** Reason of a failed integration or authorizer, for the access log only. */
  readonly reason?: string;
  /** The answer is this text alone and cannot be changed by the template. */
  readonly plainText?: true;
}

/**
 * Status and error type of each failure. Statuses are documented (developer guide, "Gateway
 * response types"); error types and messages are those reported by users of API Gateway. The error
 * types of REQUEST_TOO_LARGE and AUTHORIZER_FAILURE are inferred.
 */
const kinds = {
  accessDenied: ['ACCESS_DENIED', 403, 'AccessDeniedException'],
  authorizerAnswer: ['AUTHORIZER_CONFIGURATION_ERROR', 500, 'AuthorizerConfigurationException'],
  authorizerTimeout: ['AUTHORIZER_FAILURE', 500, 'AuthorizerFailureException'],
  badBody: ['BAD_REQUEST_BODY', 400, 'BadRequestException'],
  badParameters: ['BAD_REQUEST_PARAMETERS', 400, 'BadRequestException'],
  configuration: ['API_CONFIGURATION_ERROR', 500, 'InternalServerErrorException'],
  forbidden: ['DEFAULT_4XX', 403, 'ForbiddenException'],
  internal: ['DEFAULT_5XX', 500, 'InternalServerErrorException'],
  malformedAnswer: ['DEFAULT_5XX', 502, 'InternalServerErrorException'],
  noRoute: ['MISSING_AUTHENTICATION_TOKEN', 403, 'MissingAuthenticationTokenException'],
  noRouteWithLogin: ['INVALID_SIGNATURE', 403, 'IncompleteSignatureException'],
  throttled: ['THROTTLED', 429, 'TooManyRequestsException'],
  timeout: ['INTEGRATION_TIMEOUT', 504, 'InternalServerErrorException'],
  tooLarge: ['REQUEST_TOO_LARGE', 413, 'RequestTooLargeException'],
  unauthorized: ['UNAUTHORIZED', 401, 'UnauthorizedException'],
  uriTooLong: ['DEFAULT_4XX', 414, 'RequestUriTooLongException'],
  headersTooLarge: ['DEFAULT_4XX', 431, 'RequestHeadersTooLargeException'],
} as const satisfies Readonly<Record<string, readonly [GatewayResponseType, number, string]>>;

/** The kinds of failures that the front produces. */
export type FailureKind = keyof typeof kinds;

/** A failure with the status and error type of its kind. */
export function gatewayFailure(
  kind: FailureKind,
  message: string | null,
  more: Pick<GatewayFailure, 'validationError' | 'reason' | 'plainText'> & {
    readonly status?: number;
  } = {},
): GatewayFailure {
  const [type, status, errorType] = kinds[kind];
  return { type, status, errorType, message, ...more };
}

/** Message of every failure of the gateway, its functions and their answers. */
export const internalError = 'Internal server error';
