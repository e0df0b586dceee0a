import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BridgeConfig } from '../lambda/shared/routes.ts';
import { functionTimeout } from './bridge-function.ts';
import { LedgerTable } from './ledger-table.ts';
import { ids } from './names.ts';
import { ReportFunction } from './report-function.ts';
import { ReportQueue } from './report-queue.ts';
import { SweepFunction } from './sweep-function.ts';
import { WorkloadRules } from './workload-rules.ts';

export interface BridgeStackProps extends StackProps {
  /** The compiled route file. */
  readonly config: BridgeConfig;
}

/** The bridge in one account and Region: rules, queue, ledger, functions. */
export class BridgeStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: BridgeStackProps) {
    super(scope, id, props);
    const { queue, deadLetterQueue } = new ReportQueue(this, ids.reportQueue, {
      functionTimeout,
    });
    const { undelivered } = new WorkloadRules(this, ids.rules, {
      routes: config.routes,
      target: queue,
    });
    const ledger = new LedgerTable(this, ids.ledger);
    new ReportFunction(this, ids.report, { config, queue, ledger });
    new SweepFunction(this, ids.sweep, { config, ledger });
    new CfnOutput(this, 'LedgerTableName', { value: ledger.table.tableName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetterQueue.queueUrl });
    new CfnOutput(this, 'UndeliveredQueueUrl', { value: undelivered.queueUrl });
  }
}
