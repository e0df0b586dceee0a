import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AutosysBridge, type AutosysBridgeProps } from './autosys-bridge.ts';
import { ids } from './names.ts';

/** Makes the props once there is a stack to look things up in. */
export type ToBridgeProps = (stack: Stack) => AutosysBridgeProps;

/** The bridge as a stack of its own, with the names that operators need as outputs. */
export class BridgeStack extends Stack {
  readonly bridge: AutosysBridge;

  constructor(scope: Construct, id: string, toBridgeProps: ToBridgeProps, props?: StackProps) {
    super(scope, id, { description: 'AutoSys bridge: AWS tells AutoSys', ...props });
    this.bridge = new AutosysBridge(this, ids.bridge, toBridgeProps(this));
    const { ledger, queue, deadLetterQueue, undeliveredQueue, report, sweep, canary, bus } =
      this.bridge;
    const outputs = {
      LedgerTableName: ledger.table.tableName,
      ReportQueueUrl: queue.queueUrl,
      DeadLetterQueueUrl: deadLetterQueue.queueUrl,
      UndeliveredQueueUrl: undeliveredQueue.queueUrl,
      ReportFunctionName: report.function.functionName,
      SweepFunctionName: sweep.function.functionName,
      // Owners of secrets and keys in other accounts name these roles in their policies.
      ReportRoleArn: report.role.roleArn,
      SweepRoleArn: sweep.role.roleArn,
      ...(canary && { CanaryRoleArn: canary.role.roleArn }),
      ReportLogGroupName: report.logGroup.logGroupName,
      SweepLogGroupName: sweep.logGroup.logGroupName,
      ...(canary && { CanaryLogGroupName: canary.logGroup.logGroupName }),
      RulePrefix: this.bridge.rulePrefix,
      KeyArn: this.bridge.encryptionKey.keyArn,
      ...(bus && { BusArn: bus.eventBusArn }),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
