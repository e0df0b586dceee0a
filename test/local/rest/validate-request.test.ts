import {
  type JsonSchema,
  JsonSchemaType,
  LambdaIntegration,
  ResponseType,
} from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, test } from 'vitest';
import { findViolations } from '../../../local/rest/validate-json.ts';
import type { DefineRest } from './rest-assembly.ts';
import { startRest } from './rest-world.ts';

const schema: JsonSchema = {
  type: JsonSchemaType.OBJECT,
  required: ['target'],
  additionalProperties: false,
  properties: {
    target: { type: JsonSchemaType.STRING, minLength: 1 },
    count: { type: JsonSchemaType.INTEGER },
  },
};

/** `POST /runs` with a model, `GET /runs/{name}` with parameters, both validated. */
const define: DefineRest = ({ createFunction, createApi }) => {
  const api = createApi();
  const integration = new LambdaIntegration(createFunction('Echo'));
  const model = api.addModel('Start', { contentType: 'application/json', schema });
  const requestValidator = api.addRequestValidator('All', {
    validateRequestBody: true,
    validateRequestParameters: true,
  });
  const bodyOnly = api.addRequestValidator('Body', { validateRequestBody: true });
  const runs = api.root.addResource('runs');
  const requestModels = { 'application/json': model };
  runs.addMethod('POST', integration, { requestModels, requestValidator });
  runs.addMethod('PUT', integration, { requestModels });
  runs.addMethod('PATCH', integration, {
    requestModels: { $default: model },
    requestValidator: bodyOnly,
    requestParameters: { 'method.request.querystring.job': true },
  });
  runs.addResource('{name}').addMethod('GET', integration, {
    requestValidator,
    requestParameters: {
      'method.request.querystring.job': true,
      'method.request.querystring.run': false,
      'method.request.header.X-Caller': true,
      'method.request.path.name': true,
    },
  });
  api.addGatewayResponse('Invalid', {
    type: ResponseType.BAD_REQUEST_BODY,
    templates: { 'application/json': '{"why":"$context.error.validationErrorString"}' },
  });
};

describe('the body', () => {
  test.for([
    { method: 'POST', type: 'application/json', body: '{"target":"x"}', status: 200 },
    { method: 'POST', type: 'Application/JSON; charset=utf-8', body: '{}', status: 400 },
    { method: 'POST', type: undefined, body: '{}', status: 400 },
    { method: 'POST', type: 'application/json', body: '', status: 400 },
    { method: 'POST', type: 'application/json', body: '{"target":', status: 400 },
    { method: 'POST', type: 'application/json', body: '[]', status: 400 },
    { method: 'POST', type: 'application/json', body: '{"target":1}', status: 400 },
    { method: 'POST', type: 'application/json', body: '{"target":"x","more":1}', status: 400 },
    // Without a model for its type, a body is not validated.
    { method: 'POST', type: 'application/x-www-form-urlencoded', body: 'a=1', status: 200 },
    { method: 'PATCH', type: 'application/x-www-form-urlencoded', body: 'a=1', status: 400 },
    { method: 'PATCH', type: 'text/plain', body: '{"target":"x"}', status: 200 },
    // Without a validator, a model has no effect.
    { method: 'PUT', type: 'application/json', body: '{}', status: 200 },
  ])('of $method $type "$body" is answered by $status', async (one) => {
    await using world = await startRest(define);
    const headers = one.type === undefined ? {} : { 'Content-Type': one.type };

    const answer = await world.client.send('/runs', {
      ...{ method: one.method, headers, body: one.body },
    });

    expect(answer.status).toBe(one.status);
    expect(world.eventsOf('Echo')).toHaveLength(one.status === 200 ? 1 : 0);
  });

  test('gives its violations to a template', async () => {
    await using world = await startRest(define);

    const { text, headers } = await world.client.send('/runs', { method: 'POST', body: '{}' });

    expect(text).toBe('{"why":"[object has missing required properties (["target"])]"}');
    expect(headers['x-amzn-errortype']).toBe('BadRequestException');
  });
});

describe('required parameters', () => {
  test.for([
    { path: '/runs/x?job=J', given: { 'x-caller': 'me' }, missing: undefined },
    { path: '/runs/x', given: { 'X-Caller': 'me' }, missing: 'job' },
    { path: '/runs/x?JOB=J', given: { 'X-Caller': 'me' }, missing: 'job' },
    { path: '/runs/x?job=%20', given: { 'X-Caller': 'me' }, missing: 'job' },
    { path: '/runs/x', given: {}, missing: 'X-Caller, job' },
  ])('of $path with $given lack $missing', async ({ path, given, missing }) => {
    await using world = await startRest(define);

    const answer = await world.client.send(path, { headers: given });

    expect(answer.status).toBe(missing === undefined ? 200 : 400);
    if (missing !== undefined) {
      const message = `Missing required request parameters: [${missing}]`;
      expect(answer.json()).toEqual({ message });
      expect(answer.headers['x-amzn-errortype']).toBe('BadRequestException');
    }
    expect(world.eventsOf('Echo')).toHaveLength(missing === undefined ? 1 : 0);
  });

  test('are not checked by a validator of bodies', async () => {
    await using world = await startRest(define);

    const answer = await world.client.send('/runs', { method: 'PATCH', body: '{"target":"x"}' });

    expect(answer.status).toBe(200);
  });
});

describe('the supported part of JSON schema draft 4', () => {
  test.for<{ rule: Record<string, unknown>; valid: unknown[]; invalid: unknown[] }>([
    { rule: { type: 'integer' }, valid: [1, -0], invalid: [1.5, '1', null] },
    { rule: { type: 'number' }, valid: [1, 1.5], invalid: ['1'] },
    { rule: { type: ['string', 'null'] }, valid: ['', null], invalid: [0, [], {}] },
    { rule: { type: 'boolean' }, valid: [true], invalid: ['true'] },
    { rule: { enum: ['a', 1, null] }, valid: ['a', 1, null], invalid: ['b', '1'] },
    { rule: { minLength: 2, maxLength: 3 }, valid: ['ab', 'é😀x', 7], invalid: ['a', 'abcd'] },
    { rule: { pattern: '^a+$' }, valid: ['aa', 7], invalid: ['ab'] },
    { rule: { minimum: 1, maximum: 2 }, valid: [1, 2], invalid: [0.9, 2.1] },
    { rule: { minimum: 1, exclusiveMinimum: true }, valid: [1.1], invalid: [1] },
    { rule: { maximum: 1, exclusiveMaximum: true }, valid: [0.9], invalid: [1] },
    { rule: { minItems: 1, maxItems: 2 }, valid: [[1], [1, 2], 'x'], invalid: [[], [1, 2, 3]] },
    { rule: { items: { type: 'string' } }, valid: [[], ['a']], invalid: [['a', 1]] },
    { rule: { required: ['a'] }, valid: [{ a: null }, []], invalid: [{}, { b: 1 }] },
    {
      rule: { properties: { a: { type: 'string' } }, additionalProperties: false },
      valid: [{}, { a: '' }],
      invalid: [{ a: 1 }, { b: '' }],
    },
    {
      rule: { additionalProperties: { type: 'string' } },
      valid: [{ a: '' }],
      invalid: [{ a: '', b: 1 }],
    },
    {
      rule: {
        properties: { a: { $ref: '#/definitions/A' } },
        definitions: { A: { type: 'integer' } },
      },
      valid: [{ a: 1 }],
      invalid: [{ a: 'x' }],
    },
  ])('follows $rule', ({ rule, valid, invalid }) => {
    for (const value of valid) expect(findViolations(value, rule)).toEqual([]);
    for (const value of invalid) expect(findViolations(value, rule)).toHaveLength(1);
  });
});
