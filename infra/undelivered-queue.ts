import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { admitRules, type OwnRules, refuseOtherSenders } from './queue-policy.ts';

export interface UndeliveredQueueProps extends OwnRules {
  /** Roles that may send to it beside EventBridge. @default - none */
  readonly operatorsRoleArns?: readonly string[];
}

/**
 * The dead-letter queue of rules: events that EventBridge could not deliver to their target.
 *
 * Encrypted by SQS itself. With the key of the report queue, one fault of the key would lose the
 * event in both queues.
 */
export class UndeliveredQueue extends Queue {
  /**
   * The queue as rules should see it: by its ARN.
   *
   * Else each rule would add a statement of its own, and a queue's policy has room for twenty (SQS
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
      reason: 'It holds dead letters: of rules, which keep them there instead of a queue',
    });
  }
}
