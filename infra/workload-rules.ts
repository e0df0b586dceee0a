import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { EVENTS_TARGET_QUEUE_SAME_ACCOUNT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import type { Route } from '../lambda/shared/routes.ts';
import { toEventPatterns, type WorkloadPattern } from './event-patterns.ts';
import { ids } from './names.ts';

export interface WorkloadRulesProps {
  readonly routes: readonly Route[];
  /** Where matched events go, whole. */
  readonly target: IQueue;
  readonly encryptionKey: IKey;
  /**
   * How many rules the bus may have.
   *
   * @default - 300, EventBridge's quota per bus, which other rules share; it can be raised
   */
  readonly maxRules?: number;
}

/** The rules that feed the queue: every event that a route wants, and no other. */
export class WorkloadRules extends Construct {
  /** What EventBridge could not hand to the queue. */
  readonly undelivered: Queue;

  constructor(
    scope: Construct,
    id: string,
    { routes, target, encryptionKey, maxRules = 300 }: WorkloadRulesProps,
  ) {
    super(scope, id);
    // Else the queue and its key would be open to the rules of anybody's account.
    this.node.setContext(EVENTS_TARGET_QUEUE_SAME_ACCOUNT, true);
    const patterns = toEventPatterns(routes);
    if (patterns.length > maxRules) {
      throw new Error(
        `maxRules: the routes need ${patterns.length} EventBridge rules, allowed are ${maxRules}; name workloads by globs, drop account and region where they do not differ, or raise the quota and maxRules`,
      );
    }
    this.undelivered = new Queue(this, ids.undelivered, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: encryptionKey,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.undelivered).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It holds dead letters: of the rules, which keep them there instead of a queue',
    });
    this.undelivered.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.undelivered.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    // Seen by its ARN, or each rule would add a statement, and a queue's policy has room for twenty (SQS quotas).
    const deadLetterQueue = Queue.fromQueueArn(this, 'UndeliveredArn', this.undelivered.queueArn);
    for (const [at, pattern] of patterns.entries()) {
      new Rule(this, `Rule${at + 1}`, {
        description: `AutoSys bridge: ${pattern['detail-type'][0]}, part ${at + 1} of ${patterns.length}`,
        eventPattern: toCdkPattern(pattern),
        targets: [
          new SqsQueue(target, {
            deadLetterQueue,
            retryAttempts: 185,
            maxEventAge: Duration.hours(24),
          }),
        ],
      });
    }
  }
}

/** CDK spells one key its own way and wants lists it may change. */
function toCdkPattern(pattern: WorkloadPattern): EventPattern {
  const { source, 'detail-type': detailType, account, region, detail } = pattern;
  return {
    source: [...source],
    detailType: [...detailType],
    ...(account && { account: [...account] }),
    ...(region && { region: [...region] }),
    detail,
  };
}
