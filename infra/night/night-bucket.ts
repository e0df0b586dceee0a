import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, ArnPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { NightConfig } from '../../lambda/routing/night-config.ts';
import { ids } from '../names.ts';

export interface NightBucketProps {
  readonly night: Pick<NightConfig, 'readers' | 'keepDays'>;
  readonly encryptionKey: IKey;
}

/**
 * The bucket of the pages of the night. Only the roles that the route file names can read it.
 *
 * It has no versions: each pass replaces a page, and the ledger is the audit trail. Its pages expire.
 * With pages in it, CloudFormation could not delete it, so it is retained when the stack is deleted.
 */
export class NightBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { night, encryptionKey }: NightBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, ids.bucket, {
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: false,
      lifecycleRules: [
        {
          expiration: Duration.days(night.keepDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'few named roles read the pages; a bucket of access logs would need the same protection, and CloudTrail records reads where an account wants them',
    });
    this.#admit(night.readers);
    encryptionKey.addToResourcePolicy(toReaderKeyStatement(this, night.readers));
  }

  #admit(readers: readonly string[]): void {
    const { bucketArn } = this.bucket;
    const principals = readers.map((arn) => new ArnPrincipal(arn));
    const pages = [`${bucketArn}/*`];
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        ...{ sid: 'ReadersReadPages', principals, resources: pages },
        actions: ['s3:GetObject'],
      }),
    );
    // So that a missing page is reported as missing, and the console shows the pages.
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        ...{ sid: 'ReadersListPages', principals, resources: [bucketArn] },
        actions: ['s3:ListBucket'],
      }),
    );
    // A policy of IAM that allows all buckets of the account does not allow this one.
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        ...{ sid: 'OthersReadNothing', effect: Effect.DENY, principals: [new AnyPrincipal()] },
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: pages,
        // The ARN of the role, also when one of its sessions calls (IAM user guide).
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': [...readers] } },
      }),
    );
  }
}

/**
 * Allows readers to decrypt, only through S3. An imported key does not take it; docs/night.md shows it
 * as JSON, and a test compares both.
 */
export function toReaderKeyStatement(
  scope: Construct,
  readers: readonly string[],
): PolicyStatement {
  return new PolicyStatement({
    sid: 'NightPageReaders',
    principals: readers.map((arn) => new ArnPrincipal(arn)),
    actions: ['kms:Decrypt'],
    resources: ['*'],
    conditions: {
      StringEquals: { 'kms:ViaService': `s3.${Stack.of(scope).region}.amazonaws.com` },
    },
  });
}
