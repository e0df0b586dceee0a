import { createReadBucketRegion } from '../../lambda/aws/bucket-region.ts';
import { createReadCallerArn } from '../../lambda/aws/caller-identity.ts';
import { PackageError, UnknownHereError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createProxyAgent } from '../proxy.ts';

/** Where a stack is to be deployed, and where its bucket is named. */
export interface CheckedPlace {
  readonly bucket: string;
  readonly region: string;
  /** Twelve digits. @default - that of the credentials */
  readonly account?: string;
}

/**
 * Compares a bucket and an account with AWS: one call to S3, one to STS. Nothing is changed.
 *
 * @returns the account of the credentials
 * @throws {PackageError} if the bucket does not exist or is in another Region, or the credentials
 * are those of another account
 * @throws {UnknownHereError} if AWS does not answer
 */
export async function checkAws(
  io: Pick<Io, 'env' | 'signal'>,
  { bucket, region, account }: CheckedPlace,
): Promise<string> {
  const agent = createProxyAgent('package', io.env);
  const caller = await createReadCallerArn(agent, { region })(io.signal);
  if (caller.kind !== 'found') throw toUnknown('STS GetCallerIdentity', caller);
  const [, , , , found = ''] = caller.arn.split(':');
  if (account !== undefined && account !== found) {
    throw new PackageError(
      `--account: found ${account}, but the credentials are those of ${found}; use credentials of ${account}, or correct --account`,
    );
  }
  const answer = await createReadBucketRegion(agent, {
    region,
    followRegionRedirects: true,
    forcePathStyle: io.env['AWS_ENDPOINT_URL_S3'] !== undefined,
  })(bucket, io.signal);
  if (answer.kind === 'missing') {
    throw new PackageError(
      `--bucket: found no bucket ${bucket} in the partition of ${region}; create it in ${region}, or correct the name`,
    );
  }
  if (answer.kind !== 'found') throw toUnknown('S3 HeadBucket', answer);
  if (answer.region !== region) {
    throw new PackageError(
      `--bucket: found ${bucket} in ${answer.region}, but the stack is in ${region}; Lambda reads code from buckets in its own Region only, so name a bucket in ${region}`,
    );
  }
  return found;
}

function toUnknown(call: string, answer: { readonly kind: string; readonly reason: string }) {
  return answer.kind === 'denied'
    ? new PackageError(
        `--check-aws: AWS refused ${call}: ${answer.reason}; sign in to AWS, or package without --check-aws`,
      )
    : new UnknownHereError(
        `--check-aws: no answer to ${call}: ${answer.reason}; check the credentials and the way to AWS, or package without --check-aws`,
      );
}
