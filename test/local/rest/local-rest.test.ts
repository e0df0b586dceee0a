import { LambdaIntegration, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, test } from 'vitest';
import { ManualLocalClock } from '../../../local/clock.ts';
import { type LocalOptions, startLocal } from '../../../local/local.ts';
import { type DefineRest, defineEcho, synthesizeRest } from './rest-assembly.ts';
import { certificates, RestClient } from './rest-world.ts';

/** One file for both functions, as AWS's runtime client runs them. */
const code = `
export const handler = async (event) => ({
  statusCode: 200,
  body: JSON.stringify({ who: event.requestContext.authorizer.principalId, mark: process.env.MARK }),
});
export const check = async ({ authorizationToken, methodArn }) => {
  if (authorizationToken === 'expired') throw new Error('Unauthorized');
  const Effect = authorizationToken === 'good' ? 'Allow' : 'Deny';
  const Statement = [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn.replace(/\\/v\\/.*/, '/*') }];
  return { principalId: 'agents', policyDocument: { Version: '2012-10-17', Statement } };
};`;

const define: DefineRest = ({ stack, createFunction, createApi }) => {
  const api = createApi();
  const handler = createFunction('Check', { handler: 'index.check' });
  const authorizer = new TokenAuthorizer(stack, 'Auth', { handler });
  const echo = createFunction('Echo', { environment: { MARK: api.url } });
  api.root.addResource('a').addMethod('GET', new LambdaIntegration(echo), { authorizer });
};

async function start(options: Partial<LocalOptions>, defineStack = define) {
  await using started = new AsyncDisposableStack();
  const { directory } = started.use(await synthesizeRest(defineStack, code));
  const local = started.use(await startLocal({ cloudAssembly: directory, ...options }));
  const stack = started.move();
  return { local, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe('the embedded AWS with a REST API', () => {
  test('serves it over TLS with the deployed functions', async () => {
    const { ca, key, cert } = await certificates();
    await using running = await start({
      ...{ rest: { certificate: { key, cert } }, region: 'eu-west-1' },
      clock: new ManualLocalClock(),
    });
    const { local } = running;
    using client = new RestClient(local.restUrl, ca);
    const statuses: unknown[] = [];

    const answer = await client.send('/a', { headers: { Authorization: 'good' } });
    for (const login of ['bad', 'expired', 'good']) {
      statuses.push((await client.send('/a', { headers: { Authorization: login } })).status);
    }

    const { apiId } = local.rest.definition;
    expect(local.restUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v$/);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      who: 'agents',
      mark: `https://${apiId}.execute-api.eu-west-1.amazonaws.com/v/`,
    });
    expect(statuses).toEqual([403, 401, 200]);
    expect(local.rest.count('GET', '/a')).toBe(4);
  });

  test('serves none without a certificate, and none if the stack has none', async () => {
    const { key, cert } = await certificates();
    await using without = await start({});
    await using empty = await start(
      { rest: { certificate: { key, cert } } },
      ({ createFunction }) => void createFunction('Only'),
    );

    expect(without.local.restFronts).toEqual([]);
    expect(() => without.local.restUrl).toThrow('found 0 REST APIs that are served');
    expect(empty.local.restFronts).toEqual([]);
  });

  test('refuses an API whose function is not emulated', async () => {
    const { key, cert } = await certificates();
    const { Runtime } = await import('aws-cdk-lib/aws-lambda');

    const starting = start({ rest: { certificate: { key, cert } } }, (tools) => {
      const createFunction: typeof tools.createFunction = (id) =>
        tools.createFunction(id, { runtime: Runtime.NODEJS_22_X });
      defineEcho()({ ...tools, createFunction });
    });

    await expect(starting).rejects.toThrow('which is not emulated');
  });
});
