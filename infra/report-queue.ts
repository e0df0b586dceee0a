import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ids } from './names.ts';
import {
  admitRules,
  type OwnRules,
  refuseOtherSenders,
  refuseSendingPrincipals,
} from './queue-policy.ts';
import { UndeliveredQueue } from './undelivered-queue.ts';

export interface ReportQueueProps extends OwnRules {
  /**
   * KMS key of the report queue and its dead-letter queue. `admitServices` must allow EventBridge
   * to use it.
   */
  readonly encryptionKey: IKey;
  /** Roles that can move dead letters back. @default - none */
  readonly operatorsRoleArns?: readonly string[];
  /**
   * Timeout of the report function. The visibility timeout is six times as long, as Lambda
   * recommends.
   */
  readonly functionTimeout: Duration;
}

/** The report queue, its dead-letter queue, and the queue of undelivered events. */
export class ReportQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly undeliveredQueue: UndeliveredQueue;

  constructor(scope: Construct, id: string, props: ReportQueueProps) {
    super(scope, id);
    const { encryptionKey, functionTimeout, operatorsRoleArns = [] } = props;
    const secured = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: encryptionKey,
      enforceSSL: true,
    };
    this.deadLetterQueue = new Queue(this, ids.deadLetters, {
      ...secured,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.queue = new Queue(this, ids.queue, {
      ...secured,
      // The maximum of SQS, so that no event is lost during a long outage.
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(functionTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 5 },
    });
    this.undeliveredQueue = new UndeliveredQueue(this, ids.undelivered, props);
    admitRules(this.queue, props);
    refuseOtherSenders(this.queue, operatorsRoleArns);
    refuseSendingPrincipals(this.deadLetterQueue, operatorsRoleArns);
  }

  /**
   * Returns the queue as a target of rules. EventBridge retries for 24 hours, its default, then
   * sends the event to the dead-letter queue of the rules.
   *
   * The target class of the CDK would add a statement that allows every rule of the account.
   */
  asTarget(): IRuleTarget {
    return {
      bind: () => ({
        arn: this.queue.queueArn,
        deadLetterConfig: { arn: this.undeliveredQueue.queueArn },
        retryPolicy: {
          maximumRetryAttempts: 185,
          maximumEventAgeInSeconds: Duration.hours(24).toSeconds(),
        },
      }),
    };
  }
}
