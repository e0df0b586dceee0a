import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

export interface AlarmTopicProps {
  /** Encrypts the topic; not the key of the queues. @default - no customer key */
  readonly encryptionKey?: IKey;
  /** Who is written to. @default - nobody yet; subscribe your pager to the topic */
  readonly email?: string;
}

/**
 * The SNS topic of the alarms.
 *
 * It does not use the key of the queues: a fault of that key must not silence the alarm that
 * reports it.
 */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { encryptionKey, email }: AlarmTopicProps) {
    super(scope, id, {
      displayName: 'AutoSys bridge',
      ...(encryptionKey && { masterKey: encryptionKey }),
      enforceSSL: true,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    // As documented by AWS for alarms and encrypted topics; an imported key is left as it is.
    encryptionKey?.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudWatchAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    if (email !== undefined) this.addSubscription(new EmailSubscription(email));
  }
}
