import { EndpointType, LambdaIntegration, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { Effect, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { type DefineRest, resourcePolicy } from './rest-assembly.ts';
import { startRest, withProperties } from './rest-world.ts';

type Statements = readonly PolicyStatementProps[];

/** `GET /a` of the function `Echo`, with or without an authorizer. */
const defineWith =
  (withAuthorizer: boolean): DefineRest =>
  ({ stack, createFunction, createApi }) => {
    const { root } = createApi();
    const authorizer = withAuthorizer
      ? new TokenAuthorizer(stack, 'Auth', { handler: createFunction('Check') })
      : undefined;
    const integration = new LambdaIntegration(createFunction('Echo'));
    const options = authorizer ? { authorizer } : {};
    root.addResource('a').addMethod('GET', integration, options);
  };
const define = defineWith(false);
const defineAuthorized = defineWith(true);

/** Gives the API a type and a policy, as the CDK would write them. */
const withPolicy = (type: EndpointType, statements: Statements) =>
  withProperties('AWS::ApiGateway::RestApi', {
    EndpointConfiguration: { Types: [type] },
    ...(statements.length > 0 ? { Policy: resourcePolicy(...statements).toJSON() } : {}),
  });

const deny = (conditions: Record<string, unknown>): PolicyStatementProps => ({
  effect: Effect.DENY,
  conditions,
});
const allow = (conditions: Record<string, unknown> = {}): PolicyStatementProps => ({ conditions });
const network = { vpceId: 'vpce-1', vpcId: 'vpc-1', vpcSourceIp: '10.1.2.3' };
const explicit = 'with an explicit deny in a resource-based policy';
const implicit = 'because no resource-based policy allows the execute-api:Invoke action';

describe('the resource policy of a private API', () => {
  test.for<{ of: string; statements: Statements; refused?: string }>([
    { of: 'everyone', statements: [allow()] },
    {
      of: 'the endpoint',
      statements: [allow({ StringEquals: { 'aws:SourceVpce': 'vpce-1' } })],
    },
    {
      of: 'another endpoint',
      statements: [allow({ StringEquals: { 'aws:SourceVpce': 'vpce-2' } })],
      refused: implicit,
    },
    {
      of: 'all but other endpoints',
      statements: [allow(), deny({ StringNotEquals: { 'aws:SourceVpce': ['vpce-1', 'vpce-2'] } })],
    },
    {
      of: 'all but this endpoint',
      statements: [allow(), deny({ StringEquals: { 'aws:SourceVpce': 'vpce-1' } })],
      refused: explicit,
    },
    {
      of: 'the VPC',
      statements: [allow({ StringEquals: { 'AWS:sourcevpc': 'vpc-1' } })],
    },
    {
      of: 'the network',
      statements: [allow({ IpAddress: { 'aws:VpcSourceIp': ['192.0.2.0/24', '10.0.0.0/8'] } })],
    },
    {
      of: 'another network',
      statements: [allow(), deny({ NotIpAddress: { 'aws:VpcSourceIp': '10.2.0.0/16' } })],
      refused: explicit,
    },
    {
      of: 'an address from the internet, which is never set',
      statements: [allow({ IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } })],
      refused: implicit,
    },
    {
      of: 'no other address from the internet, which is never set',
      statements: [allow(), deny({ NotIpAddress: { 'aws:SourceIp': '0.0.0.0/0' } })],
      refused: explicit,
    },
    {
      of: 'an address from the internet, if it is set',
      statements: [allow({ IpAddressIfExists: { 'aws:SourceIp': '192.0.2.0/24' } })],
    },
    {
      of: 'no address from the internet',
      statements: [allow({ Null: { 'aws:SourceIp': 'true' } })],
    },
    { of: 'TLS', statements: [allow({ Bool: { 'aws:SecureTransport': 'true' } })] },
    {
      of: 'another method',
      statements: [{ resources: ['execute-api:/v/POST/*'] }],
      refused: implicit,
    },
    { of: 'another action', statements: [{ actions: ['execute-api:X'] }], refused: implicit },
  ])('is evaluated for $of', async ({ statements, refused }) => {
    const patch = withPolicy(EndpointType.PRIVATE, statements);
    await using world = await startRest(define, {}, { network, patch });

    const answer = await world.client.send('/a');

    expect(answer.status).toBe(refused === undefined ? 200 : 403);
    if (refused !== undefined) {
      const { apiId } = world.front.definition;
      const arn = `arn:aws:execute-api:eu-west-1:********3333:${apiId}/v/GET/a`;
      expect(answer.json()).toEqual({
        Message: `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn} ${refused}`,
      });
      expect(answer.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    }
    expect(world.eventsOf('Echo')).toHaveLength(refused === undefined ? 1 : 0);
  });

  test('lets the function see endpoint, VPC and the address in it', async () => {
    const patch = withPolicy(EndpointType.PRIVATE, [allow()]);
    await using world = await startRest(define, {}, { network, patch });

    await world.client.send('/a');

    expect(world.eventsOf('Echo')).toMatchObject([
      {
        headers: {
          'X-Forwarded-For': '10.1.2.3',
          'x-amzn-vpce-id': 'vpce-1',
          'x-amzn-vpc-id': 'vpc-1',
        },
        requestContext: {
          identity: { sourceIp: '10.1.2.3', vpceId: 'vpce-1', vpcId: 'vpc-1' },
        },
      },
    ]);
  });
});

describe('the resource policy of a Regional API', () => {
  test.for<{ of: string; statements: Statements; status: number }>([
    { of: 'no policy', statements: [], status: 200 },
    {
      of: 'the address',
      statements: [allow({ IpAddress: { 'aws:SourceIp': '198.51.100.7' } })],
      status: 200,
    },
    {
      of: 'another address',
      statements: [allow({ IpAddress: { 'aws:SourceIp': '198.51.100.8/32' } })],
      status: 403,
    },
    {
      of: 'an endpoint',
      statements: [allow({ StringLike: { 'aws:SourceVpce': '*' } })],
      status: 403,
    },
  ])('answers $status for $of', async ({ statements, status }) => {
    const patch = withPolicy(EndpointType.REGIONAL, statements);
    const settings = { network: { sourceIp: '198.51.100.7' }, patch };
    await using world = await startRest(define, {}, settings);

    const answer = await world.client.send('/a');

    expect(answer.status).toBe(status);
  });
});

describe('an authorizer beside a resource policy', () => {
  const never = allow({ Null: { 'aws:SecureTransport': 'true' } });
  const policyOf = (Effect: string) => ({
    principalId: 'x',
    policyDocument: { Statement: { Action: 'execute-api:Invoke', Effect, Resource: '*' } },
  });
  const neither = {
    principalId: 'x',
    policyDocument: { Statement: { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: 'x' } },
  };
  test.for([
    { own: policyOf('Allow'), policy: [allow()], status: 200 },
    { own: policyOf('Allow'), policy: [never], status: 200 },
    { own: policyOf('Allow'), policy: [deny({})], status: 403, calls: 0 },
    { own: neither, policy: [allow()], status: 200 },
    { own: neither, policy: [never], status: 403 },
    { own: neither, policy: [deny({})], status: 403, calls: 0 },
    { own: policyOf('Deny'), policy: [allow()], status: 403 },
    { own: policyOf('Deny'), policy: [never], status: 403 },
    { own: policyOf('Deny'), policy: [allow(), deny({})], status: 403, calls: 0 },
  ])('decides as table A, row $#', async ({ own, policy, status, calls = 1 }) => {
    const patch = withPolicy(EndpointType.PRIVATE, policy);
    const handlers = { Check: () => own };
    await using world = await startRest(defineAuthorized, handlers, { network, patch });

    const answer = await world.client.send('/a', { headers: { Authorization: 'x' } });

    expect(answer.status).toBe(status);
    expect(world.eventsOf('Check')).toHaveLength(calls);
  });
});
