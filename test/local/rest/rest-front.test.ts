import { LambdaIntegration } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, test } from 'vitest';
import { type DefineRest, defineEcho } from './rest-assembly.ts';
import { certificates, RestClient, sendPlain, startRest } from './rest-world.ts';

const defineEverything: DefineRest = ({ createFunction, createApi }) => {
  const { root } = createApi({ deployOptions: { variables: { colour: 'blue' } } });
  const integration = new LambdaIntegration(createFunction('Echo'));
  root.addMethod('GET', integration);
  const runs = root.addResource('v1').addResource('runs');
  runs.addMethod('POST', integration, { operationName: 'start' });
  runs.addMethod('ANY', integration);
  runs.addResource('{name}').addMethod('GET', integration);
  runs.addResource('all').addMethod('GET', integration);
  root.addResource('files').addProxy({ defaultIntegration: integration });
};

describe('a proxy event', () => {
  test('has exactly the fields of format 1.0', async () => {
    await using world = await startRest(defineEverything);
    const { client, clock, front } = world;

    await client.send('/v1/runs/a%2Fb%40c?x=1&x=2&y=a+b%2B', {
      headers: { 'tEsT-HEADeR': 'aValUE', 'X-Twice': ['1', '2'], 'User-Agent': 'test' },
    });

    const { apiId, stages } = front.definition;
    const ids = { requestId: expect.any(String), extendedRequestId: expect.any(String) };
    const domainName = `${apiId}.execute-api.eu-west-1.amazonaws.com`;
    const own = {
      'tEsT-HEADeR': 'aValUE',
      'User-Agent': 'test',
      Host: domainName,
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Proto': 'https',
    };
    const asLists = Object.fromEntries(Object.entries(own).map(([name, one]) => [name, [one]]));
    expect(world.eventsOf('Echo')).toStrictEqual([
      {
        resource: '/v1/runs/{name}',
        path: '/v1/runs/a%2Fb%40c',
        httpMethod: 'GET',
        headers: { ...own, 'X-Twice': '2' },
        multiValueHeaders: { ...asLists, 'X-Twice': ['1', '2'] },
        queryStringParameters: { x: '2', y: 'a b+' },
        multiValueQueryStringParameters: { x: ['1', '2'], y: ['a b+'] },
        pathParameters: { name: 'a%2Fb%40c' },
        stageVariables: { colour: 'blue' },
        requestContext: {
          ...ids,
          accountId: '111122223333',
          apiId,
          deploymentId: stages[0]?.deploymentId,
          domainName,
          domainPrefix: apiId,
          httpMethod: 'GET',
          identity: {
            accessKey: null,
            accountId: null,
            caller: null,
            cognitoAuthenticationProvider: null,
            cognitoAuthenticationType: null,
            cognitoIdentityId: null,
            cognitoIdentityPoolId: null,
            principalOrgId: null,
            sourceIp: '127.0.0.1',
            user: null,
            userAgent: 'test',
            userArn: null,
          },
          path: '/v/v1/runs/a%2Fb%40c',
          protocol: 'HTTP/1.1',
          requestTime: '15/Jan/2026:02:00:00 +0000',
          requestTimeEpoch: clock.now(),
          resourceId: expect.stringMatching(/^[a-z][a-z0-9]{5}$/),
          resourcePath: '/v1/runs/{name}',
          stage: 'v',
        },
        body: null,
        isBase64Encoded: false,
      },
    ]);
  });

  test('has null for what is missing, and the body as text', async () => {
    await using world = await startRest(defineEcho());

    await world.client.send('/echo', { method: 'POST', body: '{"a":"é"}' });

    expect(world.eventsOf('Echo')).toMatchObject([
      {
        pathParameters: null,
        queryStringParameters: null,
        multiValueQueryStringParameters: null,
        stageVariables: null,
        body: '{"a":"é"}',
        isBase64Encoded: false,
      },
    ]);
  });

  test('has the body as base64 for a binary media type', async () => {
    await using world = await startRest(defineEcho({ binaryMediaTypes: ['application/*'] }));

    await world.client.send('/echo', {
      method: 'POST',
      headers: { 'Content-Type': 'application/gzip; x=1' },
      body: Buffer.from([0, 255]),
    });

    expect(world.eventsOf('Echo')).toMatchObject([{ body: 'AP8=', isBase64Encoded: true }]);
  });

  test('has no header that API Gateway removes, and no forged one', async () => {
    await using world = await startRest(defineEcho());

    await world.client.send('/echo', {
      headers: {
        ...{ TE: 'trailers', 'WWW-Authenticate': 'x', 'Content-MD5': 'x', Server: 'x' },
        ...{ 'X-Forwarded-Proto': 'http', 'X-Forwarded-For': '10.0.0.1', Via: '1.1 proxy' },
      },
    });

    const [event] = world.eventsOf('Echo') as [{ headers: Record<string, string> }];
    expect(event.headers).toMatchObject({
      Via: '1.1 proxy',
      'X-Forwarded-For': '10.0.0.1, 127.0.0.1',
      'X-Forwarded-Proto': 'https',
    });
    const names = Object.keys(event.headers).map((name) => name.toLowerCase());
    for (const removed of ['te', 'www-authenticate', 'content-md5', 'server', 'connection']) {
      expect(names).not.toContain(removed);
    }
  });

  test('keeps names that objects inherit', async () => {
    await using world = await startRest(defineEcho());

    await world.client.send('/echo?__proto__=1&constructor=2;toString=3', {
      headers: { __Proto__: '4' },
    });

    const [event] = world.eventsOf('Echo') as [Record<string, Record<string, string>>];
    expect(Object.entries(event['queryStringParameters'] ?? {})).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ]);
    expect(event['headers']).toHaveProperty('__Proto__', '4');
  });

  test('has the operation name of its method', async () => {
    await using world = await startRest(defineEverything);

    await world.client.send('/v1/runs', { method: 'POST' });

    expect(world.eventsOf('Echo')).toMatchObject([
      { requestContext: { operationName: 'start', httpMethod: 'POST' } },
    ]);
  });
});

describe('routing', () => {
  test.for([
    { method: 'GET', path: '/', resource: '/', parameters: null },
    { method: 'GET', path: '', resource: '/', parameters: null },
    { method: 'GET', path: '/v1/runs/all', resource: '/v1/runs/all', parameters: null },
    { method: 'GET', path: '/v1/runs/x', resource: '/v1/runs/{name}', parameters: { name: 'x' } },
    { method: 'GET', path: '/v1/runs/x/', resource: '/v1/runs/{name}', parameters: { name: 'x' } },
    { method: 'PATCH', path: '/v1/runs', resource: '/v1/runs', parameters: null },
    {
      method: 'PUT',
      path: '/files/a/b%20c/',
      resource: '/files/{proxy+}',
      parameters: { proxy: 'a/b%20c' },
    },
  ])('serves $method "$path" by $resource', async ({ method, path, resource, parameters }) => {
    await using world = await startRest(defineEverything);

    const { status } = await world.client.send(path, { method });

    expect(status).toBe(200);
    expect(world.eventsOf('Echo')).toMatchObject([
      { resource, pathParameters: parameters, path: path === '' ? '/' : path },
    ]);
  });

  test.for([
    { method: 'GET', path: '/unknown' },
    { method: 'GET', path: '/v1' },
    { method: 'GET', path: '/V1/runs' },
    { method: 'GET', path: '/v1%2Fruns' },
    { method: 'GET', path: '/v1//runs' },
    { method: 'GET', path: '/v1/runs/x//' },
    { method: 'GET', path: '/files' },
    { method: 'POST', path: '/' },
    { method: 'POST', path: '/v1/runs/all' },
    { method: 'OPTIONS', path: '/v1/runs/all' },
    { method: 'HEAD', path: '/v1/runs/all' },
    { method: 'TRACE', path: '/v1/runs/all' },
  ])('answers 403 to $method $path', async ({ method, path }) => {
    await using world = await startRest(defineEverything);

    const answer = await world.client.send(path, { method });

    expect(answer.status).toBe(403);
    expect(answer.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
    if (method !== 'HEAD') expect(answer.text).toBe('{"message":"Missing Authentication Token"}');
    expect(world.eventsOf('Echo')).toEqual([]);
  });

  test('takes a login at an unknown path for an invalid signature, without repeating it', async () => {
    await using world = await startRest(defineEverything);

    const answer = await world.client.send('/x', { headers: { Authorization: 'Basic c2VjcmV0' } });

    expect(answer.status).toBe(403);
    expect(answer.headers['x-amzn-errortype']).toBe('IncompleteSignatureException');
    expect(answer.text).toContain('Invalid key=value pair (missing equal-sign)');
    expect(answer.text).not.toContain('c2VjcmV0');
  });

  test('answers 403 at an unknown stage', async () => {
    await using world = await startRest(defineEverything);
    const { port } = new URL(world.front.url);

    using client = new RestClient(`https://127.0.0.1:${port}/w`, (await certificates()).ca);
    const answer = await client.send('/v1/runs');

    expect(answer.status).toBe(403);
    expect(answer.json()).toEqual({ message: 'Forbidden' });
    expect(answer.headers['x-amzn-errortype']).toBe('ForbiddenException');
  });

  test('replaces the method by X-HTTP-Method-Override', async () => {
    await using world = await startRest(defineEverything);

    await world.client.send('/v1/runs', {
      method: 'POST',
      headers: { 'X-HTTP-Method-Override': 'DELETE' },
    });

    expect(world.eventsOf('Echo')).toMatchObject([{ httpMethod: 'DELETE' }]);
  });
});

describe('the connection', () => {
  test('is TLS with a certificate of the authority, and kept', async () => {
    await using world = await startRest(defineEcho());
    const { client, front } = world;

    const plain = await sendPlain(front.url).catch(({ code }) => code);
    const sockets = new Set<unknown>();
    client.agent.on('free', (socket) => sockets.add(socket));
    for (const path of ['/echo', '/echo', '/echo']) await client.send(path);

    expect(plain).toBe('ECONNRESET');
    expect(sockets.size).toBe(1);
    expect(front.requests).toEqual(
      Array.from({ length: 3 }, () => ({
        method: 'GET',
        path: '/echo',
        resourcePath: '/echo',
        status: 200,
      })),
    );
    expect(front.count('GET', '/echo')).toBe(3);
    expect(front.count('GET', '/items/{id}')).toBe(0);
  });

  test('is closed when it is idle and the test asks for it', async () => {
    await using world = await startRest(defineEcho());
    const { client, front } = world;
    const closed = new Promise<void>((resolve) => {
      client.agent.once('free', (socket) => socket.once('close', () => resolve()));
    });

    await client.send('/echo');
    front.closeIdleConnections();
    await closed;
    const { status } = await client.send('/echo');

    expect(status).toBe(200);
  });

  test('ends with the front', async () => {
    const world = await startRest(defineEcho());
    const { url } = world.front;

    await world[Symbol.asyncDispose]();

    await expect(sendPlain(url)).rejects.toThrow('ECONNREFUSED');
    expect(() => world.front.url).toThrow('stopped');
  });
});

test('has the same names in every run', async () => {
  await using one = await startRest(defineEverything);
  await using other = await startRest(defineEverything);

  expect(one.front.definition.apiId).toBe(other.front.definition.apiId);
  expect(one.front.definition.apiId).toMatch(/^[a-z][a-z0-9]{9}$/);
});
