import { expect, test } from 'vitest';
import { createPutPage } from '../../../lambda/aws/put-page.ts';
import { type EmbeddedBucket, startBucket } from '../../support/embedded-bucket.ts';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const { signal } = new AbortController();
const page = { key: 'ACE/now.html', html: '<p>Zürich &amp; <b>' };

const connect = (bucket: Pick<EmbeddedBucket, 'url'>, name = 'night-pages') =>
  createPutPage(name, { endpoint: bucket.url, region: 'eu-west-1', credentials });

test('stores a page as HTML that browsers do not keep', async () => {
  await using bucket = await startBucket();

  const result = await connect(bucket)(page, signal);

  expect(result).toEqual({ kind: 'done' });
  expect(bucket.objects.get('ACE/now.html')).toEqual({
    body: page.html,
    contentType: 'text/html; charset=utf-8',
    cacheControl: 'no-store',
  });
});

test('tries once more when S3 is too busy', async () => {
  await using bucket = await startBucket();
  bucket.refuse({ status: 503, code: 'SlowDown' });

  expect(await connect(bucket)(page, signal)).toEqual({ kind: 'done' });
  expect(bucket.puts).toEqual(['ACE/now.html']);
});

test.for([
  { status: 503, code: 'SlowDown', kind: 'unavailable' },
  { status: 403, code: 'AccessDenied', kind: 'denied' },
  { status: 400, code: 'EntityTooLarge', kind: 'unavailable' },
])('reports $code and stores nothing', async ({ kind, ...refusal }) => {
  await using bucket = await startBucket();
  bucket.refuse(refusal, refusal);

  expect(await connect(bucket)(page, signal)).toEqual({ kind, reason: refusal.code });
  expect(bucket.objects.size).toBe(0);
});

test('reports a key outside of its prefix, another bucket and a bucket that is not reached', async () => {
  await using bucket = await startBucket({ prefixes: ['ACE/'] });

  const outside = await connect(bucket)({ ...page, key: 'PRD/now.html' }, signal);
  const other = await connect(bucket, 'others')(page, signal);
  const away = await connect({ url: 'http://127.0.0.1:1' })(page, signal);

  expect(outside).toEqual({ kind: 'denied', reason: 'AccessDenied' });
  expect(other).toEqual({ kind: 'unavailable', reason: 'NoSuchBucket' });
  expect(away).toEqual({ kind: 'unavailable', reason: 'ECONNREFUSED' });
});

test('ends with its signal', async () => {
  await using bucket = await startBucket();

  const result = await connect(bucket)(page, AbortSignal.abort());

  expect(result).toEqual({ kind: 'unavailable', reason: 'AbortError' });
});
