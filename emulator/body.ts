import type { IncomingMessage } from 'node:http';
import { TextDecoder } from 'node:util';
import { type HttpAnswer, refusal } from './answer.ts';
import { Fields } from './fields.ts';

/** What an endpoint takes: JSON, JIL, or no body that matters. */
export type Consumes = 'json' | 'jil' | 'nothing';

/** Beyond the limit, so much more is read and thrown away, so that the client can hear the refusal. */
const swallowBytes = 64 * 1024 * 1024;
/** Types whose body cannot be what the endpoint reads. A missing type is taken for the right one. */
const unlawfulTypes: Readonly<Record<Consumes, RegExp>> = {
  // KB 429213 asks for application/json; a bare `curl -d` sends x-www-form-urlencoded.
  json: /^(?!(application|text)\/([\w.-]+\+)?json$)/,
  // text/plain was seen live; anything that leaves the text as it is does no harm.
  jil: /^(multipart\/|(application|text)\/([\w.-]+\+)?json$)/,
  nothing: /^(?!)/,
};

/** Refuses by the headers alone: 415 for a body that cannot be read, 413 for a length beyond the limit. */
export function refuseByHeaders(
  request: IncomingMessage,
  consumes: Consumes,
  limitBytes: number,
): HttpAnswer | undefined {
  const type = mediaTypeOf(request);
  if (type !== '' && unlawfulTypes[consumes].test(type)) {
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

/** Reads the body as text, or answers why not: 413 beyond the limit, 400 for bytes outside the charset. */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<string | HttpAnswer> {
  const bytes = await collect(request, limitBytes);
  if (bytes === undefined) return tooLarge(limitBytes);
  try {
    return readDecoder(request)?.decode(bytes) ?? '';
  } catch {
    return refusal(400, 'the body does not read in its charset');
  }
}

/** Reads the body and throws it away, in bounds, for a client that listens only when it has spoken. */
export async function swallowBody(request: IncomingMessage): Promise<void> {
  await collect(request, 0);
}

/** Reads the fields of a JSON object, or answers 400; a parser's own words are not passed on, they quote the body. */
export function readFields(body: string): Fields | HttpAnswer {
  if (body.trim() === '') return new Fields({});
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) return new Fields(value);
    return refusal(400, 'the body is JSON, but no object');
  } catch {
    return refusal(400, 'the body is no JSON');
  }
}

/** The whole body; `undefined` beyond the limit, when the rest has been swallowed. Fails when the client goes away. */
function collect(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      if (size > limitBytes + swallowBytes) {
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
