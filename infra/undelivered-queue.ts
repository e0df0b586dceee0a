import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { admitRules, type OwnRules, refuseOtherSenders } from './queue-policy.ts';

export interface UndeliveredQueueProps extends OwnRules {
  /** Roles that may send to it beside EventBridge. @default - none */
  readonly operatorsRoleArns?: readonly string[];
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

  constructor(scope: Construct, id: string, props: UndeliveredQueueProps) {
    const { encryptionKey, operatorsRoleArns = [] } = props;
    super(scope, id, {
      ...(encryptionKey
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.forRules = Queue.fromQueueArn(this, 'ForRules', this.queueArn);
    admitRules(this, props);
    refuseOtherSenders(this, operatorsRoleArns);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It holds dead letters: of rules, which keep them there instead of a queue',
    });
  }
}
