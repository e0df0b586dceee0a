import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AutosysBridge } from './autosys-bridge.ts';
import type { AutosysBridgeProps } from './autosys-bridge-props.ts';
import { ids } from './names.ts';
import type { NightPages } from './night/night-pages.ts';
import type { BridgeRequests } from './requests/bridge-requests.ts';

/** Creates the props, with the stack as scope for lookups. */
export type ToBridgeProps = (stack: Stack) => AutosysBridgeProps;

/** A stack with a bridge. Its outputs contain the names that operators need. */
export class BridgeStack extends Stack {
  readonly bridge: AutosysBridge;

  constructor(scope: Construct, id: string, toBridgeProps: ToBridgeProps, props?: StackProps) {
    super(scope, id, {
      description: 'AutoSys bridge: AWS state changes to AutoSys events',
      ...props,
    });
    this.bridge = new AutosysBridge(this, ids.bridge, toBridgeProps(this));
    const { ledger, queue, deadLetterQueue, undeliveredQueue, report, sweep, canary, bus } =
      this.bridge;
    const { launchApi, requests, night } = this.bridge;
    const outputs = {
      LedgerTableName: ledger.table.tableName,
      ReportQueueUrl: queue.queueUrl,
      DeadLetterQueueUrl: deadLetterQueue.queueUrl,
      UndeliveredQueueUrl: undeliveredQueue.queueUrl,
      ReportFunctionName: report.function.functionName,
      SweepFunctionName: sweep.function.functionName,
      // Policies of secrets and keys in other accounts contain these roles.
      ReportRoleArn: report.role.roleArn,
      SweepRoleArn: sweep.role.roleArn,
      ...(canary && { CanaryRoleArn: canary.role.roleArn }),
      ReportLogGroupName: report.logGroup.logGroupName,
      SweepLogGroupName: sweep.logGroup.logGroupName,
      ...(canary && { CanaryLogGroupName: canary.logGroup.logGroupName }),
      RulePrefix: this.bridge.rulePrefix,
      KeyArn: this.bridge.encryptionKey.keyArn,
      ...(bus && { BusArn: bus.eventBusArn }),
      ...(launchApi && {
        LaunchApiId: launchApi.api.restApiId,
        LaunchApiUrl: launchApi.api.url,
        LaunchRoleArn: launchApi.launch.role.roleArn,
        AuthorizerRoleArn: launchApi.authorizer.role.roleArn,
        LaunchLogGroupName: launchApi.launch.logGroup.logGroupName,
        ...(launchApi.hold && { HoldLogGroupName: launchApi.hold.logGroup.logGroupName }),
        AuthorizerLogGroupName: launchApi.authorizer.logGroup.logGroupName,
        LaunchAccessLogGroupName: launchApi.accessLog.logGroupName,
      }),
      ...(requests && toRequestOutputs(requests)),
      ...(night && toNightOutputs(night)),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

function toRequestOutputs({ request, wait }: BridgeRequests) {
  return {
    // The ARN of the alias of an entry is this ARN, a colon and the name of the entry.
    RequestFunctionArn: request.function.functionArn,
    RequestRoleArn: request.role.roleArn,
    WaitRoleArn: wait.role.roleArn,
    RequestLogGroupName: request.logGroup.logGroupName,
    WaitLogGroupName: wait.logGroup.logGroupName,
  };
}

function toNightOutputs({ bucket, writer, linkCommand }: NightPages) {
  return {
    NightBucketName: bucket.bucketName,
    NightRoleArn: writer.role.roleArn,
    NightLogGroupName: writer.logGroup.logGroupName,
    NightLinkCommand: linkCommand,
  };
}
