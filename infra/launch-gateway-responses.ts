import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  type ApiErrorBody,
  apiVersion,
  nothingStarted,
  versionHeader,
} from '../lambda/launch/api.ts';
import { formatError } from '../lambda/launch/text-answer.ts';

/** What API Gateway answers itself, before a function is asked. */
interface GatewayAnswer extends Omit<ApiErrorBody, 'version'> {
  readonly type: ResponseType;
  /** @default - the status of the type */
  readonly status?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const { notAllowed, notReached, usage, input } = nothingStarted;

const unknownCall = {
  status: '404',
  code: 'UNKNOWN_CALL',
  message: 'the launch API has no such call',
  fix: 'check the URL and the method; the URL ends in the stage, /v',
  exit: usage,
} as const;

const answers: readonly GatewayAnswer[] = [
  {
    type: ResponseType.UNAUTHORIZED,
    status: '401',
    code: 'WRONG_LOGIN',
    message: 'the login is missing or wrong',
    fix: 'give the name of a caller in the route file and its password, or its token',
    exit: notAllowed,
    // HTTP jobs may send a first request without a login, and expect this challenge (inferred).
    headers: { 'WWW-Authenticate': '\'Basic realm="autosys-bridge"\'' },
  },
  {
    type: ResponseType.ACCESS_DENIED,
    status: '403',
    code: 'NOT_ALLOWED',
    message: 'the request does not come from an endpoint or network that may call the launch API',
    fix: 'check vpcEndpointIds and sourceNetworks of the launch API',
    exit: notAllowed,
  },
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, ...unknownCall },
  // With a login, API Gateway reads it as a signature if it does not know the call (reported).
  { type: ResponseType.INVALID_SIGNATURE, ...unknownCall },
  {
    type: ResponseType.BAD_REQUEST_BODY,
    status: '400',
    code: 'INVALID_INPUT',
    message: 'the body is no JSON object with the text target',
    fix: 'send an object such as {"target": "settlement"}, or a form',
    exit: input,
  },
  {
    type: ResponseType.THROTTLED,
    status: '429',
    code: 'THROTTLED',
    message: 'too many requests to the launch API',
    fix: 'repeat the request later',
    exit: notReached,
    headers: { 'retry-after': "'5'" },
  },
  {
    type: ResponseType.DEFAULT_4XX,
    code: 'REFUSED',
    message: 'API Gateway refused the request',
    fix: 'check that the URL ends in the stage, /v, then look at the access log of the launch API',
    exit: usage,
  },
  {
    type: ResponseType.DEFAULT_5XX,
    status: '503',
    code: 'NOT_AVAILABLE',
    message: 'the launch API could not answer',
    fix: 'repeat the request; if it stays, look at the log of the launch function',
    exit: notReached,
    headers: { 'retry-after': "'5'" },
  },
];

/**
 * Adds answers in the form of the launch API for what API Gateway refuses itself: JSON, and three
 * lines of text for a client that accepts `text/plain` (the choice by `Accept` is inferred).
 *
 * The answer 413, to a body of more than 10 MB, stays API Gateway's own: it cannot be changed
 * (developer guide, "Important notes").
 */
export function addGatewayResponses(api: RestApi): void {
  for (const { type, status, headers = {}, ...facts } of answers) {
    const body = { version: apiVersion, ...facts };
    api.addGatewayResponse(`Response${type.responseType}`, {
      type,
      ...(status !== undefined && { statusCode: status }),
      responseHeaders: {
        'cache-control': "'no-store'",
        [versionHeader]: `'${apiVersion}'`,
        ...headers,
      },
      templates: { 'application/json': JSON.stringify(body), 'text/plain': formatError(body) },
    });
  }
}
