import { Annotations, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  type IResource,
  JsonSchemaType,
  JsonSchemaVersion,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodOptions,
  type Model,
  RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type LaunchEndpoint, launchEndpoints } from '../lambda/launch/endpoints.ts';
import type { BridgeFunctionProps } from './bridge-function.ts';
import { checkLaunchApiOptions, type LaunchApiOptions } from './launch-api-props.ts';
import { AuthorizerFunction, HoldFunction, LaunchFunction } from './launch-function.ts';
import { addGatewayResponses } from './launch-gateway-responses.ts';
import { ids } from './names.ts';

export interface LaunchApiProps extends LaunchApiOptions {
  /** What all functions of the bridge share. */
  readonly shared: BridgeFunctionProps;
  /** Whether the functions of the bridge have reserved concurrency. */
  readonly reserves: boolean;
}

/** How long API Gateway uses an answer of the authorizer. A removed caller is locked out after it. */
const authorizerCache = Duration.minutes(5);
const defaultHeldWaits = 20;
/** The launch function serves starts and short polls, which take some 50 ms each. */
const reservedForLaunch = 20;

/**
 * The launch API: a REST API through which AutoSys starts AWS work and waits for it.
 *
 * It is private unless `access` is `regional`, and can be called from the named endpoints and
 * networks only. A Lambda authorizer checks the login of each caller.
 */
export class LaunchApi extends Construct {
  readonly api: RestApi;
  readonly launch: LaunchFunction;
  /** Undefined if `heldWaits` is 0. */
  readonly hold: HoldFunction | undefined;
  readonly authorizer: AuthorizerFunction;

  constructor(scope: Construct, id: string, props: LaunchApiProps) {
    super(scope, id);
    checkLaunchApiOptions(props);
    const { shared, heldWaits = defaultHeldWaits, reserves } = props;
    this.launch = new LaunchFunction(this, ids.launch, {
      ...shared,
      ...(reserves && { reservedConcurrency: reservedForLaunch }),
    });
    this.hold =
      heldWaits === 0
        ? undefined
        : new HoldFunction(this, ids.hold, { ...shared, reservedConcurrency: heldWaits });
    this.authorizer = new AuthorizerFunction(this, ids.authorizer, shared);
    this.api = this.#createApi(props);
    addGatewayResponses(this.api);
    this.#addMethods();
    if (this.hold) {
      Annotations.of(this).addInfoV2(
        'autosys-bridge:held-waits',
        `the launch API reserves ${heldWaits} concurrent executions for waiting commands; AWS requires at least 100 unreserved ones in the account, set heldWaits: 0 to reserve none`,
      );
    }
  }

  #createApi(props: LaunchApiProps): RestApi {
    const { access = 'private', throttle = { rate: 200, burst: 400 }, shared } = props;
    const accessLog = new LogGroup(this, ids.accessLog, {
      retention: shared.logRetention,
      encryptionKey: shared.encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const { setsLogRole = true } = props;
    return new RestApi(this, ids.api, {
      description: 'AutoSys bridge: AutoSys starts AWS work and waits for it',
      endpointConfiguration: {
        types: [access === 'private' ? EndpointType.PRIVATE : EndpointType.REGIONAL],
      },
      policy: toResourcePolicy(props),
      cloudWatchRole: setsLogRole,
      ...(setsLogRole && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      deployOptions: {
        stageName: 'v',
        throttlingRateLimit: throttle.rate,
        throttlingBurstLimit: throttle.burst,
        tracingEnabled: shared.tracing,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: toAccessLogFormat(),
      },
    });
  }

  #addMethods(): void {
    const authorizer = new TokenAuthorizer(this, 'TokenAuthorizer', {
      handler: this.authorizer.function,
      resultsCacheTtl: authorizerCache,
    });
    const validator = this.api.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const integrations = {
      launch: new LambdaIntegration(this.launch.function, { allowTestInvoke: false }),
      hold: this.hold && new LambdaIntegration(this.hold.function, { allowTestInvoke: false }),
    };
    const startModel = toStartModel(this.api);
    for (const endpoint of launchEndpoints) {
      const integration = integrations[endpoint.handledBy];
      if (integration === undefined) continue;
      const options: MethodOptions = {
        authorizer,
        requestValidator: validator,
        requestParameters: toRequestParameters(endpoint),
        ...(endpoint.body === 'StartRequest' && {
          requestModels: { 'application/json': startModel },
        }),
      };
      toResource(this.api.root, endpoint.path).addMethod(endpoint.method, integration, options);
    }
    acknowledgeFindings(this.api);
  }
}

/**
 * Allows calls through the VPC endpoints and from the networks, and denies all others.
 *
 * A private API sees `aws:SourceVpce` and `aws:VpcSourceIp`, never `aws:SourceIp` (API Gateway
 * developer guide).
 */
function toResourcePolicy({
  vpcEndpointIds = [],
  sourceNetworks = [],
  access = 'private',
}: LaunchApiOptions): PolicyDocument {
  const resources = ['execute-api:/*'];
  const base = { actions: ['execute-api:Invoke'], principals: [new AnyPrincipal()], resources };
  const addressKey = access === 'private' ? 'aws:VpcSourceIp' : 'aws:SourceIp';
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...base, effect: Effect.ALLOW }),
      ...(vpcEndpointIds.length > 0
        ? [
            new PolicyStatement({
              ...base,
              effect: Effect.DENY,
              conditions: { StringNotEquals: { 'aws:SourceVpce': [...vpcEndpointIds] } },
            }),
          ]
        : []),
      ...(sourceNetworks.length > 0
        ? [
            new PolicyStatement({
              ...base,
              effect: Effect.DENY,
              conditions: { NotIpAddress: { [addressKey]: [...sourceNetworks] } },
            }),
          ]
        : []),
    ],
  });
}

/** One JSON line for each request, without headers, parameters and body. */
function toAccessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      at: AccessLogField.contextRequestTime(),
      caller: AccessLogField.contextAuthorizerPrincipalId(),
      sourceIp: AccessLogField.contextIdentitySourceIp(),
      method: AccessLogField.contextHttpMethod(),
      resource: AccessLogField.contextResourcePath(),
      status: AccessLogField.contextStatus(),
      latencyMs: AccessLogField.contextResponseLatency(),
      error: '$context.error.responseType',
    }),
  );
}

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

function acknowledgeFindings(api: RestApi): void {
  const reasons = {
    'AwsSolutions-COG4': 'a Lambda authorizer checks logins that AutoSys can hold; Cognito cannot',
    'AwsSolutions-APIG3': 'the API is private, or is limited to the named networks',
    'AwsSolutions-APIG6':
      'execution logs would hold requests; the access log and the functions log',
  };
  for (const [rule, reason] of Object.entries(reasons)) {
    Validations.of(api).acknowledge({ id: `AwsSolutions::${rule}`, reason });
  }
}
