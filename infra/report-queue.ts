import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ids } from './names.ts';
import { UndeliveredQueue } from './undelivered-queue.ts';

export interface ReportQueueProps {
  /** Encrypts the report queue and its dead-letter queue; {@link admitServices} must have opened it to EventBridge. */
  readonly encryptionKey: IKey;
  /** How long the function may take for one batch; the queue hides a message six times as long, as Lambda asks. */
  readonly functionTimeout: Duration;
}

/** The queue that feeds the report function, and those that keep what never reached it and what the function gave up. */
export class ReportQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly undeliveredQueue: UndeliveredQueue;
  /** The queue by its ARN: the CDK adds no statements of its own to the policies of such a queue and its key. */
  readonly #forRules: IQueue;

  constructor(scope: Construct, id: string, { encryptionKey, functionTimeout }: ReportQueueProps) {
    super(scope, id);
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
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.#forRules = Queue.fromQueueArn(this, 'ForRules', this.queue.queueArn);
    this.undeliveredQueue = new UndeliveredQueue(this, ids.undelivered);
  }

  /** The queue as the target of rules; EventBridge tries for a day, as it does by itself, then keeps what is left. */
  asTarget(): SqsQueue {
    return new SqsQueue(this.#forRules, {
      deadLetterQueue: this.undeliveredQueue.forRules,
      retryAttempts: 185,
      maxEventAge: Duration.hours(24),
    });
  }
}
