import { numberAt, TemplateError, textAt } from '../template-error.ts';
import type { IdentitySource, RestAuthorizer } from './definition.ts';
import { choiceAt, refuseUnknown } from './known-properties.ts';
import type { RestTemplate } from './rest-template.ts';

/** Bounds of the time that an answer is kept (API reference of API Gateway, CreateAuthorizer). */
const defaultTtlSeconds = 300;
const longestTtlSeconds = 3600;
const known = [
  'AuthorizerResultTtlInSeconds',
  'AuthorizerUri',
  'AuthType',
  'IdentitySource',
  'IdentityValidationExpression',
  'Name',
  'RestApiId',
  'Type',
];

/**
 * Reads a Lambda authorizer.
 *
 * @throws {TemplateError} for settings that API Gateway refuses or that are not emulated, such as
 * credentials and Cognito
 */
export function readAuthorizer(template: RestTemplate, logicalId: string): RestAuthorizer {
  const properties = template.resolved(logicalId);
  refuseUnknown(logicalId, properties, known);
  const type = choiceAt(properties['Type'], `${logicalId}, Type`, ['TOKEN', 'REQUEST']);
  const ttlSeconds = numberAt(
    properties['AuthorizerResultTtlInSeconds'],
    `${logicalId}, AuthorizerResultTtlInSeconds`,
    defaultTtlSeconds,
  );
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 0 || ttlSeconds > longestTtlSeconds) {
    throw new TemplateError(`${logicalId}, AuthorizerResultTtlInSeconds`, {
      found: String(ttlSeconds),
      allowed: `0 to ${longestTtlSeconds}`,
    });
  }
  const identitySources = readIdentitySources(properties['IdentitySource'], logicalId);
  checkIdentitySources(identitySources, { type, ttlSeconds, logicalId });
  const validation = readValidation(properties['IdentityValidationExpression'], logicalId, type);
  return {
    authorizerId: template.refOf(logicalId),
    type,
    identitySources,
    ...(validation ? { validation } : {}),
    ttlMs: ttlSeconds * 1000,
    ...template.findFunctionOfUri(properties['AuthorizerUri'], `${logicalId}, AuthorizerUri`),
  };
}

function readIdentitySources(value: unknown, logicalId: string): readonly IdentitySource[] {
  if (value === undefined) return [];
  const where = `${logicalId}, IdentitySource`;
  return textAt(value, where)
    .split(',')
    .map((text) => {
      const source = text.trim();
      const [, place, name = ''] =
        /^(?:method\.request\.(header|querystring)|stageVariables|context)\.(.+)$/.exec(source) ??
        [];
      if (place === 'header' || place === 'querystring') return { in: place, name };
      if (source.startsWith('stageVariables.')) return { in: 'stageVariables', name };
      if (source.startsWith('context.')) return { in: 'context', name };
      throw new TemplateError(where, {
        found: source,
        allowed:
          'method.request.header.NAME, method.request.querystring.NAME, stageVariables.NAME, context.NAME',
      });
    });
}

function checkIdentitySources(
  sources: readonly IdentitySource[],
  { type, ttlSeconds, logicalId }: { type: string; ttlSeconds: number; logicalId: string },
): void {
  const isOneHeader = sources.length === 1 && sources[0]?.in === 'header';
  if (type === 'TOKEN' && !isOneHeader) {
    throw new TemplateError(`${logicalId}, IdentitySource`, {
      found: `${sources.length} sources`,
      allowed: 'one header for an authorizer of type TOKEN',
    });
  }
  if (ttlSeconds > 0 && sources.length === 0) {
    throw new TemplateError(`${logicalId}, IdentitySource`, {
      found: 'none',
      allowed: 'at least one source, or AuthorizerResultTtlInSeconds 0',
    });
  }
}

function readValidation(value: unknown, logicalId: string, type: string): RegExp | undefined {
  if (value === undefined) return undefined;
  const where = `${logicalId}, IdentityValidationExpression`;
  if (type !== 'TOKEN') {
    throw new TemplateError(where, { found: `type ${type}`, allowed: 'only with type TOKEN' });
  }
  try {
    return new RegExp(`^(?:${textAt(value, where)})$`, 's');
  } catch {
    throw new TemplateError(where, { found: String(value), allowed: 'a regular expression' });
  }
}
