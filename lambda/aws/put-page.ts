import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { toClientSettings } from './client-timeouts.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** Two tries of six seconds each, for pages of some megabytes. */
const clientSettings = {
  ...toClientSettings({ tries: 2, tryMs: 6_000 }),
  // The signature covers the body. A checksum would need `node:zlib`, which is not in the bundle.
  requestChecksumCalculation: 'WHEN_REQUIRED',
} as const;

/**
 * Creates the storing of HTML pages in a bucket, which never rejects. Browsers and proxies do not keep
 * a page: it names jobs, and the next pass replaces it.
 *
 * @param settings of the client, in addition to its time limits
 */
export function createPutPage(bucket: string, settings: S3ClientConfig = {}) {
  const client = new S3Client({ ...clientSettings, ...settings });
  return async function putPage(
    { key, html }: { readonly key: string; readonly html: string },
    abortSignal: AbortSignal,
  ): Promise<{ readonly kind: 'done' } | FailedCall> {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: html,
      ContentType: 'text/html; charset=utf-8',
      CacheControl: 'no-store',
    });
    try {
      await client.send(command, { abortSignal });
      return { kind: 'done' };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}
