import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environment } from '../lambda/contract.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import type { BridgeNetwork } from './bridge-network.ts';
import { assembleCode } from './function-code.ts';
import type { FunctionName } from './function-names.ts';
import { FunctionRole } from './function-role.ts';
import type { LedgerTable } from './ledger-table.ts';
import { ids } from './names.ts';
import { grantSecretKeys, grantSecrets, toInstanceSecrets } from './secret-access.ts';

/**
 * Timeout of every function. Sufficient for a batch of ten messages, or one drain, with a slow
 * AutoSys. A lease in the ledger is longer.
 */
export const functionTimeout = Duration.seconds(60);

/** Properties that all functions share. */
export interface BridgeFunctionProps {
  /** The compiled route file. It is packaged beside the bundle. */
  readonly config: BridgeConfig;
  /** The ledger table. */
  readonly ledger: LedgerTable;
  readonly encryptionKey: IKey;
  readonly logRetention: RetentionDays;
  /** VPC, subnets and security groups. @default - outside of a VPC */
  readonly network?: BridgeNetwork;
  /**
   * Customer managed keys of the secrets. Empty if all secrets use the AWS managed key
   * `aws/secretsmanager`.
   */
  readonly secretKeys: readonly IKey[];
  /** Whether AWS X-Ray traces the function. */
  readonly tracing: boolean;
  /** KMS key of the environment variables. @default - the AWS managed key `aws/lambda` */
  readonly environmentEncryption?: IKey;
  /** Reserved concurrent executions. @default - none; the concurrency of the account */
  readonly reservedConcurrency?: number;
}

interface Purpose {
  /** Name of the entry file in `lambda/functions/`. */
  readonly entryFile: FunctionName;
  readonly description: string;
  /**
   * `rows`: no access to the agenda. `none`: no access. `search`: also to the index by target.
   * `span`: also to the index by hour.
   *
   * @default - access to rows and agenda
   */
  readonly ledgerUse?: 'rows' | 'none' | 'search' | 'span';
  /** `callers`: the secrets of the callers only. @default - the secrets of the instances */
  readonly secretUse?: 'callers' | 'none';
  /** @default - {@link functionTimeout} */
  readonly timeout?: Duration;
  /** Additional environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A function of the bridge: bundle with compiled routes, log group, role, and access to ledger and
 * secrets.
 */
export abstract class BridgeFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: FunctionRole;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: BridgeFunctionProps & Purpose) {
    super(scope, id);
    const { config, ledger, entryFile, description, encryptionKey, logRetention, network } = props;
    this.logGroup = new LogGroup(this, ids.logs, {
      retention: logRetention,
      encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.role = new FunctionRole(this, ids.role, {
      logGroup: this.logGroup,
      inVpc: network !== undefined,
      isTraced: props.tracing,
      ...(props.environmentEncryption && { environmentKey: props.environmentEncryption }),
    });
    using code = assembleCode(this, entryFile, config);
    this.function = new LambdaFunction(this, ids.function, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      code: code.asset,
      handler: 'index.handler',
      timeout: props.timeout ?? functionTimeout,
      description,
      environment: {
        [environment.ledgerTable]: ledger.table.tableName,
        [environment.account]: Stack.of(this).account,
        ...props.environment,
      },
      role: this.role,
      logGroup: this.logGroup,
      ...(props.tracing && { tracing: Tracing.ACTIVE }),
      ...(props.environmentEncryption && { environmentEncryption: props.environmentEncryption }),
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      ...(network && {
        vpc: network.vpc,
        vpcSubnets: network.vpcSubnets,
        securityGroups: [...network.securityGroups],
      }),
    });
    if (props.ledgerUse === 'rows') ledger.grantRows(this.function);
    if (props.ledgerUse === 'search') ledger.grantSearch(this.function);
    if (props.ledgerUse === 'span') ledger.grantSpan(this.function);
    if (props.ledgerUse === undefined) ledger.grantUse(this.function);
    if (props.secretUse === 'none') return;
    grantSecrets(
      this.function,
      props.secretUse === 'callers'
        ? config.callers.map(({ secret }) => secret)
        : toInstanceSecrets(config),
    );
    grantSecretKeys(this.function, props.secretKeys);
  }
}
