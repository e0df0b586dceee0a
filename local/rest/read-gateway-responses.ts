import { numberAt, objectAt, TemplateError } from '../template-error.ts';
import type { CustomGatewayResponse } from './definition.ts';
import { type GatewayResponseType, gatewayResponseTypes } from './failure.ts';
import { choiceAt, refuseUnknown, textsAt } from './known-properties.ts';
import type { RestTemplate } from './rest-template.ts';

const known = [
  'ResponseParameters',
  'ResponseTemplates',
  'ResponseType',
  'RestApiId',
  'StatusCode',
];
const sourcePattern =
  /^(?:'[^']*'|context\.[\w.]+|stageVariables\.\w+|method\.request\.(?:header|querystring|path)\..+)$/;

/**
 * The gateway responses that a template changes, by type.
 *
 * @throws {TemplateError} for a type, parameter or status that API Gateway refuses. The type
 * REQUEST_TOO_LARGE is accepted but not applied, as in API Gateway.
 */
export function readGatewayResponses(
  template: RestTemplate,
  apiId: string,
): ReadonlyMap<GatewayResponseType, CustomGatewayResponse> {
  const responses = new Map<GatewayResponseType, CustomGatewayResponse>();
  for (const { logicalId, properties } of template.resources(
    'AWS::ApiGateway::GatewayResponse',
    apiId,
  )) {
    refuseUnknown(logicalId, properties, known);
    const where = `${logicalId}, ResponseType`;
    const type = choiceAt(properties['ResponseType'], where, gatewayResponseTypes);
    if (responses.has(type)) {
      throw new TemplateError(where, { found: `a second ${type}`, allowed: 'one of each type' });
    }
    const status = readStatus(properties['StatusCode'], `${logicalId}, StatusCode`);
    responses.set(type, {
      ...(status === undefined ? {} : { status }),
      headers: readHeaders(properties['ResponseParameters'], `${logicalId}, ResponseParameters`),
      templates: textsAt(
        objectAt(properties['ResponseTemplates'], `${logicalId}, ResponseTemplates`),
        `${logicalId}, ResponseTemplates`,
      ),
    });
  }
  return responses;
}

function readStatus(value: unknown, where: string): number | undefined {
  if (value === undefined) return undefined;
  const status = numberAt(value, where);
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new TemplateError(where, { found: String(value), allowed: '200 to 599' });
}

function readHeaders(value: unknown, where: string): Readonly<Record<string, string>> {
  const entries = Object.entries(textsAt(objectAt(value, where), where)).map(([target, source]) => {
    const [, name] = /^gatewayresponse\.header\.([\w!#$%&'*+.^`|~-]+)$/.exec(target) ?? [];
    if (name === undefined) {
      throw new TemplateError(where, { found: target, allowed: 'gatewayresponse.header.NAME' });
    }
    if (!sourcePattern.test(source)) {
      throw new TemplateError(`${where}.${target}`, {
        found: source,
        allowed:
          "'a text in single quotes', context.NAME, stageVariables.NAME, method.request.PLACE.NAME",
      });
    }
    return [name, source] as const;
  });
  return Object.fromEntries(entries);
}
