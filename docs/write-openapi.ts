import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiVersion, versionHeader } from '../lambda/launch/api.ts';
import {
  type ActionName,
  type LaunchEndpoint,
  launchEndpoints,
} from '../lambda/launch/endpoints.ts';
import { formatError } from '../lambda/launch/text-answer.ts';
import { printFormattedJson } from '../route-file/print-json.ts';
import { launchExamples } from './launch-examples.ts';
import { launchSchemas } from './launch-schemas.ts';
import { type OpenApiSchema, refTo } from './open-api-schema.ts';

/** Path of the document. */
export const openApiPath = join(import.meta.dirname, 'launch-api.json');

/** Schema of the answer of each action. */
const answers: Readonly<Record<ActionName, keyof typeof launchExamples>> = {
  start: 'RunAnswer',
  find: 'FindAnswer',
  status: 'RunAnswer',
  wait: 'RunAnswer',
  log: 'LogAnswer',
  stop: 'RunAnswer',
  restart: 'RestartAnswer',
  hint: 'HintAnswer',
};

/** The refusals of every call, by HTTP status. */
const refusals: Readonly<Record<string, string>> = {
  400: 'The request is invalid; faults lists every fault',
  401: 'The login is missing or wrong',
  403: 'The endpoint, network or caller is not allowed',
  404: 'The call, target or run does not exist',
  409: 'The identity was used before: with another input, or more than 24 hours after its end; or the run cannot be restarted',
  422: 'AWS refused the start; nothing was started',
  429: 'Too many requests, or too many runs of the target',
  503: 'The ledger, AWS or AutoSys is not available; repeat the request',
};

/** Refusals of a start only. */
const ofStarts: ReadonlySet<string> = new Set(['409', '422']);

/** The OpenAPI document of the launch API. */
export function toOpenApi() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of launchEndpoints) {
    const path = paths[endpoint.path] ?? {};
    paths[endpoint.path] = { ...path, [endpoint.method.toLowerCase()]: toOperation(endpoint) };
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'Launch API of the AutoSys bridge',
      version: apiVersion,
      description:
        'AutoSys starts AWS work, waits for it and stops it. A client of another minor version works: added fields are optional, and unknown ones are ignored.',
    },
    servers: [
      {
        url: 'https://{host}/v',
        variables: { host: { default: 'APIID.execute-api.eu-west-1.amazonaws.com' } },
      },
    ],
    security: [{ basic: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'Name and password of a caller' },
        bearer: { type: 'http', scheme: 'bearer', description: 'Token of a caller' },
      },
      headers: {
        Version: { description: 'Version of the API', schema: { type: 'string' } },
        RetryAfter: {
          description: 'Whole seconds until the next request; absent once a run has ended',
          schema: { type: 'integer' },
        },
      },
      responses: Object.fromEntries(
        Object.entries(refusals).map(([status, description]) => [
          `Refusal${status}`,
          toRefusal(status, description),
        ]),
      ),
      schemas: launchSchemas,
    },
  };
}

function toOperation({ action, summary, path, query, body, answers: texts }: LaunchEndpoint) {
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) =>
      toParameter(name, { in: 'path', description: 'Name of the run', required: true }),
    ),
    ...Object.entries(query).map(([name, description]) =>
      toParameter(name, { in: 'query', description, required: false }),
    ),
  ];
  const responses = Object.entries(texts).map(([status, description]) => [
    status,
    toAnswer(answers[action], description),
  ]);
  const refused = Object.keys(refusals)
    .filter((status) => !ofStarts.has(status) || action === 'start' || action === 'restart')
    .map((status) => [status, { $ref: `#/components/responses/Refusal${status}` }]);
  return {
    operationId: action,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: toRequestBody(body) }),
    responses: Object.fromEntries([...responses, ...refused]),
  };
}

interface ParameterFacts {
  readonly in: 'path' | 'query';
  readonly description: string;
  readonly required: boolean;
}

function toParameter(name: string, facts: ParameterFacts) {
  return { name, ...facts, schema: { type: 'string' } satisfies OpenApiSchema };
}

function toRequestBody(body: NonNullable<LaunchEndpoint['body']>) {
  const form = body === 'StartRequest' ? 'StartForm' : body;
  return {
    required: body === 'StartRequest' || body === 'HintRequest',
    content: {
      'application/json': toContent(body),
      'application/x-www-form-urlencoded': toContent(form),
    },
  };
}

function toContent(name: keyof typeof launchExamples) {
  return { schema: refTo(name), example: launchExamples[name] };
}

const plainText = (description: string, example?: string) => ({
  schema: { type: 'string', description },
  ...(example !== undefined && { example }),
});

const versionOnly = { [versionHeader]: { $ref: '#/components/headers/Version' } };

function toAnswer(name: keyof typeof launchExamples, description: string) {
  return {
    description,
    headers: { ...versionOnly, 'retry-after': { $ref: '#/components/headers/RetryAfter' } },
    content: {
      'application/json': toContent(name),
      'text/plain': plainText('For people: after a form, or if only text/plain is accepted'),
    },
  };
}

function toRefusal(status: string, description: string) {
  const challenge = { description: 'Basic realm', schema: { type: 'string' } };
  return {
    description,
    headers: { ...versionOnly, ...(status === '401' && { 'www-authenticate': challenge }) },
    content: {
      'application/json': toContent('ApiError'),
      'text/plain': plainText('Three lines', formatError(launchExamples.ApiError)),
    },
  };
}

/** The document as it is in `docs/launch-api.json`. */
export function printOpenApi(): string {
  return printFormattedJson(toOpenApi());
}

if (import.meta.main) writeFileSync(openApiPath, printOpenApi());
