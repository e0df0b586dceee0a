import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { admitRules, type OwnRules, refuseOtherSenders } from './queue-policy.ts';

export interface UndeliveredQueueProps extends OwnRules {
  /** Roles that can send to the queue, besides EventBridge. @default - none */
  readonly operatorsRoleArns?: readonly string[];
}

/**
 * The dead-letter queue of rules: events that EventBridge could not deliver to their target.
 *
 * Encrypted with an SQS managed key. With the key of the report queue, a fault of that key would
 * affect both queues, and the event would be lost.
 */
export class UndeliveredQueue extends Queue {
  /**
   * The queue as dead-letter queue of rules, imported by ARN.
   *
   * Otherwise each rule would add its own statement, and a queue policy has room for twenty (SQS
   * quotas).
   */
  readonly forRules: IQueue;

  constructor(scope: Construct, id: string, props: UndeliveredQueueProps) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.forRules = Queue.fromQueueArn(this, 'ForRules', this.queueArn);
    admitRules(this, props);
    refuseOtherSenders(this, props.operatorsRoleArns ?? []);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of EventBridge rules',
    });
  }
}
