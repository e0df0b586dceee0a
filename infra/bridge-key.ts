import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { createLogsPrincipal } from './service-principals.ts';

/**
 * The key that encrypts the report queue, its dead-letter queue, the ledger and the logs.
 *
 * It is retained with the ledger, which is unreadable without it. {@link admitServices} allows AWS
 * services to use it. The constructs of the functions grant their roles access.
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
 * Allows CloudWatch Logs and EventBridge to use a key.
 *
 * The policy of an imported key cannot be changed here. docs/deploy.md shows it as JSON, and a test
 * compares both.
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
    // In a key policy, `*` means the key itself.
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
 * Allows EventBridge to send to the encrypted report queue.
 *
 * As documented by AWS (EventBridge user guide, "Troubleshooting"). AWS does not document
 * `aws:SourceAccount` for encrypted SQS targets, so it is not used. The policy of the queue limits
 * which rules can send.
 */
function toEventBridgeStatement(): PolicyStatement {
  return new PolicyStatement({
    sid: 'EventBridgeToReportQueue',
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
  });
}
