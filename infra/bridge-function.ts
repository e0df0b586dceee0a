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
import { grantSecretKeys, grantSecrets } from './secret-access.ts';

/** A batch of ten, or a minute's drain, with AutoSys slow; a lease in the ledger outlives it. */
export const functionTimeout = Duration.seconds(60);

/** What every function of the bridge needs. */
export interface BridgeFunctionProps {
  /** The compiled route file, which lies beside the bundle. */
  readonly config: BridgeConfig;
  /** What the bridge remembers of what it told. */
  readonly ledger: LedgerTable;
  readonly encryptionKey: IKey;
  readonly logRetention: RetentionDays;
  /** @default - outside any VPC */
  readonly network?: BridgeNetwork;
  /** Customer keys of the secrets; empty where all have the key of AWS, `aws/secretsmanager`. */
  readonly secretKeys: readonly IKey[];
  /** Whether AWS X-Ray traces invocations. */
  readonly tracing: boolean;
  /** Encrypts the environment variables. @default - the AWS managed key `aws/lambda` */
  readonly environmentEncryption?: IKey;
  /**
   * Concurrent executions that are kept free for this function, and its limit.
   *
   * @default - those of the account
   */
  readonly reservedConcurrency?: number;
}

interface Purpose {
  /** Name of the entry file under `lambda/functions/`. */
  readonly room: 'report' | 'sweep' | 'canary';
  readonly description: string;
  /** @default - the rows and the agenda */
  readonly ledgerUse?: 'rows';
  /** Variables beside those that every function has. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A function of the bridge: its bundle with the compiled routes, its log, its ledger, its secrets.
 */
export abstract class BridgeFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: FunctionRole;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: BridgeFunctionProps & Purpose) {
    super(scope, id);
    const { config, ledger, room, description, encryptionKey, logRetention, network } = props;
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
      entry: toModulePath(`lambda/functions/${room}`),
      handler: 'handler',
      timeout: functionTimeout,
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
    else ledger.grantUse(this.function);
    grantSecrets(this.function, config);
    grantSecretKeys(this.function, props.secretKeys);
  }

  /**
   * A file of the cloud assembly: the bundling shell copies it, whatever its size.
   *
   * Named for what is in it: the CDK takes bundles for the same whose commands read the same, and
   * one app may hold two bridges.
   */
  #writeConfig(config: BridgeConfig): string {
    const text = `${JSON.stringify(config)}\n`;
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const path = join(Stage.of(this)?.outdir ?? '.', `${digest}-${configFileName}`);
    writeFileSync(path, text);
    return path;
  }
}
