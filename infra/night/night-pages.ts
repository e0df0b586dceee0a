import { Annotations, Duration } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { NightConfig } from '../../lambda/routing/night-config.ts';
import type { BridgeFunctionProps } from '../bridge-function.ts';
import { ids } from '../names.ts';
import type { WatchedNight } from '../watched.ts';
import { NightBucket } from './night-bucket.ts';
import { NightFunction } from './night-function.ts';

export interface NightPagesProps {
  readonly night: NightConfig;
  /** What all functions of the bridge share. */
  readonly shared: BridgeFunctionProps;
}

/** Pages of the night: a function that writes them, and the bucket. */
export class NightPages extends Construct {
  readonly bucket: Bucket;
  readonly writer: NightFunction;
  readonly #night: NightConfig;

  constructor(scope: Construct, id: string, { night, shared }: NightPagesProps) {
    super(scope, id);
    this.#night = night;
    const { encryptionKey } = shared;
    this.bucket = new NightBucket(this, ids.pages, { night, encryptionKey }).bucket;
    this.writer = new NightFunction(this, ids.writer, { ...shared, night, bucket: this.bucket });
    Annotations.of(this).addInfoV2(
      'autosys-bridge:night-concurrency',
      'the night function reserves 1 concurrent execution; AWS requires at least 100 unreserved ones in the account',
    );
  }

  /** What the alarms watch. */
  get watched(): WatchedNight {
    const { everyMinutes, instances } = this.#night;
    return { function: this.writer.function, every: Duration.minutes(everyMinutes), instances };
  }

  /** Command that prints a link to the present page of the first instance, valid for 15 minutes. */
  get linkCommand(): string {
    const [first] = this.#night.instances;
    return `aws s3 presign s3://${this.bucket.bucketName}/${first}/now.html --expires-in 900`;
  }
}
