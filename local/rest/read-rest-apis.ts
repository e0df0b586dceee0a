import type { AssemblyStack } from '../assembly.ts';
import { listAt, numberAt, objectAt, TemplateError, textAt } from '../template-error.ts';
import type { TemplateLocation, TemplateValues } from '../template-values.ts';
import type { InvokePermission, RestApiDefinition } from './definition.ts';
import { choiceAt, refuseUnknown } from './known-properties.ts';
import { PolicyError, type PolicyStatement, readPolicy } from './policy.ts';
import { readGatewayResponses } from './read-gateway-responses.ts';
import { readMethods } from './read-methods.ts';
import { readStages } from './read-stages.ts';
import { RestTemplate } from './rest-template.ts';

const known = [
  'BinaryMediaTypes',
  'Description',
  'EndpointConfiguration',
  'Name',
  'Policy',
  'Tags',
];

/**
 * Reads the REST APIs of a stack, as the CDK synthesizes them.
 *
 * A method must be in the template as a resource: an API with a `Body` is refused. Which resources
 * a deployment contains is not emulated; every stage serves all of them.
 *
 * @throws {TemplateError} for settings that API Gateway refuses or that are not emulated
 */
export function readRestApis(
  stack: AssemblyStack,
  values: TemplateValues,
  location: TemplateLocation,
): readonly RestApiDefinition[] {
  const template = new RestTemplate(stack, values);
  return template.resources('AWS::ApiGateway::RestApi').map(({ logicalId, properties }) => {
    refuseUnknown(logicalId, properties, known);
    const apiId = template.refOf(logicalId);
    const endpoint = readEndpoint(properties['EndpointConfiguration'], logicalId);
    const policy = readResourcePolicy(properties['Policy'], logicalId, { ...location, apiId });
    if (endpoint.endpointType === 'PRIVATE' && policy === undefined) {
      const allowed = 'a resource policy; API Gateway deploys no private API without one';
      throw new TemplateError(`${logicalId}, Policy`, { found: 'none', allowed });
    }
    const binary = listAt(properties['BinaryMediaTypes'], `${logicalId}, BinaryMediaTypes`);
    return {
      id: template.idOf(logicalId),
      apiId,
      ...endpoint,
      ...(policy ? { policy } : {}),
      binaryMediaTypes: binary.map((one) => textAt(one, `${logicalId}, BinaryMediaTypes`)),
      methods: readMethods(template, logicalId),
      gatewayResponses: readGatewayResponses(template, apiId),
      stages: readStages(template, logicalId),
      permissions: readPermissions(template),
      reservedConcurrency: readReservedConcurrency(template),
    };
  });
}

function readEndpoint(value: unknown, logicalId: string) {
  const where = `${logicalId}, EndpointConfiguration`;
  const { Types, VpcEndpointIds, ...more } = objectAt(value, where);
  refuseUnknown(where, more, ['IpAddressType']);
  const [type = 'EDGE', ...others] = listAt(Types, `${where}.Types`);
  if (others.length > 0) {
    throw new TemplateError(`${where}.Types`, { found: 'several', allowed: 'one type' });
  }
  const types = ['EDGE', 'REGIONAL', 'PRIVATE'] as const;
  return {
    endpointType: choiceAt(type, `${where}.Types`, types),
    vpcEndpointIds: listAt(VpcEndpointIds, where).map((one) => textAt(one, where)),
  };
}

function readResourcePolicy(
  value: unknown,
  logicalId: string,
  { account, region, apiId }: TemplateLocation & { readonly apiId: string },
): readonly PolicyStatement[] | undefined {
  if (value === undefined) return undefined;
  const prefix = `arn:aws:execute-api:${region}:${account}:${apiId}/`;
  // A policy may leave out everything before the stage (developer guide, "Resource policies").
  const expand = (pattern: string) => pattern.replace(/^execute-api:\//, prefix);
  try {
    return readPolicy(value, 'resource').map((statement) => ({
      ...statement,
      resources: {
        ...statement.resources,
        patterns: statement.resources.patterns.map(expand),
      },
    }));
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const allowed = 'a resource policy that IAM accepts';
    throw new TemplateError(`${logicalId}, Policy`, { found: error.message, allowed });
  }
}

/** The permissions that API Gateway has in the stack, whichever API they name. */
function readPermissions(template: RestTemplate): readonly InvokePermission[] {
  return template.property('AWS::Lambda::Permission', 'Principal').flatMap(([logicalId, who]) => {
    if (who !== 'apigateway.amazonaws.com') return [];
    const properties = template.resolved(logicalId);
    const action = textAt(properties['Action'], `${logicalId}, Action`);
    if (!['lambda:InvokeFunction', 'lambda:*'].includes(action)) return [];
    const { SourceArn: arn, SourceAccount: account, FunctionName: name } = properties;
    return [
      {
        functionId: template.findFunction(name, `${logicalId}, FunctionName`).functionId,
        ...(arn === undefined ? {} : { sourceArn: textAt(arn, `${logicalId}, SourceArn`) }),
        ...(account === undefined ? {} : { sourceAccount: String(account) }),
      },
    ];
  });
}

function readReservedConcurrency(template: RestTemplate): ReadonlyMap<string, number> {
  const name = 'ReservedConcurrentExecutions';
  return new Map(
    template
      .property('AWS::Lambda::Function', name)
      .flatMap(([logicalId, value]) =>
        value === undefined
          ? []
          : [[template.idOf(logicalId), numberAt(value, `${logicalId}, ${name}`)] as const],
      ),
  );
}
