import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface UndeliveredQueueProps {
  /** @default - SQS's own encryption */
  readonly encryptionKey?: IKey;
}

/** What EventBridge could not hand to the targets of rules. */
export class UndeliveredQueue extends Queue {
  /**
   * The queue as rules should see it: by its ARN.
   *
   * Else each rule would add a statement of its own, and a queue's policy has room for twenty (SQS quotas).
   */
  readonly forRules: IQueue;

  constructor(scope: Construct, id: string, { encryptionKey }: UndeliveredQueueProps = {}) {
    super(scope, id, {
      ...(encryptionKey
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.forRules = Queue.fromQueueArn(this, 'ForRules', this.queueArn);
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It holds dead letters: of rules, which keep them there instead of a queue',
    });
  }
}
