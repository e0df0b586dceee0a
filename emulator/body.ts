import type { IncomingMessage } from 'node:http';
import { TextDecoder } from 'node:util';
import { type HttpAnswer, refusal } from './answer.ts';
import { Fields } from './fields.ts';

/** The body that an endpoint requires: JSON, JIL, or none. */
export type Consumes = 'json' | 'jil' | 'nothing';

/** Bytes read and discarded beyond the limit, so that the client can receive the refusal. */
const maxDiscardedBytes = 64 * 1024 * 1024;
/** Media types that the endpoint cannot read. A missing type is accepted. */
const rejectedTypes: Readonly<Record<Consumes, RegExp>> = {
  // KB 429213 requires application/json; a bare `curl -d` sends x-www-form-urlencoded.
  json: /^(?!(application|text)\/([\w.-]+\+)?json$)/,
  // text/plain was seen live; any type that leaves the text unchanged is harmless.
  jil: /^(multipart\/|(application|text)\/([\w.-]+\+)?json$)/,
  nothing: /^(?!)/,
};

/** Refuses by the headers alone: 415 for an unreadable body, 413 for a length beyond the limit. */
export function refuseByHeaders(
  request: IncomingMessage,
  consumes: Consumes,
  limitBytes: number,
): HttpAnswer | undefined {
  const type = mediaTypeOf(request);
  if (type !== '' && rejectedTypes[consumes].test(type)) {
    const expected = consumes === 'json' ? 'application/json' : 'text/plain';
    return refusal(415, `Content-Type: found ${type}, expected ${expected}`);
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    return refusal(415, `Content-Encoding: found ${encoding}, expected none`);
  }
  if (readDecoder(request) === undefined) {
    return refusal(415, 'Content-Type: the charset is unknown, expected UTF-8');
  }
  const length = Number(request.headers['content-length'] ?? 0);
  return length > limitBytes ? tooLarge(limitBytes) : undefined;
}

/** Reads the body as text. Answers 413 beyond the limit, and 400 for bytes outside the charset. */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<string | HttpAnswer> {
  const bytes = await collect(request, limitBytes);
  if (bytes === undefined) return tooLarge(limitBytes);
  try {
    return readDecoder(request)?.decode(bytes) ?? '';
  } catch {
    return refusal(400, 'the body is not valid in its charset');
  }
}

/**
 * Reads and discards the body, within a limit, for a client that reads the answer only after it has
 * sent its body.
 */
export async function discardBody(request: IncomingMessage): Promise<void> {
  await collect(request, 0);
}

/**
 * Reads the fields of a JSON object, or answers 400. The parser's message is not included, because
 * it quotes the body.
 */
export function readFields(body: string): Fields | HttpAnswer {
  if (body.trim() === '') return new Fields({});
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) return new Fields(value);
    return refusal(400, 'the body is JSON, but not an object');
  } catch {
    return refusal(400, 'the body is not JSON');
  }
}

/**
 * The whole body; `undefined` beyond the limit, after the rest was discarded. Rejects when the
 * client disconnects.
 */
function collect(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      if (size > limitBytes + maxDiscardedBytes) {
        request.pause();
        resolve(undefined);
      }
    });
    request.once('end', () => resolve(size > limitBytes ? undefined : Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

function mediaTypeOf(request: IncomingMessage): string {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase();
}

function readDecoder(request: IncomingMessage): TextDecoder | undefined {
  const type = request.headers['content-type'] ?? '';
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return undefined;
  }
}

function tooLarge(limitBytes: number): HttpAnswer {
  return refusal(413, `the body is larger than ${limitBytes} bytes`, { Connection: 'close' });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
