import {
  EndpointType,
  IdentitySource,
  JsonSchemaType,
  LambdaIntegration,
  RequestAuthorizer,
  ResponseType,
  TokenAuthorizer,
  UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, test } from 'vitest';
import { readWiring } from '../../../local/template.ts';
import type { JsonObject } from '../../../local/template-error.ts';
import { type DefineRest, resourcePolicy, synthesizeRest } from './rest-assembly.ts';
import { location, readDefinitions, type StackResources, withProperties } from './rest-world.ts';

const define: DefineRest = ({ stack, createFunction, createApi }) => {
  const api = createApi({
    endpointTypes: [EndpointType.PRIVATE],
    policy: resourcePolicy({}),
    deployOptions: { throttlingRateLimit: 10, throttlingBurstLimit: 5 },
  });
  const hold = new LambdaIntegration(createFunction('Hold', { reservedConcurrentExecutions: 20 }));
  const handler = createFunction('Check');
  const authorizer = new RequestAuthorizer(stack, 'Auth', {
    handler,
    identitySources: [IdentitySource.header('Authorization')],
  });
  const model = api.addModel('Start', {
    schema: { type: JsonSchemaType.OBJECT, required: ['target'] },
  });
  const requestValidator = api.addRequestValidator('All', { validateRequestBody: true });
  const runs = api.root.addResource('v1').addResource('runs');
  runs.addMethod('POST', hold, {
    authorizer,
    requestValidator,
    requestModels: { 'application/json': model },
    requestParameters: { 'method.request.header.A': true, 'method.request.querystring.b': false },
  });
  runs.addResource('{name}').addMethod('GET', hold, {
    authorizer: new TokenAuthorizer(stack, 'Token', { handler, validationRegex: 'x' }),
  });
  api.addGatewayResponse('Login', { type: ResponseType.UNAUTHORIZED, statusCode: '401' });
};

const read = (patch?: (resources: StackResources) => StackResources) =>
  readDefinitions(define, patch);

test('reads what the CDK synthesizes', async () => {
  const [api] = await read();

  expect(api).toMatchObject({
    id: expect.stringMatching(/^Rest\/Api[0-9A-F]{8}$/),
    endpointType: 'PRIVATE',
    binaryMediaTypes: [],
    policy: [{ effect: 'Allow', anyone: true, conditions: [] }],
    stages: [
      {
        name: 'v',
        variables: {},
        throttles: [{ resourcePath: '*', httpMethod: '*', ratePerSecond: 10, burst: 5 }],
      },
    ],
    methods: [
      {
        resourcePath: '/v1/runs',
        httpMethod: 'POST',
        timeoutMs: 29_000,
        validator: { body: true, parameters: false },
        requiredParameters: [{ in: 'header', name: 'A' }],
        models: { 'application/json': { type: 'object', required: ['target'] } },
        authorizer: {
          type: 'REQUEST',
          ttlMs: 300_000,
          identitySources: [{ in: 'header', name: 'Authorization' }],
        },
      },
      {
        resourcePath: '/v1/runs/{name}',
        httpMethod: 'GET',
        authorizer: { type: 'TOKEN', validation: /^(?:x)$/s },
      },
    ],
  });
  expect([...(api?.gatewayResponses ?? [])]).toEqual([
    ['UNAUTHORIZED', { status: 401, headers: {}, templates: {} }],
  ]);
  const [holdId] = [...(api?.reservedConcurrency.keys() ?? [])];
  expect(api?.methods.map(({ functionId }) => functionId)).toEqual([holdId, holdId]);
  expect(api?.reservedConcurrency.get(holdId ?? '')).toBe(20);
});

test('names what has an effect on a REST API and is not emulated', async () => {
  await using assembly = await synthesizeRest((tools) => {
    define(tools);
    new UsagePlan(tools.stack, 'Plan');
  });

  const { leftOut, restApis } = readWiring(assembly.directory, location);

  expect(restApis).toHaveLength(1);
  expect(leftOut).toEqual([
    {
      id: expect.stringMatching(/^Rest\/Plan[0-9A-F]{8}$/),
      reason: 'REST APIs are emulated without AWS::ApiGateway::UsagePlan',
    },
  ]);
});

test('reads nothing from a stack without a REST API', async () => {
  const definitions = await readDefinitions(({ createFunction }) => void createFunction('Only'));

  expect(definitions).toEqual([]);
});

describe('refuses', () => {
  const integration = (more: JsonObject) => (resources: StackResources) =>
    Object.fromEntries(
      Object.entries(resources).map(([id, one]) => {
        if (one.type !== 'AWS::ApiGateway::Method') return [id, one];
        const Integration = { ...(one.properties['Integration'] as JsonObject), ...more };
        return [id, { ...one, properties: { ...one.properties, Integration } }];
      }),
    );
  const uri = 'arn:aws:apigateway:eu-west-1:s3:path/bucket/key';
  const without = (type: string) => (resources: StackResources) =>
    Object.fromEntries(Object.entries(resources).filter(([, one]) => one.type !== type));
  const change = (type: string, properties: JsonObject) =>
    withProperties(`AWS::ApiGateway::${type}`, properties);
  const schemaOf = (Schema: unknown) => change('Model', { Schema });
  const policyOf = (Statement: unknown, more: JsonObject = {}) =>
    change('RestApi', { Policy: { Statement, ...more } });
  const statement = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };

  test.for([
    { of: 'a body', patch: change('RestApi', { Body: {} }), where: 'Body' },
    { of: 'a disabled endpoint', patch: change('RestApi', { DisableExecuteApiEndpoint: true }) },
    { of: 'compression', patch: change('RestApi', { MinimumCompressionSize: 0 }) },
    { of: 'a private API without a policy', patch: change('RestApi', { Policy: undefined }) },
    {
      of: 'an unknown endpoint type',
      patch: change('RestApi', { EndpointConfiguration: { Types: ['LOCAL'] } }),
    },
    { of: 'an API without a stage', patch: without('AWS::ApiGateway::Stage') },
    { of: 'an API without methods', patch: without('AWS::ApiGateway::Method') },
    { of: 'a missing authorizer', patch: without('AWS::ApiGateway::Authorizer') },
    { of: 'a missing validator', patch: without('AWS::ApiGateway::RequestValidator') },
    { of: 'a missing model', patch: without('AWS::ApiGateway::Model') },
    { of: 'a missing deployment', patch: without('AWS::ApiGateway::Deployment') },
    { of: 'an unknown field of a statement', patch: policyOf({ ...statement, Actions: '*' }) },
    { of: 'a policy without a principal', patch: policyOf({ ...statement, Principal: undefined }) },
    { of: 'a policy with two resources', patch: policyOf({ ...statement, NotResource: '*' }) },
    {
      of: 'an unknown operator',
      patch: policyOf({ ...statement, Condition: { NumericEquals: { 'aws:EpochTime': 1 } } }),
    },
    {
      of: 'a wrong address range',
      patch: policyOf({
        ...statement,
        Condition: { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/33' } },
      }),
    },
    { of: 'IAM authorization', patch: change('Method', { AuthorizationType: 'AWS_IAM' }) },
    { of: 'an API key', patch: change('Method', { ApiKeyRequired: true }) },
    { of: 'a scope', patch: change('Method', { AuthorizationScopes: ['x'] }) },
    { of: 'an unknown method', patch: change('Method', { HttpMethod: 'TRACE' }) },
    { of: 'a missing authorizer id', patch: change('Method', { AuthorizerId: undefined }) },
    {
      of: 'a parameter of the body',
      patch: change('Method', { RequestParameters: { 'method.request.body.x': true } }),
    },
    { of: 'another integration', patch: integration({ Type: 'AWS' }), where: 'Integration.Type' },
    { of: 'a mock', patch: integration({ Type: 'MOCK' }) },
    { of: 'a method the Lambda API lacks', patch: integration({ IntegrationHttpMethod: 'GET' }) },
    { of: 'credentials', patch: integration({ Credentials: 'arn:aws:iam::1:role/x' }) },
    { of: 'a long integration', patch: integration({ TimeoutInMillis: 29_001 }) },
    { of: 'a short integration', patch: integration({ TimeoutInMillis: 49 }) },
    { of: 'a streamed answer', patch: integration({ ResponseTransferMode: 'STREAM' }) },
    { of: 'another service', patch: integration({ Uri: uri }), where: 'Integration.Uri' },
    {
      of: 'a function of another stack',
      patch: integration({
        Uri: 'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:x/invocations',
      }),
    },
    { of: 'a Cognito authorizer', patch: change('Authorizer', { Type: 'COGNITO_USER_POOLS' }) },
    { of: 'a long cache', patch: change('Authorizer', { AuthorizerResultTtlInSeconds: 3601 }) },
    { of: 'a cache without a source', patch: change('Authorizer', { IdentitySource: undefined }) },
    { of: 'an unknown source', patch: change('Authorizer', { IdentitySource: 'header.x' }) },
    {
      of: 'an invalid expression',
      patch: change('Authorizer', { Type: 'TOKEN', IdentityValidationExpression: '(' }),
    },
    {
      of: 'two sources of a token',
      patch: change('Authorizer', {
        Type: 'TOKEN',
        IdentitySource: 'method.request.header.A,method.request.header.B',
      }),
    },
    { of: 'an unknown keyword', patch: schemaOf({ allOf: [] }), where: 'Schema, allOf' },
    {
      of: 'a keyword deep in a schema',
      patch: schemaOf({ items: { properties: { a: { x: 1 } } } }),
    },
    { of: 'an empty list of required names', patch: schemaOf({ required: [] }) },
    { of: 'a bound of a later draft', patch: schemaOf({ exclusiveMinimum: 1 }) },
    {
      of: 'another draft',
      patch: schemaOf({ $schema: 'http://json-schema.org/draft-07/schema#' }),
    },
    { of: 'an unknown reference', patch: schemaOf({ $ref: '#/definitions/None' }) },
    { of: 'a type of another language', patch: schemaOf({ type: 'Int32' }) },
    { of: 'an unknown response type', patch: change('GatewayResponse', { ResponseType: 'X' }) },
    {
      of: 'a parameter of a response that is not a header',
      patch: change('GatewayResponse', { ResponseParameters: { 'gatewayresponse.body.x': "'x'" } }),
    },
    {
      of: 'a header without quotes',
      patch: change('GatewayResponse', { ResponseParameters: { 'gatewayresponse.header.X': 'x' } }),
    },
    { of: 'an informational status', patch: change('GatewayResponse', { StatusCode: '100' }) },
    { of: 'a cache', patch: change('Stage', { CacheClusterEnabled: true }) },
    { of: 'a canary', patch: change('Stage', { CanarySetting: {} }) },
    { of: 'a wrong stage name', patch: change('Stage', { StageName: 'a/b' }) },
    {
      of: 'an access log without a request id',
      patch: change('Stage', { AccessLogSetting: { Format: '$context.status' } }),
    },
    {
      of: 'a rate without a burst',
      patch: change('Stage', {
        MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 1 }],
      }),
    },
    { of: 'a stage of the deployment', patch: change('Deployment', { StageName: 'w' }) },
    { of: 'a wrong part of a path', patch: change('Resource', { PathPart: 'a{b}' }) },
    { of: 'equal parts', patch: (resources: StackResources) => duplicate(resources) },
    { of: 'two variables', patch: (resources: StackResources) => duplicate(resources, '{other}') },
  ])('$of', async ({ patch, where = '' }) => {
    const reading = read(patch);

    await expect(reading).rejects.toMatchObject({
      name: 'TemplateError',
      message: expect.stringMatching(new RegExp(`${where}.*: found .+, allowed: .+`)),
    });
  });

  /** Adds a sibling of `{name}`, equal to it unless it has another part. */
  function duplicate(resources: StackResources, PathPart = '{name}'): StackResources {
    const [, one] =
      Object.entries(resources).find(([, { properties }]) => properties['PathPart'] === '{name}') ??
      [];
    if (!one) return resources;
    return { ...resources, Second: { ...one, properties: { ...one.properties, PathPart } } };
  }
});
