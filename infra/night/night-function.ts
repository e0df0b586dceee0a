import { CfnElement, Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { environment } from '../../lambda/contract.ts';
import type { NightConfig } from '../../lambda/routing/night-config.ts';
import { BridgeFunction, type BridgeFunctionProps } from '../bridge-function.ts';
import { addSchedule } from '../schedule.ts';
import { grantSecretKeys, grantSecrets, toInstanceSecrets } from '../secret-access.ts';

export interface NightFunctionProps extends BridgeFunctionProps {
  readonly night: NightConfig;
  readonly bucket: Bucket;
}

/** Passes do not overlap, so that an older page never replaces a newer one. */
const concurrency = 1;

/**
 * The night function: writes the page of the night of each instance. It reads the secrets of these
 * instances only, and writes below their names only.
 */
export class NightFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { night, bucket, ...props }: NightFunctionProps) {
    super(scope, id, {
      ...props,
      entryFile: 'night',
      description: 'Writes the page of the night of each AutoSys instance to a bucket',
      ledgerUse: 'span',
      secretUse: 'none',
      reservedConcurrency: concurrency,
      environment: { [environment.nightBucket]: bucket.bucketName },
    });
    const instances = props.config.instances.filter(({ name }) => night.instances.includes(name));
    grantSecrets(this.function, toInstanceSecrets({ ...props.config, instances }));
    grantSecretKeys(this.function, props.secretKeys);
    const pages = night.instances.map((name) => `${name}/*`);
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject'],
        resources: pages.map((page) => bucket.arnForObjects(page)),
      }),
    );
    const resource = bucket.node.defaultChild;
    const bucketId = CfnElement.isCfnElement(resource) ? this.#toLogicalId(resource) : '';
    for (const page of pages) {
      Validations.of(this.role).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${page}]`,
        reason: 'the name of a page is the date of its night; the names begin with the instance',
      });
    }
    addSchedule(this, {
      description: 'AutoSys bridge: the pages of the night',
      every: Duration.minutes(night.everyMinutes),
    });
  }

  /** The name of the resource in the findings of cdk-nag, which cannot have a token. */
  #toLogicalId(resource: CfnElement): string {
    return Stack.of(this).getLogicalId(resource);
  }
}
