import { Annotations, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  LogGroupLogDestination,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { InterfaceVpcEndpoint, type IVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { BridgeFunction, BridgeFunctionProps } from './bridge-function.ts';
import { findOthers, isSameLocation } from './duplicates.ts';
import { checkLaunchApiOptions, type LaunchApiOptions } from './launch-api-props.ts';
import { AuthorizerFunction, HoldFunction, LaunchFunction } from './launch-function.ts';
import { addGatewayResponses } from './launch-gateway-responses.ts';
import { addLaunchMethods } from './launch-methods.ts';
import { hasBatchJobs } from './launch-permissions.ts';
import { toResourcePolicy } from './launch-resource-policy.ts';
import { ids } from './names.ts';
import type { WatchedLaunchApi } from './watched.ts';

export interface LaunchApiProps extends LaunchApiOptions {
  /** Name of the REST API, which is a dimension of its metrics: different for each bridge. */
  readonly name: string;
  /** What all functions of the bridge share. */
  readonly shared: BridgeFunctionProps;
  /** The wait function, which answers hints that a job has ended. @default - no such call */
  readonly wait?: BridgeFunction;
  /** Whether the functions of the bridge have reserved concurrency. */
  readonly reserves: boolean;
}

const defaultHeldWaits = 20;
/** Log group of Batch jobs whose definition names none (AWS Batch user guide). */
const batchLogGroup = '/aws/batch/job';
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
  /** One line for each request, also for those that no function got. */
  readonly accessLog: LogGroup;
  #setsLogRole = false;

  constructor(scope: Construct, id: string, props: LaunchApiProps) {
    super(scope, id);
    checkLaunchApiOptions(props);
    this.#refuseSecondLogRole(props);
    const { shared, heldWaits = defaultHeldWaits, reserves } = props;
    const { logGroups = shared.config.targets.some(hasBatchJobs) ? [batchLogGroup] : [] } = props;
    this.launch = new LaunchFunction(this, ids.launch, {
      ...shared,
      logGroups,
      ...(reserves && { reservedConcurrency: reservedForLaunch }),
    });
    this.hold =
      heldWaits === 0
        ? undefined
        : new HoldFunction(this, ids.hold, { ...shared, reservedConcurrency: heldWaits });
    this.authorizer = new AuthorizerFunction(this, ids.authorizer, shared);
    this.accessLog = new LogGroup(this, ids.accessLog, {
      retention: shared.logRetention,
      encryptionKey: shared.encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.api = this.#createApi(props);
    addGatewayResponses(this.api);
    addLaunchMethods(this.api, {
      launch: this.launch,
      hold: this.hold,
      authorizer: this.authorizer,
      wait: props.wait,
    });
    acknowledgeFindings(this.api, props);
    this.#addNotes(props);
  }

  /** What the alarms watch. */
  get watched(): WatchedLaunchApi {
    return {
      stage: this.api.deploymentStage,
      launch: this.launch.function,
      ...(this.hold && { hold: this.hold.function }),
      authorizer: this.authorizer.function,
    };
  }

  /** The log role is one setting of an account and Region: a second stack would replace it. */
  #refuseSecondLogRole({ setsLogRole = true }: LaunchApiProps): void {
    this.#setsLogRole = setsLogRole;
    const other = findOthers(this, LaunchApi).find(
      (one) => one.#setsLogRole && setsLogRole && isSameLocation(one, this),
    );
    if (other === undefined) return;
    throw new Error(
      `launchApi: found a second launch API that sets the log role of API Gateway, beside ${other.node.scope?.node.path}, allowed: one in an account and Region; set setsLogRole: false for the other`,
    );
  }

  #addNotes({ heldWaits = defaultHeldWaits, access, vpcEndpointIds = [] }: LaunchApiProps): void {
    if (this.hold) {
      Annotations.of(this).addInfoV2(
        'autosys-bridge:held-waits',
        `the launch API reserves ${heldWaits} concurrent executions for waiting commands; AWS requires at least 100 unreserved ones in the account, set heldWaits: 0 to reserve none`,
      );
    }
    if (access !== 'regional' && vpcEndpointIds.length === 0) {
      Annotations.of(this).addWarningV2(
        'autosys-bridge:launch-networks-only',
        'launchApi: found sourceNetworks without vpcEndpointIds; private addresses are not unique, so a host of any AWS account with such an address reaches the login of the launch API; name the endpoints as well',
      );
    }
  }

  #createApi(props: LaunchApiProps): RestApi {
    const { access = 'private', throttle = { rate: 200, burst: 400 }, shared } = props;
    const { setsLogRole = true, vpcEndpointIds } = props;
    return new RestApi(this, ids.api, {
      restApiName: props.name,
      description: 'AutoSys bridge: AutoSys starts AWS work and waits for it',
      endpointConfiguration: {
        types: [access === 'private' ? EndpointType.PRIVATE : EndpointType.REGIONAL],
        ...(vpcEndpointIds && { vpcEndpoints: this.#toEndpoints(vpcEndpointIds) }),
      },
      policy: toResourcePolicy(props),
      cloudWatchRole: setsLogRole,
      ...(setsLogRole && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      deployOptions: {
        stageName: 'v',
        throttlingRateLimit: throttle.rate,
        throttlingBurstLimit: throttle.burst,
        tracingEnabled: shared.tracing,
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat: toAccessLogFormat(),
      },
    });
  }

  /**
   * The endpoints with an alias each. A caller outside of the VPC, for whom the private DNS name of
   * the API does not resolve, uses the name of the alias.
   */
  #toEndpoints(vpcEndpointIds: readonly string[]): IVpcEndpoint[] {
    return vpcEndpointIds.map((vpcEndpointId, at) =>
      InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(this, `Endpoint${at + 1}`, {
        vpcEndpointId,
        port: 443,
      }),
    );
  }
}

/** One JSON line for each request, without headers, parameters and body. */
function toAccessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      at: AccessLogField.contextRequestTime(),
      caller: AccessLogField.contextAuthorizerPrincipalId(),
      sourceIp: AccessLogField.contextIdentitySourceIp(),
      // `-` for a regional API.
      vpcEndpoint: '$context.identity.vpceId',
      method: AccessLogField.contextHttpMethod(),
      resource: AccessLogField.contextResourcePath(),
      status: AccessLogField.contextStatus(),
      latencyMs: AccessLogField.contextResponseLatency(),
      error: '$context.error.responseType',
    }),
  );
}

/** The policy of the log role, as cdk-nag prints it. */
const logPolicy =
  'arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

function acknowledgeFindings(api: RestApi, { setsLogRole = true }: LaunchApiOptions): void {
  const reasons = {
    'AwsSolutions-COG4': 'a Lambda authorizer checks logins that AutoSys can hold; Cognito cannot',
    'AwsSolutions-APIG3': 'the API is private, or is limited to the named networks',
    'AwsSolutions-APIG6':
      'execution logs would hold requests; the access log and the functions log',
    ...(setsLogRole && {
      [`AwsSolutions-IAM4[Policy::${logPolicy}]`]:
        'API Gateway has one log role for all APIs of an account, for which AWS documents this policy',
    }),
  };
  for (const [rule, reason] of Object.entries(reasons)) {
    Validations.of(api).acknowledge({ id: `AwsSolutions::${rule}`, reason });
  }
}
