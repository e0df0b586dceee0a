import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../../autosys/client/decode-body.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { compress, respond, respondWithPage } from '../../../emulator/index.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { embedAutosys } from '../../support/emulator.ts';
import { serve, serveTls } from '../../support/servers.ts';
import { clientFor, failureOf } from './setup.ts';

const authority = await makeAuthority();
const trust = { certificateAuthority: authority.certificate };
const job = parseJobName('etl_load');
const start = { kind: 'FORCE_STARTJOB', job } as const;
const jil = 'insert_job: etl_load  job_type: CMD  machine: host1  command: sleep 3600';
const readable = ['gzip', 'deflate', 'br', 'zstd', 'raw-deflate', 'gzip-twice'] as const;
const unreadable = ['unknown', 'broken', 'bomb'] as const;

describe('a body', () => {
  const text = 'CAUAJM_E_50027 Zürich '.repeat(20);
  const decode = (bytes: Uint8Array, contentEncoding?: string, transferEncoding?: string) =>
    decodeBody({ bytes, contentEncoding, transferEncoding, maxBytes: 1_000 });

  test.for([
    { coding: undefined, bytes: Buffer.from(text) },
    { coding: '', bytes: Buffer.from(text) },
    { coding: 'identity', bytes: Buffer.from(text) },
    { coding: 'gzip', bytes: gzipSync(text) },
    { coding: ' GZip ', bytes: gzipSync(text) },
    { coding: 'x-gzip', bytes: gzipSync(text) },
    { coding: 'deflate', bytes: deflateSync(text) },
    { coding: 'deflate', bytes: deflateRawSync(text) },
    { coding: 'br', bytes: brotliCompressSync(text) },
    { coding: 'zstd', bytes: zstdCompressSync(text) },
    { coding: 'identity, gzip', bytes: gzipSync(text) },
    { coding: 'br, gzip', bytes: gzipSync(brotliCompressSync(text)) },
  ])('in coding $coding is read', ({ coding, bytes }) => {
    expect(decode(bytes, coding)).toEqual({ kind: 'text', text });
  });

  test('with a transfer coding is read', () => {
    expect(decode(gzipSync(text), undefined, 'gzip, chunked')).toEqual({ kind: 'text', text });
    const twice = gzipSync(brotliCompressSync(text));
    expect(decode(twice, 'br', 'gzip')).toEqual({ kind: 'text', text });
  });

  test.for(['gzip', 'br', 'nonsense'])(
    'that is empty is read as empty in any coding: %s',
    (coding) => {
      expect(decode(new Uint8Array(), coding)).toEqual({ kind: 'text', text: '' });
      expect(decode(gzipSync(''), 'gzip')).toEqual({ kind: 'text', text: '' });
    },
  );

  test.for([
    {
      when: 'unknown',
      coding: 'x-<b>lzma',
      bytes: Buffer.from(text),
      says: 'x-?b?lzma is unknown',
    },
    {
      when: 'a property of every object',
      coding: 'constructor',
      bytes: Buffer.from(text),
      says: 'unknown',
    },
    {
      when: 'wrong',
      coding: 'gzip',
      bytes: Buffer.from(text),
      says: 'cannot be decompressed (gzip)',
    },
    {
      when: 'cut off',
      coding: 'gzip',
      bytes: gzipSync(text).subarray(0, 20),
      says: 'decompressed',
    },
    {
      when: 'wrong for brotli',
      coding: 'br',
      bytes: Buffer.from(text),
      says: 'decompressed (br)',
    },
    {
      when: 'wrong for zstd',
      coding: 'zstd',
      bytes: Buffer.from(text),
      says: 'decompressed (zstd)',
    },
    {
      when: 'wrong for deflate',
      coding: 'deflate',
      bytes: Buffer.from('\u00ff\u00ff'),
      says: 'decompressed',
    },
    {
      when: 'a bomb',
      coding: 'gzip',
      bytes: gzipSync('x'.repeat(1_001)),
      says: 'longer than 1000 bytes',
    },
    {
      when: 'a bomb in br',
      coding: 'br',
      bytes: brotliCompressSync('x'.repeat(1_001)),
      says: 'longer than 1000',
    },
    {
      when: 'a bomb in zstd',
      coding: 'zstd',
      bytes: zstdCompressSync('x'.repeat(1_001)),
      says: 'longer than 1000',
    },
    {
      when: 'a bomb inside',
      coding: 'gzip, gzip',
      bytes: gzipSync(gzipSync('x'.repeat(9_000_000))),
      says: 'longer than 1000 bytes',
    },
    {
      when: 'four in a row',
      coding: 'gzip,gzip,gzip,gzip',
      bytes: gzipSync(text),
      says: '4 codings',
    },
  ])('is unreadable with a reason if its coding is $when', ({ coding, bytes, says }) => {
    expect(decode(bytes, coding)).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining(says),
    });
  });

  test('as long as the limit is read', () => {
    expect(decode(gzipSync('x'.repeat(1_000)), 'gzip')).toMatchObject({ kind: 'text' });
  });
});

test('a request asks for no coding', async () => {
  await using server = await serve(authority.server, () => ({ status: 201 }));
  await using client = clientFor([server.url], trust);

  await client.sendEvent(start);

  expect(server.arrivals[0]?.headers['accept-encoding']).toBe('identity');
});

describe('a reply that is compressed anyway', () => {
  test.for(readable)('is read: %s', async (encoding) => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(compress(encoding), { times: 'always' });

    await autosys.send(start);

    expect((await autosys.client.readJob(job)).status).toBe('RUNNING');
    expect(await autosys.client.readJil(job)).toContain('insert_job: etl_load');
  });

  test.for(unreadable)(
    'leaves the outcome of an event unknown if it cannot be read: %s',
    async (encoding) => {
      await using autosys = await embedAutosys({ jil });
      autosys.emulator.misbehave(respond(200, { body: 'Event sent', encoding }));

      const failure = await failureOf(autosys.client.sendEvent(start));

      expect(failure).toMatchObject({ code: 'AUTOSYS_PROTOCOL', disposition: 'confirm' });
      expect(failure.message).toContain('the body cannot be read');
    },
  );

  test.for(unreadable)('fails a read with a reason if it cannot be read: %s', async (encoding) => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(compress(encoding), { times: 'always' });

    const failure = await failureOf(autosys.client.readJob(job));

    expect(failure).toMatchObject({ code: 'AUTOSYS_PROTOCOL' });
    expect(failure.message).toContain('the body cannot be read');
  });
});

describe('the status is used with any body', () => {
  const rows = [
    { status: 401, code: 'AUTOSYS_UNAUTHORIZED' },
    { status: 403, code: 'AUTOSYS_UNAVAILABLE' },
    { status: 404, code: 'AUTOSYS_UNAVAILABLE' },
    { status: 429, code: 'AUTOSYS_UNAVAILABLE' },
    { status: 500, code: 'AUTOSYS_OUTCOME_UNKNOWN' },
    { status: 502, code: 'AUTOSYS_OUTCOME_UNKNOWN' },
    { status: 503, code: 'AUTOSYS_UNAVAILABLE' },
  ].flatMap((row) => [...readable, ...unreadable].map((encoding) => ({ ...row, encoding })));

  test.for(rows)(
    '$status with a page in $encoding is $code',
    async ({ status, code, encoding }) => {
      await using autosys = await embedAutosys({ jil });
      autosys.emulator.misbehave(respondWithPage(status, { encoding }));

      expect(await failureOf(autosys.client.sendEvent(start))).toMatchObject({ code });
      expect(autosys.emulator.requests()).toHaveLength(1);
    },
  );

  test.for([
    { when: 'ends early', rest: 'Content-Length: 900\r\n\r\n<html>', ends: true },
    { when: 'never ends', rest: 'Content-Length: 900\r\n\r\n<html>', ends: false },
    { when: 'is too long', rest: `\r\n${'y'.repeat(5_000)}`, ends: false },
  ])('401 is a rejected login if the body $when', async ({ rest, ends }) => {
    await using server = await serveTls(authority.server, (socket) =>
      socket.once('data', () => {
        socket.write(`HTTP/1.1 401 Unauthorized\r\n${rest}`);
        if (ends) socket.end();
      }),
    );
    await using client = clientFor([server.url], { ...trust, maxReplyBytes: 4_096 });

    expect(await failureOf(client.sendEvent(start))).toMatchObject({
      code: 'AUTOSYS_UNAUTHORIZED',
      httpStatus: 401,
    });
    expect(server.connections()).toBe(1);
  });

  test('5xx whose body ends early leaves the outcome of an event unknown', async () => {
    await using server = await serveTls(authority.server, (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 500 x\r\nContent-Length: 9\r\n\r\nx')),
    );
    await using client = clientFor([server.url], trust);

    expect(await failureOf(client.sendEvent(start))).toMatchObject({
      code: 'AUTOSYS_OUTCOME_UNKNOWN',
    });
  });
});
