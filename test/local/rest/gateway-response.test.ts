import {
  AccessLogFormat,
  LambdaIntegration,
  LogGroupLogDestination,
  ResponseType,
  type RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import type { DefineRest } from './rest-assembly.ts';
import { type Handler, startRest } from './rest-world.ts';

const logFields = [
  'requestId',
  'httpMethod',
  'resourcePath',
  'path',
  'status',
  'identity.sourceIp',
  'authorizer.principalId',
  'authorizer.team',
  'error.responseType',
  'error.message',
  'integrationStatus',
  'integrationLatency',
  'integrationErrorMessage',
  'responseLength',
  'nothing.at.all',
];

const defineWith =
  (addResponses: (api: RestApi) => void = () => undefined): DefineRest =>
  ({ stack, createFunction, createApi }) => {
    const destination = new LogGroupLogDestination(new LogGroup(stack, 'Log'));
    const format = logFields.map((name) => `$context.${name}`).join(' | ');
    const api = createApi({
      deployOptions: {
        accessLogDestination: destination,
        accessLogFormat: AccessLogFormat.custom(format),
        variables: { colour: 'blue' },
      },
    });
    const authorizer = new TokenAuthorizer(stack, 'Auth', { handler: createFunction('Check') });
    const integration = new LambdaIntegration(createFunction('Echo'));
    api.root.addResource('a').addResource('{id}').addMethod('GET', integration, { authorizer });
    api.root.addResource('open').addMethod('GET', integration);
    addResponses(api);
  };

const defineCustom = defineWith((api) => {
  api.addGatewayResponse('Login', {
    type: ResponseType.UNAUTHORIZED,
    statusCode: '401',
    responseHeaders: {
      'WWW-Authenticate': '\'Basic realm="bridge", charset="UTF-8"\'',
      'X-Request': 'context.requestId',
      'X-Colour': 'stageVariables.colour',
      'X-Id': 'method.request.path.id',
      'X-Agent': 'method.request.header.User-Agent',
    },
    templates: {
      'application/json':
        '{"code":"$context.error.responseType","message":$context.error.messageString,"id":"$method.request.path.id","who":"$context.authorizer.none","price":"$5"}',
      'text/plain': 'code: $context.error.responseType\nmessage: $context.error.message.',
    },
  });
  api.addGatewayResponse('Denied', {
    type: ResponseType.ACCESS_DENIED,
    responseHeaders: { 'X-Fix': 'context.authorizer.fix' },
    templates: {
      'application/json':
        '{"fix":"$context.authorizer.fix","message":$context.error.messageString}',
    },
  });
  api.addGatewayResponse('Others', {
    type: ResponseType.DEFAULT_4XX,
    responseHeaders: { 'X-Other': "'yes'" },
  });
  api.addGatewayResponse('Failed', {
    type: ResponseType.DEFAULT_5XX,
    statusCode: '503',
    templates: { 'application/json': '{"code":"$context.error.responseType"}' },
  });
  api.addGatewayResponse('Large', { type: ResponseType.REQUEST_TOO_LARGE, statusCode: '400' });
});

const answerOf =
  (Effect: string): Handler =>
  () => ({
    principalId: 'agents',
    policyDocument: { Statement: { Action: 'execute-api:Invoke', Effect, Resource: '*' } },
    context: { team: 'payments', fix: 'ask for\naccess' },
  });

describe('a gateway response of the template', () => {
  test('has its headers, from texts and variables', async () => {
    await using world = await startRest(defineCustom);

    const answer = await world.client.send('/a/7', { headers: { 'User-Agent': 'me' } });

    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'www-authenticate': 'Basic realm="bridge", charset="UTF-8"',
      'x-request': answer.headers['x-amzn-requestid'],
      'x-colour': 'blue',
      'x-id': '7',
      'x-agent': 'me',
      'x-amzn-errortype': 'UnauthorizedException',
    });
    expect(answer.json()).toEqual({
      ...{ code: 'UNAUTHORIZED', message: 'Unauthorized', id: '7', who: '', price: '$5' },
    });
  });

  test.for([
    { accept: 'text/plain', type: 'text/plain' },
    { accept: 'text/plain;q=0.5, application/json', type: 'text/plain' },
    { accept: 'text/html', type: 'application/json' },
    { accept: '*/*', type: 'application/json' },
  ])('is $type for Accept $accept', async ({ accept, type }) => {
    await using world = await startRest(defineCustom);

    const answer = await world.client.send('/a/7', { headers: { Accept: accept } });

    expect(answer.headers['content-type']).toBe(type);
    if (type === 'text/plain') {
      expect(answer.text).toBe('code: UNAUTHORIZED\nmessage: Unauthorized.');
    }
  });

  test('has the values of the authorizer', async () => {
    await using world = await startRest(defineCustom, { Check: answerOf('Deny') });

    const answer = await world.client.send('/a/7', { headers: { Authorization: 'x' } });

    expect(answer.status).toBe(403);
    // A template is text: it does not escape the values of variables.
    expect(answer.text).toContain('{"fix":"ask for\naccess"');
    expect(answer.text).toContain('explicit deny');
    expect(answer.headers['x-fix']).toBe('ask foraccess');
  });

  test('of DEFAULT_4XX holds for other types, and keeps their status', async () => {
    await using world = await startRest(defineCustom);

    const answer = await world.client.send('/unknown');

    expect(answer).toMatchObject({
      status: 403,
      text: '{"message":"Missing Authentication Token"}',
    });
    expect(answer.headers['x-other']).toBe('yes');
  });

  test('of DEFAULT_5XX may change the status of other types', async () => {
    await using world = await startRest(defineCustom, { Echo: () => null });

    const answer = await world.client.send('/open');

    expect(answer).toMatchObject({ status: 503, text: '{"code":"DEFAULT_5XX"}' });
  });

  test('of REQUEST_TOO_LARGE is ignored, as in API Gateway', async () => {
    await using world = await startRest(defineCustom);

    const answer = await world.client.send('/open', { method: 'GET', body: '' });
    const large = await world.client.send('/open', {
      method: 'POST',
      headers: { 'X-HTTP-Method-Override': 'GET' },
      body: 'x'.repeat(10_485_761),
    });

    expect([answer.status, large.status]).toEqual([200, 413]);
  });
});

describe('the access log', () => {
  const define = defineWith();
  const lineOf = (log: readonly string[], at: number) => {
    const values = log[at]?.split(' | ') ?? [];
    return Object.fromEntries(logFields.map((name, index) => [name, values[index]]));
  };

  test('has a line in the format of the stage for every request', async () => {
    await using world = await startRest(define, {
      Check: answerOf('Allow'),
      Echo: () => ({ statusCode: 201, body: 'four' }),
    });
    const headers = { Authorization: 'x' };

    const answer = await world.client.send('/a/7?secret=1', { headers });
    await world.client.send('/unknown');

    expect(world.front.accessLog).toHaveLength(2);
    expect(lineOf(world.front.accessLog, 0)).toEqual({
      requestId: answer.headers['x-amzn-requestid'],
      httpMethod: 'GET',
      resourcePath: '/a/{id}',
      path: '/v/a/7',
      status: '201',
      'identity.sourceIp': '127.0.0.1',
      'authorizer.principalId': 'agents',
      'authorizer.team': 'payments',
      'error.responseType': '-',
      'error.message': '-',
      integrationStatus: '200',
      integrationLatency: '0',
      integrationErrorMessage: '-',
      responseLength: '4',
      'nothing.at.all': '-',
    });
    expect(lineOf(world.front.accessLog, 1)).toMatchObject({
      status: '403',
      resourcePath: '-',
      'error.responseType': 'MISSING_AUTHENTICATION_TOKEN',
      'error.message': 'Missing Authentication Token',
      integrationStatus: '-',
    });
  });

  test('names the fault of a function, which the client does not see', async () => {
    await using world = await startRest(define, { Echo: () => ({ statusCode: 200, x: 1 }) });

    await world.client.send('/open');

    expect(lineOf(world.front.accessLog, 0)).toMatchObject({
      status: '502',
      integrationErrorMessage: 'malformed Lambda proxy response: unknown field x',
    });
  });
});
