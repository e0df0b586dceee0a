import type { Agent } from 'node:https';
import { HeadBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { toClientSettings } from './client-timeouts.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** Reads the Region of a bucket. Never rejects. */
export type ReadBucketRegion = (
  bucket: string,
  abortSignal: AbortSignal,
) => Promise<
  { readonly kind: 'found'; readonly region: string } | { readonly kind: 'missing' } | FailedCall
>;

/** S3 names the Region of a bucket in this header, also when it refuses the request (documented). */
const regionHeader = 'x-amz-bucket-region';

/**
 * Creates the function that asks S3 for the Region of a bucket.
 *
 * @param httpsAgent such as one for a proxy
 * @param settings of the client, in addition to its time limits
 */
export function createReadBucketRegion(
  httpsAgent: Agent | undefined,
  settings: S3ClientConfig = {},
): ReadBucketRegion {
  return async function readBucketRegion(bucket, abortSignal) {
    try {
      const limits = toClientSettings({ tries: 3, tryMs: 3_000, httpsAgent });
      const client = new S3Client({ ...limits, ...settings });
      const { BucketRegion: region } = await client.send(
        new HeadBucketCommand({ Bucket: bucket }),
        { abortSignal },
      );
      return region
        ? { kind: 'found', region }
        : { kind: 'unavailable', reason: 'an answer without Region' };
    } catch (error) {
      const { status, region } = readAnswer(error);
      if (region !== undefined) return { kind: 'found', region };
      return status === 404 ? { kind: 'missing' } : toFailedCall(error);
    }
  };
}

/** Status and Region of the answer with which S3 refused a request. */
function readAnswer(error: unknown): { readonly status?: number; readonly region?: string } {
  if (typeof error !== 'object' || error === null || !('$response' in error)) return {};
  const { statusCode: status, headers } = (error.$response ?? {}) as {
    statusCode?: unknown;
    headers?: Readonly<Record<string, string>>;
  };
  const region = headers?.[regionHeader];
  return {
    ...(typeof status === 'number' && { status }),
    ...(region !== undefined && { region }),
  };
}
