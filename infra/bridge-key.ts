import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { createLogsPrincipal } from './service-principals.ts';

/**
 * The key that encrypts the report queue, its dead-letter queue, the ledger and the logs.
 *
 * It is retained with the ledger, which is unreadable without it. {@link admitServices} lets AWS
 * services use it; the roles of the functions are granted their use where they are made.
 */
export class BridgeKey extends Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'AutoSys bridge: queues, ledger, logs',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}

/**
 * Adds to a key's policy what CloudWatch Logs and EventBridge need.
 *
 * The policy of an imported key cannot be changed from here: docs/deploy.md has it as JSON, and a
 * test compares the two.
 */
export function admitServices(key: IKey, scope: Construct): void {
  for (const statement of [toLogsStatement(scope), toEventBridgeStatement()]) {
    key.addToResourcePolicy(statement);
  }
}

/** As documented by AWS (CloudWatch Logs user guide, "Encrypt log data using AWS KMS"). */
function toLogsStatement(scope: Construct): PolicyStatement {
  const stack = Stack.of(scope);
  return new PolicyStatement({
    sid: 'CloudWatchLogs',
    principals: [createLogsPrincipal(scope)],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    // In a key policy, `*` is the key itself.
    resources: ['*'],
    conditions: {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: '*',
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      },
    },
  });
}

/**
 * EventBridge sends to the encrypted report queue.
 *
 * As documented by AWS (EventBridge user guide, "Troubleshooting"), so without `aws:SourceAccount`,
 * which AWS documents for no encrypted SQS target. The policy of the queue limits which rules may
 * send.
 */
function toEventBridgeStatement(): PolicyStatement {
  return new PolicyStatement({
    sid: 'EventBridgeToReportQueue',
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
  });
}
