import type { RequestParameter, RestMethod } from './definition.ts';
import { type GatewayFailure, gatewayFailure } from './failure.ts';
import type { RestRoute } from './find-route.ts';
import type { JsonSchema } from './json-schema.ts';
import { lastHeader, lastParameter, type RestRequest, toMediaType } from './rest-request.ts';
import { findViolations } from './validate-json.ts';

/**
 * Validates a request by the validator of its method, parameters first (developer guide, "Request
 * validation for REST APIs").
 */
export function validateRequest(
  request: RestRequest,
  { method, pathParameters }: RestRoute,
): GatewayFailure | undefined {
  const { validator, requiredParameters } = method;
  const find = ({ in: place, name }: RequestParameter) => {
    if (place === 'header') return lastHeader(request.headers, name);
    return place === 'path' ? pathParameters[name] : lastParameter(request, name);
  };
  // A blank parameter is missing, too.
  const missing = requiredParameters.filter((parameter) => !find(parameter)?.trim());
  if (validator.parameters && missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    return gatewayFailure('badParameters', `Missing required request parameters: [${names}]`);
  }
  return validator.body ? validateBody(request, method) : undefined;
}

function validateBody(request: RestRequest, method: RestMethod): GatewayFailure | undefined {
  const schema = findModel(request, method);
  if (!schema) return undefined;
  const violations = findBodyViolations(request.body.toString('utf8'), schema);
  if (violations.length === 0) return undefined;
  const validationError = `[${violations.join(', ')}]`;
  return gatewayFailure('badBody', 'Invalid request body', { validationError });
}

/** Without a model for the media type, the body is not validated. The default type is JSON. */
function findModel(request: RestRequest, { models }: RestMethod): JsonSchema | undefined {
  const given = toMediaType(lastHeader(request.headers, 'content-type')) ?? 'application/json';
  const type = Object.keys(models).find((one) => one.toLowerCase() === given);
  return models[type ?? '$default'];
}

/** An empty body is validated as an empty object (recorded by others). */
function findBodyViolations(text: string, schema: JsonSchema): readonly string[] {
  try {
    return findViolations(JSON.parse(text === '' ? '{}' : text), schema);
  } catch {
    return ['the body is not JSON'];
  }
}
