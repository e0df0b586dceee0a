import { Duration } from 'aws-cdk-lib';
import {
  type Authorizer,
  IdentitySource,
  LambdaIntegration,
  RequestAuthorizer,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, test } from 'vitest';
import type { DefineRest, RestTools } from './rest-assembly.ts';
import { type Handler, location, startRest, withProperties } from './rest-world.ts';

/** `GET /a/{id}` and `POST /b` of the function `Echo`, behind an authorizer. */
const defineWith =
  (create: (tools: RestTools) => Authorizer): DefineRest =>
  (tools) => {
    const { createApi, createFunction } = tools;
    const { root } = createApi({ deployOptions: { variables: { colour: 'blue' } } });
    const integration = new LambdaIntegration(createFunction('Echo'));
    const options = { authorizer: create(tools) };
    root.addResource('a').addResource('{id}').addMethod('GET', integration, options);
    root.addResource('b').addMethod('POST', integration, options);
  };

const tokenWith = (more: object = {}) =>
  defineWith(
    ({ stack, createFunction }) =>
      new TokenAuthorizer(stack, 'Auth', { handler: createFunction('Check'), ...more }),
  );
const requestWith = (identitySources: string[], resultsCacheTtl?: Duration) =>
  defineWith(
    ({ stack, createFunction }) =>
      new RequestAuthorizer(stack, 'Auth', {
        handler: createFunction('Check'),
        identitySources,
        ...(resultsCacheTtl ? { resultsCacheTtl } : {}),
      }),
  );
const defineToken = tokenWith();
const defineRequest = requestWith([IdentitySource.header('Authorization')]);
const headers = { Authorization: 'Bearer x' };

const policy = (Effect: string, Resource: unknown, more: object = {}) => ({
  principalId: 'agents',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }],
  },
  ...more,
});
const allowAll: Handler = () => policy('Allow', '*');

describe('an authorizer of type TOKEN', () => {
  test('gets token and method ARN, and gives principal and context as texts', async () => {
    await using world = await startRest(defineToken, {
      Check: () => policy('Allow', '*', { context: { text: 'x', number: 1, flag: true } }),
    });

    const { status } = await world.client.send('/a/1%2F2?x=1', { headers });

    const { account, region } = location;
    const { apiId } = world.front.definition;
    expect(status).toBe(200);
    expect(world.eventsOf('Check')).toStrictEqual([
      {
        type: 'TOKEN',
        authorizationToken: 'Bearer x',
        methodArn: `arn:aws:execute-api:${region}:${account}:${apiId}/v/GET/a/1%2F2`,
      },
    ]);
    expect(world.eventsOf('Echo')).toMatchObject([
      {
        requestContext: {
          authorizer: {
            ...{ principalId: 'agents', text: 'x', number: '1', flag: 'true' },
            integrationLatency: 0,
          },
        },
      },
    ]);
  });

  test.for([
    { of: 'no token', headers: {} },
    { of: 'an empty token', headers: { Authorization: '' } },
    { of: 'a token in another header', headers: { 'X-Authorization': 'x' } },
  ])('is not invoked for $of', async ({ headers: given }) => {
    await using world = await startRest(defineToken, { Check: allowAll });

    const answer = await world.client.send('/a/1', { headers: given });

    expect(answer).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(answer.headers['x-amzn-errortype']).toBe('UnauthorizedException');
    expect(world.eventsOf('Check')).toEqual([]);
    expect(world.eventsOf('Echo')).toEqual([]);
  });

  const defineValidated = tokenWith({ validationRegex: 'Bearer [a-z]+' });
  test.for([
    { token: 'Bearer abc', status: 200 },
    { token: 'Bearer abc1', status: 401 },
    { token: 'xBearer abc', status: 401 },
  ])('answers $status to "$token" by its expression', async ({ token, status }) => {
    await using world = await startRest(defineValidated, { Check: allowAll });

    const answer = await world.client.send('/a/1', { headers: { Authorization: token } });

    expect(answer.status).toBe(status);
    expect(world.eventsOf('Check')).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('an authorizer of type REQUEST', () => {
  test('gets the request without its body', async () => {
    await using world = await startRest(defineRequest, { Check: allowAll });

    await world.client.send('/b?x=1', { method: 'POST', headers, body: 'secret' });

    const { account, region } = location;
    const { apiId } = world.front.definition;
    const [event] = world.eventsOf('Check') as [Record<string, unknown>];
    expect(Object.keys(event).toSorted()).toEqual(
      [
        ...['type', 'methodArn', 'resource', 'path', 'httpMethod', 'headers', 'requestContext'],
        ...['multiValueHeaders', 'queryStringParameters', 'multiValueQueryStringParameters'],
        ...['pathParameters', 'stageVariables'],
      ].toSorted(),
    );
    expect(event).toMatchObject({
      type: 'REQUEST',
      methodArn: `arn:aws:execute-api:${region}:${account}:${apiId}/v/POST/b`,
      resource: '/b',
      httpMethod: 'POST',
      headers: { Authorization: 'Bearer x' },
      queryStringParameters: { x: '1' },
      pathParameters: {},
      stageVariables: { colour: 'blue' },
      requestContext: { apiId, stage: 'v' },
    });
    expect(event['requestContext']).not.toHaveProperty('authorizer');
  });

  const sources = [
    IdentitySource.header('Authorization'),
    IdentitySource.queryString('who'),
    IdentitySource.stageVariable('colour'),
    IdentitySource.context('identity.sourceIp'),
  ];
  const defineMany = requestWith(sources);
  test.for([
    { path: '/a/1?who=me', given: headers, status: 200 },
    { path: '/a/1?who=', given: headers, status: 401 },
    { path: '/a/1', given: headers, status: 401 },
    { path: '/a/1?who=me', given: {}, status: 401 },
  ])('answers $status to $path with $given if all sources are needed', async (one) => {
    await using world = await startRest(defineMany, { Check: allowAll });

    const answer = await world.client.send(one.path, { headers: one.given });

    expect(answer.status).toBe(one.status);
    expect(world.eventsOf('Check')).toHaveLength(one.status === 200 ? 1 : 0);
  });

  test('is invoked without its sources if answers are not kept', async () => {
    const defineUncached = requestWith(sources, Duration.seconds(0));
    await using world = await startRest(defineUncached, { Check: allowAll });

    const statuses = [await world.client.send('/a/1'), await world.client.send('/a/1')];

    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
    expect(world.eventsOf('Check')).toHaveLength(2);
  });
});

describe('a kept answer', () => {
  test('holds by identity until its time is over', async () => {
    await using world = await startRest(defineToken, { Check: allowAll });
    const { client, clock } = world;
    const count = () => world.eventsOf('Check').length;

    await client.send('/a/1', { headers });
    await client.send('/b', { method: 'POST', headers });
    const same = count();
    await client.send('/a/1', { headers: { Authorization: 'Bearer y' } });
    const other = count();
    await clock.advance(299_999);
    await client.send('/a/1', { headers });
    const late = count();
    await clock.advance(1);
    await client.send('/a/1', { headers });

    expect([same, other, late, count()]).toEqual([1, 2, 2, 3]);
  });

  test('refuses another method if its policy names one alone', async () => {
    await using world = await startRest(defineToken, {
      Check: ({ methodArn }) => policy('Allow', methodArn),
    });
    const { client, clock } = world;

    const first = await client.send('/a/1', { headers });
    const other = await client.send('/a/2', { headers });
    const post = await client.send('/b', { method: 'POST', headers });
    await clock.advance(300_000);
    const later = await client.send('/b', { method: 'POST', headers });

    expect([first, other, post, later].map(({ status }) => status)).toEqual([200, 403, 403, 200]);
    expect(world.eventsOf('Check')).toHaveLength(2);
  });

  test('is not one of a failure or a refused login', async () => {
    let calls = 0;
    await using world = await startRest(defineToken, {
      Check: () => {
        calls += 1;
        if (calls < 3) throw new Error(calls === 1 ? 'Unauthorized' : 'broken');
        return policy('Allow', '*');
      },
    });

    const answers = [1, 2, 3, 4].map(() => () => world.client.send('/a/1', { headers }));
    const statuses: unknown[] = [];
    for (const send of answers) statuses.push((await send()).status);

    expect(statuses).toEqual([401, 500, 200, 200]);
    expect(calls).toBe(3);
  });

  test('is forgotten when the test asks for it', async () => {
    await using world = await startRest(defineToken, { Check: allowAll });
    await world.client.send('/a/1', { headers });

    world.front.flushAuthorizers();
    await world.client.send('/a/1', { headers });

    expect(world.eventsOf('Check')).toHaveLength(2);
  });
});

describe('a policy', () => {
  const arn = 'arn:aws:execute-api:eu-west-1:111122223333:';
  const explicit = 'with an explicit deny in an identity-based policy';
  const implicit = 'because no identity-based policy allows the execute-api:Invoke action';
  test.for([
    { of: 'every resource', result: policy('Allow', '*') },
    { of: 'the API', result: policy('Allow', `${arn}*/v/*`) },
    { of: 'a list', result: policy('Allow', ['x', `${arn}??????????/*/GET/a/*`]) },
    { of: 'another method', result: policy('Allow', `${arn}*/v/POST/*`), refused: implicit },
    {
      of: 'another account',
      result: policy('Allow', 'arn:aws:execute-api:*:9:*'),
      refused: implicit,
    },
    { of: 'a prefix', result: policy('Allow', `${arn}*/v/GET/a`), refused: implicit },
    { of: 'a denied resource', result: policy('Deny', '*'), refused: explicit },
    { of: 'another denied one', result: policy('Deny', `${arn}*/v/POST/*`), refused: implicit },
  ])('for $of is evaluated', async ({ result, refused }) => {
    await using world = await startRest(defineToken, { Check: () => result });

    const answer = await world.client.send('/a/1', { headers });

    expect(answer.status).toBe(refused === undefined ? 200 : 403);
    if (refused !== undefined) {
      const Message = `User is not authorized to access this resource ${refused}`;
      expect(answer.json()).toEqual({ Message });
      expect(answer.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    }
    expect(world.eventsOf('Echo')).toHaveLength(refused === undefined ? 1 : 0);
  });

  test('denies explicitly although it also allows', async () => {
    const { policyDocument } = policy('Allow', '*');
    const deny = { Action: 'execute-api:*', Effect: 'Deny', Resource: '*' };
    const Statement = [...policyDocument.Statement, deny];
    await using world = await startRest(defineToken, {
      Check: () => ({ principalId: 'x', policyDocument: { ...policyDocument, Statement } }),
    });

    const { status } = await world.client.send('/a/1', { headers });

    expect(status).toBe(403);
  });

  test('may have conditions', async () => {
    const statement = (address: string) => ({
      principalId: 'x',
      policyDocument: {
        Statement: {
          ...{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' },
          Condition: { IpAddress: { 'aws:SourceIp': address } },
        },
      },
    });
    let address = '127.0.0.0/8';
    await using world = await startRest(defineToken, { Check: () => statement(address) });

    const allowed = await world.client.send('/a/1', { headers });
    address = '10.0.0.0/8';
    world.front.flushAuthorizers();
    const refused = await world.client.send('/a/1', { headers });

    expect([allowed.status, refused.status]).toEqual([200, 403]);
  });
});

describe('a failing authorizer', () => {
  const fail = (message: string) => () => {
    throw new Error(message);
  };
  const document = policy('Allow', '*').policyDocument;
  const withStatement = (statement: object) => () => ({
    principalId: 'x',
    policyDocument: { Version: '2012-10-17', Statement: [statement] },
  });
  const statement = { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' };
  test.for<{ of: string; check: Handler }>([
    { of: 'another error', check: fail('unauthorized') },
    { of: 'an error with more words', check: fail('Unauthorized: expired') },
    { of: 'null', check: () => null },
    { of: 'a text', check: () => 'Allow' },
    { of: 'no principal', check: () => ({ policyDocument: document }) },
    { of: 'an empty principal', check: () => policy('Allow', '*', { principalId: '' }) },
    { of: 'a numeric principal', check: () => policy('Allow', '*', { principalId: 1 }) },
    { of: 'no policy', check: () => ({ principalId: 'x' }) },
    { of: 'an unknown field', check: () => policy('Allow', '*', { ttl: 1 }) },
    { of: 'an unknown effect', check: () => policy('allow', '*') },
    { of: 'no resource', check: () => policy('Allow', []) },
    { of: 'no statement', check: () => ({ principalId: 'x', policyDocument: { Statement: [] } }) },
    { of: 'a principal in a statement', check: withStatement({ ...statement, Principal: '*' }) },
    { of: 'an unknown operator', check: withStatement({ ...statement, Condition: { X: {} } }) },
    {
      of: 'another version',
      check: () => ({ principalId: 'x', policyDocument: { ...document, Version: '2020-01-01' } }),
    },
    { of: 'a list as context', check: () => policy('Allow', '*', { context: [] }) },
    { of: 'an object in the context', check: () => policy('Allow', '*', { context: { a: {} } }) },
    { of: 'null in the context', check: () => policy('Allow', '*', { context: { a: null } }) },
    { of: 'a long resource', check: () => policy('Allow', 'x'.repeat(513)) },
    {
      of: 'a long result',
      check: () => policy('Allow', '*', { context: { a: 'x'.repeat(8192) } }),
    },
  ])('answers 500 for $of', async ({ check }) => {
    await using world = await startRest(defineToken, { Check: check });

    const answer = await world.client.send('/a/1', { headers });

    expect(answer).toMatchObject({ status: 500, text: '{"message":null}' });
    expect(answer.headers['x-amzn-errortype']).toBe('AuthorizerConfigurationException');
    expect(world.eventsOf('Echo')).toEqual([]);
  });

  test('answers 401 for the error Unauthorized', async () => {
    await using world = await startRest(defineToken, { Check: fail('Unauthorized') });

    const answer = await world.client.send('/a/1', { headers });

    expect(answer).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
  });

  test('answers 500 after its time limit', async () => {
    const entered = Promise.withResolvers<void>();
    await using world = await startRest(defineToken, {
      Check: () => {
        entered.resolve();
        return new Promise(() => undefined);
      },
    });
    const answering = world.client.send('/a/1', { headers });
    await entered.promise;

    await world.clock.advance(29_000);
    const answer = await answering;

    expect(answer.status).toBe(500);
    expect(answer.headers['x-amzn-errortype']).toBe('AuthorizerFailureException');
  });

  test('answers 500 if API Gateway may not invoke it', async () => {
    const patch = withProperties('AWS::Lambda::Permission', { SourceArn: 'another' });
    await using world = await startRest(defineToken, { Check: allowAll }, { patch });

    const answer = await world.client.send('/a/1', { headers });

    expect(answer).toMatchObject({ status: 500, text: '{"message":null}' });
    expect(world.eventsOf('Check')).toEqual([]);
  });

  test('answers 414 if the ARN of the method has more than 1600 bytes', async () => {
    await using world = await startRest(defineToken, { Check: allowAll });

    const answer = await world.client.send(`/a/${'x'.repeat(1600)}`, { headers });

    expect(answer.status).toBe(414);
    expect(world.eventsOf('Check')).toEqual([]);
  });
});
