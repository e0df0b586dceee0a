import type { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import type { LaunchApiOptions } from './launch-api-props.ts';
import type { OperatorsOptions } from './operators.ts';
import type { RequestsOptions } from './requests/requests-options.ts';
import type { VpcEndpointService } from './vpc-endpoints.ts';
import type { RulesOptions } from './workload-rules.ts';

/** Properties of `AutosysBridge`. */
export interface AutosysBridgeProps extends OperatorsOptions, RulesOptions {
  /** The compiled route file, the result of `readBridgeConfig('bridge.yaml')`. */
  readonly config: BridgeConfig;
  /**
   * KMS key that encrypts queues, ledger and logs.
   *
   * The policy of a key that is not part of the app must allow EventBridge and CloudWatch Logs to
   * use it, see docs/deploy.md.
   *
   * @default - A new key with annual rotation. It is retained when the stack is deleted.
   */
  readonly encryptionKey?: IKey;
  /**
   * KMS keys that encrypt the secrets of the route file, in the Region of the stack.
   *
   * The functions get permission to decrypt with them, through Secrets Manager only. The policy of
   * each key must allow IAM policies of the account of the bridge.
   *
   * @default - The secrets use the AWS managed key `aws/secretsmanager`, which needs no permission.
   */
  readonly secretKeys?: readonly IKey[];
  /**
   * KMS key that encrypts the environment variables of the functions.
   *
   * @default - The AWS managed key `aws/lambda`.
   */
  readonly environmentEncryption?: IKey;
  /** Whether AWS X-Ray traces the functions. @default false */
  readonly tracing?: boolean;
  /**
   * Reserved concurrent executions of the report function, `maxConcurrency` or more.
   *
   * If set, the sweep function reserves 2 and the canary function 1. AWS requires at least 100
   * unreserved concurrent executions in an account.
   *
   * @default - No reserved concurrency. The functions share the concurrency of the account.
   */
  readonly reservedConcurrency?: number;
  /**
   * From where AutoSys can call the launch API, and its limits. Required if the route file has
   * targets.
   *
   * @default - no launch API
   */
  readonly launchApi?: LaunchApiOptions;
  /**
   * Concurrency and alarms of the requests of AWS processes. Only with `requests` in the route file.
   *
   * @default - the defaults of each setting
   */
  readonly requests?: RequestsOptions;
  /**
   * Whether AWS Backup keeps daily backups of the ledger for 35 days.
   *
   * @default false - point-in-time recovery only
   */
  readonly backup?: boolean;
  /**
   * VPC of the functions.
   *
   * @default - The functions run outside of a VPC, and use the public address of AutoSys.
   */
  readonly vpc?: IVpc;
  /** Subnets of the functions. @default - The private subnets of the VPC. */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * Security groups of the functions.
   *
   * @default - A new security group with egress to the ports of the AutoSys endpoints and to AWS
   * APIs only.
   */
  readonly securityGroups?: readonly ISecurityGroup[];
  /**
   * Networks of the AutoSys servers, such as `10.20.0.0/16`. They limit the egress of the new
   * security group.
   *
   * @default - Any address, on the ports of the endpoints.
   */
  readonly autosysCidrs?: readonly string[];
  /**
   * Whether to create VPC endpoints for the AWS APIs that the bridge calls, so that no NAT is
   * needed. A list creates endpoints for these services only.
   *
   * The whole VPC then uses these endpoints, and is allowed by its CIDR block. An imported VPC must
   * specify its CIDR block. An interface endpoint uses one subnet per Availability Zone, so the
   * zones of the subnets must be known at synth.
   *
   * @default false - a NAT, or existing endpoints
   */
  readonly vpcEndpoints?: boolean | readonly VpcEndpointService[];
  /**
   * Accounts of twelve digits whose events the bridge receives, each with a `BridgeSource`. Creates
   * an event bus.
   *
   * For another Region of the account of the bridge, list that account. The route file must name
   * all of these accounts.
   *
   * @default - Only events of the default bus of the account and Region of the bridge.
   */
  readonly otherAccounts?: readonly string[];
  /**
   * AWS organization, such as `o-a1b2c3d4e5`, whose accounts can forward events. Creates an event
   * bus.
   *
   * Use it for more accounts than the policy of a bus can list. The functions discard events of
   * accounts that the route file does not name.
   *
   * @default - The accounts of `otherAccounts` only.
   */
  readonly organizationId?: string;
  /** Name of the event bus for other accounts and Regions. @default AutosysBridge */
  readonly busName?: string;
  /**
   * Maximum concurrent executions of the report function, from 2 to 1,000. Protects AutoSys from
   * overload.
   *
   * @default 5
   */
  readonly maxConcurrency?: number;
  /**
   * Interval at which the canary signs in to each AutoSys instance, sets the scratch variable and
   * reads it back. Whole minutes, up to 12 hours. `false` creates no canary, and no alarm for
   * expiring certificates.
   *
   * @default - 15 minutes
   */
  readonly canary?: Duration | false;
  /**
   * ARNs of IAM roles that can send messages to the report queue, for example to move dead letters
   * back. `*` matches any part of a role name.
   *
   * @default - Only EventBridge can send, and dead letters cannot be moved back.
   */
  readonly operatorsRoleArns?: readonly string[];
  /**
   * Retention of the logs of the functions.
   *
   * @default - Three months. The ledger, which keeps 90 days, is the audit trail.
   */
  readonly logRetention?: RetentionDays;
}
