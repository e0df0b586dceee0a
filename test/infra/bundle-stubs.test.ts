import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type * as cloudWatchLogs from '@aws-sdk/client-cloudwatch-logs';
import type * as dynamoDb from '@aws-sdk/client-dynamodb';
import { build } from 'esbuild';
import type { Got } from 'got';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleOptions } from '../../infra/bundle-options.ts';
import { EndpointCache } from '../../infra/bundle-stubs/endpoint-cache.ts';
import * as fsPromises from '../../infra/bundle-stubs/fs-promises.ts';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { listen, serveTcp } from '../support/servers.ts';

/** Exports of the bundle of this test. */
interface Bundled {
  readonly got: Got;
  readonly DynamoDBClient: typeof dynamoDb.DynamoDBClient;
  readonly GetItemCommand: typeof dynamoDb.GetItemCommand;
  readonly CloudWatchLogsClient: typeof cloudWatchLogs.CloudWatchLogsClient;
  readonly GetLogEventsCommand: typeof cloudWatchLogs.GetLogEventsCommand;
  readonly StartLiveTailCommand: typeof cloudWatchLogs.StartLiveTailCommand;
}

let directory: string;
let bundled: Bundled;
let authority: Authority;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'bundle-stubs-'));
  const outfile = join(directory, 'index.cjs');
  const entry = `
    export { default as got } from 'got';
    export { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
    export {
      CloudWatchLogsClient,
      GetLogEventsCommand,
      StartLiveTailCommand,
    } from '@aws-sdk/client-cloudwatch-logs';
  `;
  await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: bundleOptions.mainFields,
    external: bundleOptions.external,
    alias: bundleOptions.alias,
  });
  bundled = createRequire(import.meta.url)(outfile);
  authority = await makeAuthority();
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('got in a bundle', () => {
  test('sends an ordinary request', async () => {
    await using server = await serveBoth();

    const answer = bundled.got(server.url, { ...trusting(), decompress: false }).text();

    await expect(answer).resolves.toBe('over HTTP/1.1');
  });

  test.for([
    { option: { cache: new Map() }, expected: /cacheable-request.* left out/ },
    { option: { http2: true }, expected: /node:http2 is left out/ },
    { option: { decompress: true }, expected: /decompress-response.* left out/ },
  ])('throws an error with $option', async ({ option, expected }) => {
    await using server = await serveBoth();

    const answer = bundled.got(server.url, { ...trusting(), ...option });

    await expect(answer).rejects.toThrow(expected);
  });

  const trusting = () => ({
    https: { certificateAuthority: authority.certificate },
    retry: { limit: 0 },
  });

  /** A server with HTTP/2 and compression, if the client asks for them. */
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
  test('looks up no endpoint, even with endpoint discovery enabled', async () => {
    await using closedServer = await serveTcp((socket) => socket.destroy());
    const client = new bundled.DynamoDBClient({
      region: 'eu-west-1',
      endpoint: `http://localhost:${closedServer.port}`,
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
      endpointDiscoveryEnabled: true,
      maxAttempts: 1,
    });

    const answer = client.send(new bundled.GetItemCommand({ TableName: 'any', Key: {} }));

    await expect(answer).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test('would throw an error otherwise', () => {
    expect(() => new EndpointCache().getEndpoint()).toThrow(/endpoint-cache.* left out/);
  });
});

describe('the client of CloudWatch Logs in a bundle', () => {
  test('reads log events without event streams', async () => {
    await using server = await serveLogs();
    const client = toClient(server.port);
    const names = { logGroupName: 'any', logStreamName: 'any' };

    const answer = client.send(new bundled.GetLogEventsCommand(names));

    await expect(answer).resolves.toMatchObject({ events: [{ message: 'one line' }] });
  });

  test('throws an error for a stream', async () => {
    await using server = await serveLogs();
    const client = toClient(server.port);

    const answer = client.send(new bundled.StartLiveTailCommand({ logGroupIdentifiers: ['any'] }));

    await expect(answer).rejects.toThrow(/event-streams.* left out/);
  });

  const toClient = (port: number) =>
    new bundled.CloudWatchLogsClient({
      region: 'eu-west-1',
      endpoint: `http://localhost:${port}`,
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
      maxAttempts: 1,
      disableHostPrefix: true,
    });

  function serveLogs() {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ events: [{ message: 'one line' }] }));
    });
    return listen(server);
  }
});

describe('reading a file', () => {
  test('returns the same text as Node.js', async () => {
    const path = join(directory, 'config');
    writeFileSync(path, '[default]\nregion = eu-west-1\n');

    await expect(fsPromises.readFile(path, 'utf8')).resolves.toBe(await readFile(path, 'utf8'));
  });

  test('fails for a missing file, with the code that the SDK checks', async () => {
    await expect(fsPromises.readFile(join(directory, 'absent'), 'utf8')).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
