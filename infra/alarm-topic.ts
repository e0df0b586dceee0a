import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

export interface AlarmTopicProps {
  /** KMS key of the topic; must not be the key of the queues. @default - no customer managed key */
  readonly encryptionKey?: IKey;
  /** E-mail address that is subscribed to the topic. @default - no subscription */
  readonly email?: string;
}

/**
 * The SNS topic of the alarms.
 *
 * It does not use the key of the queues, because a fault of that key would also stop the alarm.
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
    // As documented by AWS for alarms and encrypted topics. The policy of an imported key is
    // unchanged.
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
