import { Duration } from 'aws-cdk-lib';
import {
  IdentitySource,
  type IResource,
  JsonSchemaType,
  JsonSchemaVersion,
  LambdaIntegration,
  type MethodOptions,
  type Model,
  type RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import { type LaunchEndpoint, launchEndpoints } from '../lambda/launch/endpoints.ts';
import type { BridgeFunction } from './bridge-function.ts';

/** The functions behind the launch API. */
export interface LaunchFunctions {
  readonly launch: BridgeFunction;
  /** @default - the calls that it answers do not exist */
  readonly hold: BridgeFunction | undefined;
  /** @default - the calls that it answers do not exist */
  readonly wait?: BridgeFunction | undefined;
  readonly authorizer: BridgeFunction;
}

/** How long API Gateway uses an answer of the authorizer. A removed caller is locked out after it. */
const authorizerCache = Duration.minutes(5);
/**
 * What the header of a login can be. API Gateway answers 401 to any other without a call of the
 * authorizer. The scheme is the same in any case of its letters (RFC 9110).
 */
const loginPattern =
  '^([Bb][Aa][Ss][Ii][Cc]|[Bb][Ee][Aa][Rr][Ee][Rr]) +[A-Za-z0-9._~+/-]{1,2000}=*$';

/** Adds a resource and a method for each endpoint of the table, behind the authorizer. */
export function addLaunchMethods(api: RestApi, functions: LaunchFunctions): void {
  const authorizer = new TokenAuthorizer(api, 'Authorizer', {
    handler: functions.authorizer.function,
    identitySource: IdentitySource.header('Authorization'),
    validationRegex: loginPattern,
    resultsCacheTtl: authorizerCache,
  });
  const requestValidator = api.addRequestValidator('Validator', {
    validateRequestBody: true,
    validateRequestParameters: true,
  });
  const integrations = {
    launch: toIntegration(functions.launch),
    hold: functions.hold && toIntegration(functions.hold),
    wait: functions.wait && toIntegration(functions.wait),
  };
  const startModel = toStartModel(api);
  for (const endpoint of launchEndpoints) {
    const integration = integrations[endpoint.handledBy];
    if (integration === undefined) continue;
    const options: MethodOptions = {
      authorizer,
      requestValidator,
      requestParameters: toRequestParameters(endpoint),
      ...(endpoint.body === 'StartRequest' && {
        requestModels: { 'application/json': startModel },
      }),
    };
    toResource(api.root, endpoint.path).addMethod(endpoint.method, integration, options);
  }
}

/**
 * The permission of API Gateway to invoke the function is one for all methods: each further one would
 * be a resource. It includes the test of a method in the console, which passes no login, so the
 * function refuses it.
 */
function toIntegration({ function: handler }: BridgeFunction): LambdaIntegration {
  return new LambdaIntegration(handler, { scopePermissionToMethod: false });
}

/**
 * Refuses what is no start at all. The function checks the rest, because it reports every fault with
 * its place. A form has another content type, so it is not checked here.
 */
function toStartModel(api: RestApi): Model {
  return api.addModel('StartRequest', {
    contentType: 'application/json',
    schema: {
      schema: JsonSchemaVersion.DRAFT4,
      type: JsonSchemaType.OBJECT,
      required: ['target'],
      properties: { target: { type: JsonSchemaType.STRING } },
    },
  });
}

function toRequestParameters({ path, query }: LaunchEndpoint): Record<string, boolean> {
  return {
    ...(path.includes('{name}') && { 'method.request.path.name': true }),
    ...Object.fromEntries(
      Object.keys(query).map((name) => [`method.request.querystring.${name}`, false]),
    ),
  };
}

/** The resource of a path such as `/v1/runs/{name}`, created if it does not exist. */
function toResource(root: IResource, path: string): IResource {
  return path
    .split('/')
    .filter((part) => part !== '')
    .reduce<IResource>(
      (parent, part) => parent.getResource(part) ?? parent.addResource(part),
      root,
    );
}
