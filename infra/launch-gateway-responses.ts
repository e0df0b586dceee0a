import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type ApiErrorBody, apiVersion, nothingStarted } from '../lambda/launch/api.ts';

/** What API Gateway answers itself, before a function is asked. */
interface GatewayAnswer extends Omit<ApiErrorBody, 'version'> {
  readonly type: ResponseType;
  readonly status: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const { notAllowed, notReached, usage, input } = nothingStarted;

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
  {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: '404',
    code: 'UNKNOWN_CALL',
    message: 'the launch API has no such call',
    fix: 'check the URL and the method; the URL ends in the stage, /v',
    exit: usage,
  },
  {
    type: ResponseType.BAD_REQUEST_BODY,
    status: '400',
    code: 'INVALID_INPUT',
    message: 'the body is no JSON object with a target',
    fix: 'correct the request',
    exit: input,
  },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    status: '413',
    code: 'INVALID_INPUT',
    message: 'the body is larger than 10 MB; the input of a run may have 256 KiB',
    fix: 'pass large data through Amazon S3',
    exit: input,
  },
  {
    type: ResponseType.THROTTLED,
    status: '429',
    code: 'THROTTLED',
    message: 'too many requests to the launch API',
    fix: 'repeat the request later',
    exit: notReached,
  },
  {
    type: ResponseType.DEFAULT_5XX,
    status: '503',
    code: 'NOT_AVAILABLE',
    message: 'the launch API could not answer',
    fix: 'repeat the request; if it stays, look at the log of the launch function',
    exit: notReached,
  },
];

/** Adds answers in the form of the launch API for what API Gateway refuses itself. */
export function addGatewayResponses(api: RestApi): void {
  for (const { type, status, headers = {}, ...body } of answers) {
    api.addGatewayResponse(`Response${status}${type.responseType}`, {
      type,
      statusCode: status,
      responseHeaders: { 'cache-control': "'no-store'", ...headers },
      templates: { 'application/json': JSON.stringify({ version: apiVersion, ...body }) },
    });
  }
}
