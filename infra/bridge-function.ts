import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { configFileName, environment } from '../lambda/contract.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import type { BridgeNetwork } from './bridge-network.ts';
import { bundlingDefaults, functionDefaults } from './function-defaults.ts';
import { FunctionRole } from './function-role.ts';
import type { LedgerTable } from './ledger-table.ts';
import { toModulePath } from './module-path.ts';
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
  readonly entryFile:
    | 'report'
    | 'sweep'
    | 'canary'
    | 'launch'
    | 'hold'
    | 'authorizer'
    | 'request'
    | 'wait'
    | 'night';
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
  readonly function: NodejsFunction;
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
    this.function = new NodejsFunction(this, ids.function, {
      ...functionDefaults,
      entry: toModulePath(`lambda/functions/${entryFile}`),
      handler: 'handler',
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
      bundling: {
        ...bundlingDefaults,
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_, outputDir) => [
            `cp "${this.#writeConfig(config)}" "${outputDir}/${configFileName}"`,
          ],
        },
      },
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

  /**
   * Writes the compiled routes to a file of the cloud assembly. The bundling command copies it.
   *
   * The name contains a digest of the content. The CDK reuses a bundle if the bundling commands are
   * equal, and one app can contain two bridges.
   */
  #writeConfig(config: BridgeConfig): string {
    const text = `${JSON.stringify(config)}\n`;
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const path = join(Stage.of(this)?.outdir ?? '.', `${digest}-${configFileName}`);
    writeFileSync(path, text);
    return path;
  }
}
