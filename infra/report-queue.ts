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
   * Encrypts the report queue and its dead-letter queue; `admitServices` must have opened it to
   * EventBridge.
   */
  readonly encryptionKey: IKey;
  /** Roles that may move dead letters back. @default - none */
  readonly operatorsRoleArns?: readonly string[];
  /**
   * How long the function may take for one batch; the queue hides a message six times as long, as
   * Lambda asks.
   */
  readonly functionTimeout: Duration;
}

/**
 * The queue that feeds the report function, and those that keep what never reached it and what the
 * function gave up.
 */
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
      // As long as SQS can: a dead AutoSys must not cost an event.
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
   * The queue as the target of rules; EventBridge tries for a day, as it does by itself, then keeps
   * what is left.
   *
   * CDK's own target would add a statement that admits every rule of the account.
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
