import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type * as dynamoDb from '@aws-sdk/client-dynamodb';
import { build } from 'esbuild';
import type { Got } from 'got';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EndpointCache } from '../../infra/bundle-stubs/endpoint-cache.ts';
import * as fsPromises from '../../infra/bundle-stubs/fs-promises.ts';
import { bundleStubs, bundlingDefaults } from '../../infra/function-defaults.ts';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { listen, serveTcp } from '../support/servers.ts';

/** What the bundle of this test exports. */
interface Bundled {
  readonly got: Got;
  readonly DynamoDBClient: typeof dynamoDb.DynamoDBClient;
  readonly GetItemCommand: typeof dynamoDb.GetItemCommand;
}

let directory: string;
let bundled: Bundled;
let authority: Authority;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'stand-ins-'));
  const outfile = join(directory, 'index.cjs');
  const entry = `
    export { default as got } from 'got';
    export { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
  `;
  await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: [...bundlingDefaults.mainFields],
    external: [...bundlingDefaults.externalModules],
    alias: { ...bundleStubs },
  });
  bundled = createRequire(import.meta.url)(outfile);
  authority = await makeAuthority();
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('got in a bundle', () => {
  test('carries an ordinary request', async () => {
    await using server = await serveBoth();

    const answer = bundled.got(server.url, { ...trusting(), decompress: false }).text();

    await expect(answer).resolves.toBe('over HTTP/1.1');
  });

  test.for([
    { option: { cache: new Map() }, said: /cacheable-request.* left out/ },
    { option: { http2: true }, said: /node:http2 is left out/ },
    { option: { decompress: true }, said: /decompress-response.* left out/ },
  ])('fails loudly when it is asked for $option', async ({ option, said }) => {
    await using server = await serveBoth();

    const answer = bundled.got(server.url, { ...trusting(), ...option });

    await expect(answer).rejects.toThrow(said);
  });

  const trusting = () => ({
    https: { certificateAuthority: authority.certificate },
    retry: { limit: 0 },
  });

  /** Speaks HTTP/2 with those who ask for it, and compresses for those who take it. */
  async function serveBoth() {
    const { certificate: cert, privateKey: key } = authority.server;
    const server = createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
      const text = `over HTTP/${request.httpVersion}`;
      if (request.headers['accept-encoding'] === undefined) response.end(text);
      else response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text));
    });
    return listen(server);
  }
});

describe('the client of DynamoDB in a bundle', () => {
  test('asks for no endpoint, even where discovery is on', async () => {
    await using nobody = await serveTcp((socket) => socket.destroy());
    const client = new bundled.DynamoDBClient({
      region: 'eu-west-1',
      endpoint: `http://localhost:${nobody.port}`,
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
      endpointDiscoveryEnabled: true,
      maxAttempts: 1,
    });

    const answer = client.send(new bundled.GetItemCommand({ TableName: 'any', Key: {} }));

    await expect(answer).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test('would fail loudly if it did', () => {
    expect(() => new EndpointCache().getEndpoint()).toThrow(/endpoint-cache.* left out/);
  });
});

describe('reading a file', () => {
  test('gives the text that the platform gives', async () => {
    const path = join(directory, 'config');
    writeFileSync(path, '[default]\nregion = eu-west-1\n');

    await expect(fsPromises.readFile(path, 'utf8')).resolves.toBe(await readFile(path, 'utf8'));
  });

  test('fails where there is none, with the code that the SDK looks for', async () => {
    await expect(fsPromises.readFile(join(directory, 'absent'), 'utf8')).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
