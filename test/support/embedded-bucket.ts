import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An object as the bucket keeps it. */
export interface StoredObject {
  readonly body: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** A refusal of S3: HTTP status and error code. */
export interface BucketRefusal {
  readonly status: number;
  readonly code: string;
}

/** A bucket over the protocol of S3, with path-style addresses. */
export interface EmbeddedBucket extends AsyncDisposable {
  readonly name: string;
  /** Value for AWS_ENDPOINT_URL_S3. */
  readonly url: string;
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** Key of each stored object, in the order of the writes. */
  readonly puts: readonly string[];
  /** Refuses the next writes, one each. */
  refuse(...refusals: readonly BucketRefusal[]): void;
}

/** Largest object of one PutObject (Amazon S3 user guide). */
const mostBytes = 5 * 1024 ** 3;
/** Longest key in bytes of UTF-8 (Amazon S3 user guide). */
const mostKeyBytes = 1_024;

/**
 * Starts a bucket that refuses what S3 refuses: a request without signature or length, a body that
 * differs from its signed hash, another bucket, and a key outside of what the role may write.
 *
 * @param options - `prefixes`: beginnings of keys that the caller may write
 */
export async function startBucket({
  name = 'night-pages',
  prefixes = [''],
}: {
  readonly name?: string;
  readonly prefixes?: readonly string[];
} = {}): Promise<EmbeddedBucket> {
  const objects = new Map<string, StoredObject>();
  const puts: string[] = [];
  const refusals: BucketRefusal[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { pathname } = new URL(request.url ?? '', 'http://127.0.0.1');
    const [, bucket = '', ...parts] = pathname.split('/');
    const key = decodeURIComponent(parts.join('/'));
    if (request.method === 'GET') return show(objects.get(key), response);
    const refusal =
      findFault(request, { bucket: bucket === name, key, body }) ??
      (prefixes.some((prefix) => key.startsWith(prefix)) ? refusals.shift() : denied);
    if (refusal) return refuse(refusal, response);
    const { 'content-type': contentType = 'binary/octet-stream' } = request.headers;
    const cacheControl = request.headers['cache-control'] ?? '';
    objects.set(key, { body: body.toString('utf8'), contentType, cacheControl });
    puts.push(key);
    response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    ...{ name, objects, puts },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuse: (...added) => void refusals.push(...added),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const denied: BucketRefusal = { status: 403, code: 'AccessDenied' };

function findFault(
  { method, headers }: IncomingMessage,
  { bucket, key, body }: { readonly bucket: boolean; readonly key: string; readonly body: Buffer },
): BucketRefusal | undefined {
  const { authorization = '', 'content-length': length, 'x-amz-content-sha256': hash } = headers;
  if (method !== 'PUT') return { status: 405, code: 'MethodNotAllowed' };
  if (!/^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[^/]+\/s3\/aws4_request,/.test(authorization)) {
    return denied;
  }
  if (!bucket) return { status: 404, code: 'NoSuchBucket' };
  if (length === undefined) return { status: 411, code: 'MissingContentLength' };
  if (body.length > mostBytes) return { status: 400, code: 'EntityTooLarge' };
  if (hash !== createHash('sha256').update(body).digest('hex')) {
    return { status: 400, code: 'XAmzContentSHA256Mismatch' };
  }
  if (key === '' || Buffer.byteLength(key) > mostKeyBytes) {
    return { status: 400, code: 'KeyTooLongError' };
  }
  return undefined;
}

function show(object: StoredObject | undefined, response: ServerResponse): void {
  if (object === undefined) {
    refuse({ status: 404, code: 'NoSuchKey' }, response);
    return;
  }
  const { body, contentType, cacheControl } = object;
  response.writeHead(200, { 'content-type': contentType, 'cache-control': cacheControl }).end(body);
}

function refuse({ status, code }: BucketRefusal, response: ServerResponse): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`);
}
