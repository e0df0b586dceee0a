import {
  listAt,
  numberAt,
  objectAt,
  refuseSetting,
  TemplateError,
  textAt,
} from '../template-error.ts';
import type { RequestParameter, RestAuthorizer, RestMethod } from './definition.ts';
import { checkSchema, type JsonSchema } from './json-schema.ts';
import { choiceAt, flagAt, refuseUnknown, textsAt } from './known-properties.ts';
import { readAuthorizer } from './read-authorizer.ts';
import { readPaths } from './read-paths.ts';
import type { ResolvedResource, RestTemplate } from './rest-template.ts';

/** Longest integration without a raised quota (API Gateway developer guide, "Quotas"). */
const longestMs = 29_000;
const shortestMs = 50;
const httpMethods = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const methodProperties = [
  'ApiKeyRequired',
  'AuthorizationScopes',
  'AuthorizationType',
  'AuthorizerId',
  'HttpMethod',
  'Integration',
  'MethodResponses',
  'OperationName',
  'RequestModels',
  'RequestParameters',
  'RequestValidatorId',
  'ResourceId',
  'RestApiId',
];
const integrationProperties = [
  'ConnectionType',
  'IntegrationHttpMethod',
  'IntegrationResponses',
  'PassthroughBehavior',
  'TimeoutInMillis',
  'Type',
  'Uri',
];

/**
 * The methods of an API with their integrations, authorizers, validators and models.
 *
 * @throws {TemplateError} for settings that API Gateway refuses or that are not emulated
 */
export function readMethods(template: RestTemplate, apiLogicalId: string): readonly RestMethod[] {
  const apiId = template.refOf(apiLogicalId);
  const paths = readPaths(template, apiLogicalId);
  const methods = template
    .resources('AWS::ApiGateway::Method', apiId)
    .map((resource) => readMethod(template, resource, paths));
  const [twice] = methods.filter(({ resourcePath, httpMethod }, at) =>
    methods
      .slice(0, at)
      .some((one) => one.resourcePath === resourcePath && one.httpMethod === httpMethod),
  );
  if (twice) {
    const found = `a second ${twice.httpMethod} ${twice.resourcePath}`;
    throw new TemplateError(apiLogicalId, { found, allowed: 'one method of a kind' });
  }
  if (methods.length > 0) return methods;
  throw new TemplateError(apiLogicalId, {
    found: 'a REST API without methods',
    allowed: 'at least one method; API Gateway deploys no other',
  });
}

function readMethod(
  template: RestTemplate,
  { logicalId, properties }: ResolvedResource,
  paths: ReadonlyMap<string, string>,
): RestMethod {
  refuseUnknown(logicalId, properties, methodProperties);
  refuseSetting(
    flagAt(properties['ApiKeyRequired'], `${logicalId}, ApiKeyRequired`),
    `${logicalId}, ApiKeyRequired`,
    'methods without an API key',
  );
  const resourceId = textAt(properties['ResourceId'], `${logicalId}, ResourceId`);
  const resourcePath = paths.get(resourceId);
  if (resourcePath === undefined) {
    const allowed = 'a resource of the same API';
    throw new TemplateError(`${logicalId}, ResourceId`, { found: resourceId, allowed });
  }
  const operationName = properties['OperationName'];
  const authorizer = readMethodAuthorizer(template, logicalId, properties);
  return {
    resourceId,
    resourcePath,
    httpMethod: choiceAt(properties['HttpMethod'], `${logicalId}, HttpMethod`, httpMethods),
    ...(typeof operationName === 'string' ? { operationName } : {}),
    ...(authorizer ? { authorizer } : {}),
    validator: readValidator(template, properties['RequestValidatorId'], logicalId),
    requiredParameters: readParameters(properties['RequestParameters'], logicalId),
    models: readModels(template, properties['RequestModels'], logicalId),
    ...readIntegration(template, properties['Integration'], `${logicalId}, Integration`),
  };
}

function readMethodAuthorizer(
  template: RestTemplate,
  logicalId: string,
  properties: ResolvedResource['properties'],
): RestAuthorizer | undefined {
  const where = `${logicalId}, AuthorizationType`;
  const type = choiceAt(properties['AuthorizationType'] ?? 'NONE', where, ['NONE', 'CUSTOM']);
  const { AuthorizerId: id, AuthorizationScopes: scopes } = properties;
  refuseSetting(listAt(scopes, where).length > 0, `${logicalId}, AuthorizationScopes`, 'no scopes');
  if (type === 'NONE') return undefined;
  return readAuthorizer(
    template,
    template.find('AWS::ApiGateway::Authorizer', id, `${logicalId}, AuthorizerId`),
  );
}

function readIntegration(template: RestTemplate, value: unknown, where: string) {
  const integration = objectAt(value, where);
  refuseUnknown(where, integration, integrationProperties);
  choiceAt(integration['Type'], `${where}.Type`, ['AWS_PROXY']);
  // Any other method makes the real API answer 500, because the Lambda API has no other.
  choiceAt(integration['IntegrationHttpMethod'], `${where}.IntegrationHttpMethod`, ['POST']);
  choiceAt(integration['ConnectionType'] ?? 'INTERNET', `${where}.ConnectionType`, ['INTERNET']);
  const timeoutMs = numberAt(integration['TimeoutInMillis'], `${where}.TimeoutInMillis`, longestMs);
  if (timeoutMs < shortestMs || timeoutMs > longestMs) {
    const allowed = `${shortestMs} to ${longestMs}`;
    throw new TemplateError(`${where}.TimeoutInMillis`, { found: String(timeoutMs), allowed });
  }
  return { timeoutMs, ...template.findFunctionOfUri(integration['Uri'], `${where}.Uri`) };
}

function readValidator(template: RestTemplate, ref: unknown, where: string) {
  if (ref === undefined) return { body: false, parameters: false };
  const type = 'AWS::ApiGateway::RequestValidator';
  const logicalId = template.find(type, ref, `${where}, RequestValidatorId`);
  const properties = template.resolved(logicalId);
  const [body, parameters] = ['ValidateRequestBody', 'ValidateRequestParameters'];
  refuseUnknown(logicalId, properties, ['Name', 'RestApiId', body, parameters]);
  return {
    body: flagAt(properties[body], `${logicalId}, ${body}`),
    parameters: flagAt(properties[parameters], `${logicalId}, ${parameters}`),
  };
}

/** Required parameters in the order in which a failure names them: headers, path, query. */
function readParameters(value: unknown, logicalId: string): readonly RequestParameter[] {
  const where = `${logicalId}, RequestParameters`;
  return Object.entries(objectAt(value, where))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([source, required]) => {
      const [, place, name = ''] =
        /^method\.request\.(header|path|querystring)\.(.+)$/.exec(source) ?? [];
      if (place === 'header' || place === 'path' || place === 'querystring') {
        return flagAt(required, `${where}.${source}`) ? [{ in: place, name }] : [];
      }
      const allowed = 'method.request.header, path or querystring, and a name';
      throw new TemplateError(where, { found: source, allowed });
    });
}

function readModels(template: RestTemplate, value: unknown, where: string) {
  const models: Record<string, JsonSchema> = {};
  const refs = textsAt(objectAt(value, `${where}, RequestModels`), `${where}, RequestModels`);
  for (const [mediaType, ref] of Object.entries(refs)) {
    const logicalId = template.find('AWS::ApiGateway::Model', ref, `${where}, RequestModels`);
    const properties = template.resolved(logicalId);
    refuseUnknown(logicalId, properties, [
      'ContentType',
      'Description',
      'Name',
      'RestApiId',
      'Schema',
    ]);
    const schema = properties['Schema'];
    models[mediaType] = checkSchema(
      typeof schema === 'string' ? JSON.parse(schema) : schema,
      `${logicalId}, Schema`,
    );
  }
  return models;
}
