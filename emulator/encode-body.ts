import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';

/**
 * Compression of a body that the client did not request: by a proxy, or by Tomcat's
 * `compression="force"`.
 *
 * - `gzip`, `deflate` (with zlib's header, RFC 9110), `br`, `zstd`
 * - `raw-deflate`: named `deflate`, without that header, as some servers send it
 * - `gzip-twice`: two codings in a row
 * - `unknown`: an unknown coding
 * - `broken`: named `gzip`, but its bytes are not gzip
 * - `bomb`: a small body that expands to 64 MiB
 */
export const contentEncodings = [
  'gzip',
  'deflate',
  'br',
  'zstd',
  'raw-deflate',
  'gzip-twice',
  'unknown',
  'broken',
  'bomb',
] as const;

/** One of {@link contentEncodings}. */
export type ContentEncoding = (typeof contentEncodings)[number];

interface Coding {
  /** The value of `Content-Encoding`. */
  readonly name: string;
  readonly encode: (body: Buffer) => Buffer;
}

const bombBytes = 64 * 1024 * 1024;

const codings: Readonly<Record<ContentEncoding, Coding>> = {
  gzip: { name: 'gzip', encode: (body) => gzipSync(body) },
  deflate: { name: 'deflate', encode: (body) => deflateSync(body) },
  br: { name: 'br', encode: (body) => brotliCompressSync(body) },
  zstd: { name: 'zstd', encode: (body) => zstdCompressSync(body) },
  'raw-deflate': { name: 'deflate', encode: (body) => deflateRawSync(body) },
  'gzip-twice': { name: 'gzip, gzip', encode: (body) => gzipSync(gzipSync(body)) },
  unknown: { name: 'x-nonsense', encode: (body) => Buffer.from(body).reverse() },
  broken: { name: 'gzip', encode: () => Buffer.from('\u001f\u008bthis is no gzip', 'latin1') },
  bomb: { name: 'gzip', encode: () => gzipSync(Buffer.alloc(bombBytes, 0x20)) },
};

/** The bytes of a body as sent, and the name of the coding. */
export function encodeBody(
  body: string,
  encoding: ContentEncoding | undefined,
): { readonly bytes: Buffer; readonly contentEncoding?: string } {
  const bytes = Buffer.from(body);
  if (encoding === undefined) return { bytes };
  const { name, encode } = codings[encoding];
  return { bytes: encode(bytes), contentEncoding: name };
}
