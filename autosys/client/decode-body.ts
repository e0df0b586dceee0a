import { Buffer } from 'node:buffer';
import { getBuiltinModule } from 'node:process';
import type * as Zlib from 'node:zlib';

/** The text of a body, or the reason why it cannot be read, as the end of a sentence. */
export type DecodedBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A body as received, with the headers that name its codings. */
export interface CodedBody {
  readonly bytes: Uint8Array;
  /** `Content-Encoding`. */
  readonly contentEncoding: string | undefined;
  /** `Transfer-Encoding`. Node.js decodes only `chunked`. */
  readonly transferEncoding: string | undefined;
  /** Maximum size of the text in bytes, also during decompression. */
  readonly maxBytes: number;
}

interface Limit {
  readonly maxOutputLength: number;
}
type Decompress = (zlib: typeof Zlib, bytes: Uint8Array, limit: Limit) => Uint8Array;

const decompressByCoding: Readonly<Record<string, Decompress>> = {
  gzip: (zlib, bytes, limit) => zlib.gunzipSync(bytes, limit),
  'x-gzip': (zlib, bytes, limit) => zlib.gunzipSync(bytes, limit),
  deflate: inflate,
  br: (zlib, bytes, limit) => zlib.brotliDecompressSync(bytes, limit),
  zstd: (zlib, bytes, limit) => zlib.zstdDecompressSync(bytes, limit),
};

/** Maximum number of codings in a row. Each of them decodes the whole body. */
const maxCodings = 3;

/**
 * Decodes a body that a server or a proxy has compressed although `identity` was requested. UTF-8.
 *
 * Never throws. An unknown coding, invalid bytes and a text above the limit are results, because
 * the status of the reply is used anyway.
 */
export function decodeBody(body: CodedBody): DecodedBody {
  const { bytes, maxBytes } = body;
  // A 201 without a body may still name a coding.
  if (bytes.length === 0) return { kind: 'text', text: '' };
  const codings = toCodings(body);
  if (codings.length > maxCodings) return unreadable(`it has ${codings.length} codings in a row`);
  let decoded = bytes;
  for (const coding of codings.toReversed()) {
    const decompress = Object.hasOwn(decompressByCoding, coding) && decompressByCoding[coding];
    if (!decompress) {
      const name = coding.replace(/[^\w.-]/g, '?').slice(0, 40);
      return unreadable(`its coding ${name} is unknown, identity was requested`);
    }
    const next = tryDecompress(decompress, decoded, maxBytes);
    if (typeof next === 'string') return unreadable(`${next} (${coding})`);
    decoded = next;
  }
  return { kind: 'text', text: Buffer.from(decoded).toString('utf8') };
}

/** In the order in which they were applied. */
function toCodings({ contentEncoding = '', transferEncoding = '' }: CodedBody): readonly string[] {
  return `${contentEncoding},${transferEncoding}`
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity' && coding !== 'chunked');
}

function tryDecompress(
  decompress: Decompress,
  bytes: Uint8Array,
  maxOutputLength: number,
): Uint8Array | string {
  // Loaded on demand, because it is rarely needed and would slow down every cold start.
  const zlib = getBuiltinModule('node:zlib');
  try {
    return decompress(zlib, bytes, { maxOutputLength });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? `it is longer than ${maxOutputLength} bytes when decompressed`
      : 'it cannot be decompressed';
  }
}

/**
 * Decompresses `deflate` with the header of zlib (RFC 9110) or without it, as some servers send it.
 */
function inflate(zlib: typeof Zlib, bytes: Uint8Array, limit: Limit): Uint8Array {
  const [first = 0, second = 0] = bytes;
  const hasHeader = (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
  return hasHeader ? zlib.inflateSync(bytes, limit) : zlib.inflateRawSync(bytes, limit);
}

function unreadable(reason: string): DecodedBody {
  return { kind: 'unreadable', reason };
}
