import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stage } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { configFileName, environment } from '../lambda/contract.ts';
import type { BridgeConfig } from '../lambda/shared/routes.ts';
import { bundlingDefaults, functionDefaults } from './function-defaults.ts';
import type { LedgerTable } from './ledger-table.ts';
import { ids } from './names.ts';

/** One batch of ten, each with its sending and reading back, and AutoSys slow. */
export const reportTimeout = Duration.seconds(60);

export interface ReportFunctionProps {
  /** The compiled route file, which lies beside the bundle. */
  readonly config: BridgeConfig;
  readonly queue: IQueue;
  /** What it remembers of what it told. */
  readonly ledger: LedgerTable;
  /**
   * How many sandboxes may speak to AutoSys at once.
   *
   * @default - 5; it protects AutoSys, not AWS
   */
  readonly maxConcurrency?: number;
}

/** The function that tells AutoSys, fed by the queue. */
export class ReportFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(
    scope: Construct,
    id: string,
    { config, queue, ledger, maxConcurrency = 5 }: ReportFunctionProps,
  ) {
    super(scope, id);
    this.function = new NodejsFunction(this, ids.function, {
      ...functionDefaults,
      entry: join(import.meta.dirname, '../lambda/report/handler.ts'),
      handler: 'handler',
      timeout: reportTimeout,
      description: 'Tells AutoSys what Step Functions and AWS Batch announce',
      environment: { [environment.ledgerTable]: ledger.table.tableName },
      logGroup: new LogGroup(this, ids.logs, {
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.RETAIN,
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
    this.function.addEventSource(
      new SqsEventSource(queue, { batchSize: 10, maxConcurrency, reportBatchItemFailures: true }),
    );
    ledger.grantUse(this.function);
    for (const secret of this.#secrets(config)) secret.grantRead(this.function);
  }

  /** A file of the cloud assembly: the bundling shell copies it, whatever its size. */
  #writeConfig(config: BridgeConfig): string {
    const path = join(Stage.of(this)?.outdir ?? '.', configFileName);
    writeFileSync(path, `${JSON.stringify(config)}\n`);
    return path;
  }

  /** Instances may share a secret; it is granted once. */
  #secrets({ instances }: BridgeConfig): readonly ISecret[] {
    const names = new Set(instances.map(({ secret }) => secret));
    return [...names].map((name, at) =>
      name.startsWith('arn:')
        ? Secret.fromSecretCompleteArn(this, `Secret${at + 1}`, name)
        : Secret.fromSecretNameV2(this, `Secret${at + 1}`, name),
    );
  }
}
