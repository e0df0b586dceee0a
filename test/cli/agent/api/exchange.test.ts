import { createServer } from 'node:https';
import { connect } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  createExchange,
  type ExchangeSettings,
  type HttpsExchange,
} from '../../../../cli/agent/api/exchange.ts';
import type { ExchangeRequest } from '../../../../cli/agent/api/outcome.ts';
import { openTlsThroughProxy } from '../../../../cli/agent/api/proxy-tunnel.ts';
import { type Authority, type Identity, makeAuthority } from '../../../support/certificates.ts';
import { startConnectProxy } from '../../../support/connect-proxy.ts';
import {
  type Answer,
  freePort,
  listen,
  serve,
  serveTcp,
  serveTls,
  type TestServer,
} from '../../../support/servers.ts';

let authority: Authority;
let otherAuthority: Authority;

beforeAll(async () => {
  authority = await makeAuthority();
  otherAuthority = await makeAuthority();
});

afterEach(() => vi.unstubAllEnvs());

const call: ExchangeRequest = {
  method: 'GET',
  path: '/v1/runs?id=1',
  headers: { accept: 'application/json' },
  timeoutMs: 5_000,
};

function open(url: string, settings: Partial<ExchangeSettings> = {}): HttpsExchange {
  const exchange = createExchange({
    url: new URL(url),
    certificates: authority.certificate,
    certificatesPath: 'ca.pem',
    proxy: undefined,
    ...settings,
  });
  onTestFinished(() => exchange.close());
  return exchange;
}

/** Ends a server after the test. */
function keep<Server extends TestServer>(server: Server): Server {
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

const ok: Answer = { status: 200, headers: { 'x-a': '1' }, body: '{"a": "ä"}' };
const serveOk = async (identity: Identity = authority.server) =>
  keep(await serve(identity, () => ok));

describe('a request', () => {
  test('has the path of the URL, and returns status, headers and body', async () => {
    const server = await serveOk();

    const result = await open(`${server.url}/prod`).send(call);

    expect(result).toMatchObject({
      kind: 'answered',
      status: 200,
      headers: { 'x-a': '1' },
      body: '{"a": "ä"}',
    });
    expect(server.arrivals).toMatchObject([
      { method: 'GET', path: '/prod/v1/runs?id=1', body: '' },
    ]);
  });

  test('sends its body', async () => {
    const server = await serveOk();

    await open(server.url).send({ ...call, method: 'POST', body: '{"a": "ä"}' });

    expect(server.arrivals).toMatchObject([
      { path: '/v1/runs?id=1', body: '{"a": "ä"}', headers: { 'content-length': '11' } },
    ]);
  });

  test('uses a free connection, and a second one beside a request in flight', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const server = keep(
      await serve(authority.server, async ({ path }) => {
        if (path === '/wait') await released;
        return ok;
      }),
    );
    const exchange = open(server.url);

    await exchange.send(call);
    const waiting = exchange.send({ ...call, path: '/wait' });
    const beside = await exchange.send(call);
    release();

    expect(beside.kind).toBe('answered');
    expect((await waiting).kind).toBe('answered');
    expect(server.connections()).toBe(2);
  });

  test('is sent again at once if its free connection is closed', async () => {
    const received: string[] = [];
    const server = keep(
      await serveTls(authority.server, (socket) => {
        let count = 0;
        socket.on('data', (chunk) => {
          received.push(String(chunk).slice(0, 3));
          count += 1;
          if (count === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
          else socket.destroy();
        });
      }),
    );
    const exchange = open(server.url);

    await exchange.send(call);
    const second = await exchange.send(call);

    expect(second).toMatchObject({ kind: 'answered', body: 'ok' });
    expect(received).toHaveLength(3);
  });

  test('is not sent again once the exchange is closed', async () => {
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    const server = keep(
      await serve(authority.server, ({ path }) => {
        if (path !== '/wait') return ok;
        resolve();
        return new Promise<never>(() => undefined);
      }),
    );
    const exchange = open(server.url);
    await exchange.send(call);
    const waiting = exchange.send({ ...call, path: '/wait' });
    await arrived;
    exchange.close();

    expect(await waiting).toMatchObject({ kind: 'lost' });
    expect(server.arrivals).toHaveLength(2);
  });

  test.for([
    { when: 'the connection is closed instead', text: '' },
    { when: 'the answer is cut', text: 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nok' },
    { when: 'the answer is not HTTP', text: 'hello' },
  ])('is lost if $when', async ({ text }) => {
    const server = keep(
      await serveTls(authority.server, (socket) => socket.once('data', () => socket.end(text))),
    );

    expect(await open(server.url).send(call)).toMatchObject({ kind: 'lost' });
  });

  test('is lost if no answer comes in time', async () => {
    const server = keep(await serveTls(authority.server, () => undefined));

    const result = await open(server.url).send({ ...call, timeoutMs: 200 });

    expect(result).toEqual({ kind: 'lost', reason: 'no answer in time (ETIMEDOUT)' });
  });

  test('is lost if the answer is too long', async () => {
    const body = 'x'.repeat(8_388_609);
    const server = keep(await serve(authority.server, () => ({ status: 200, body })));

    expect(await open(server.url).send(call)).toMatchObject({
      kind: 'lost',
      reason: 'answer above 8388608 bytes',
    });
  });
});

describe('a server that is not reached', () => {
  test('is described by host and reason', async () => {
    const port = await freePort();

    expect(await open(`https://localhost:${port}`).send(call)).toEqual({
      kind: 'unreached',
      reason: `localhost:${port}: the connection was refused (ECONNREFUSED)`,
    });
  });

  test('has an unknown name', async () => {
    const result = await open('https://bridge.invalid').send(call);

    expect(result).toMatchObject({ kind: 'unreached' });
    expect(result).toMatchObject({ reason: expect.stringMatching(/name (is unknown|server)/) });
  });

  test('does not speak TLS', async () => {
    const server = keep(await serveTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));

    expect(await open(server.url).send(call)).toMatchObject({
      kind: 'unreached',
      reason: expect.stringContaining('does not speak TLS'),
    });
  });

  test('closes the connection during the handshake', async () => {
    const server = keep(await serveTcp((socket) => socket.destroy()));

    expect(await open(server.url).send(call)).toMatchObject({ kind: 'unreached' });
  });
});

describe('a certificate', () => {
  test.for([
    { what: 'of another CA', pick: () => otherAuthority.server, says: 'ca.pem does not have' },
    { what: 'self-signed', pick: () => authority.selfSigned, says: 'self-signed' },
    {
      what: 'of another host',
      pick: () => authority.otherHost,
      says: 'it is for another host name',
    },
    { what: 'expired', pick: () => authority.expired, says: 'it has expired' },
    { what: 'not valid yet', pick: () => authority.early, says: 'it is not valid yet' },
  ])('$what is not accepted', async ({ pick, says }) => {
    const server = await serveOk(pick());

    const result = await open(server.url).send(call);

    expect(result).toMatchObject({ kind: 'untrusted', reason: expect.stringContaining(says) });
    expect(server.arrivals).toEqual([]);
  });

  test('is not accepted without the CA file, and the advice is to give one', async () => {
    const server = await serveOk();

    const result = await open(server.url, {
      certificates: undefined,
      certificatesPath: undefined,
    }).send(call);

    expect(result).toMatchObject({
      kind: 'untrusted',
      reason: expect.stringContaining('--ca FILE'),
    });
  });

  test('is verified although NODE_TLS_REJECT_UNAUTHORIZED is 0', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const server = await serveOk(otherAuthority.server);

    expect(await open(server.url).send(call)).toMatchObject({ kind: 'untrusted' });
  });

  test('of a CA that Node.js trusts is accepted beside the CA file', async () => {
    const trusted = getCACertificates('default');
    onTestFinished(() => setDefaultCACertificates(trusted));
    setDefaultCACertificates([otherAuthority.certificate]);
    const [own, other] = [await serveOk(), await serveOk(otherAuthority.server)];

    expect(await open(own.url).send(call)).toMatchObject({ kind: 'answered' });
    expect(await open(other.url).send(call)).toMatchObject({ kind: 'answered' });
  });

  test('of a further CA in the file is accepted', async () => {
    const server = await serveOk(otherAuthority.server);
    const certificates = `${authority.certificate}\n${otherAuthority.certificate}`;

    expect(await open(server.url, { certificates }).send(call)).toMatchObject({ kind: 'answered' });
  });
});

/** A proxy that speaks TLS, and opens tunnels to loopback. */
async function startHttpsProxy(identity: Identity, port: number): Promise<TestServer> {
  const server = createServer({ cert: identity.certificate, key: identity.privateKey });
  server.on('connect', (_, client) => {
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  return keep(await listen(server));
}

describe('a proxy', () => {
  test('whose tunnel stays silent does not leave a connection open', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const silent = keep(await serveTcp((socket) => socket.resume().once('close', () => resolve())));
    const proxy = keep(await startConnectProxy(silent.port));
    const url = new URL(`http://localhost:${proxy.port}`);
    const check = { rejectUnauthorized: true };

    const opened = openTlsThroughProxy(url, new URL('https://bridge.example'), check, 50);

    await expect(opened).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await closed;
  });

  const through = (url: string): Partial<ExchangeSettings> => ({
    proxy: { variable: 'HTTPS_PROXY', url: new URL(url) },
  });

  test('opens one tunnel for several requests, and gets its login', async () => {
    const server = await serveOk();
    const proxy = keep(await startConnectProxy(server.port));
    const exchange = open(server.url, through(`http://me:p%40ss@localhost:${proxy.port}`));

    const results = [await exchange.send(call), await exchange.send(call)];

    expect(results).toMatchObject([{ kind: 'answered' }, { kind: 'answered' }]);
    expect(proxy.requests).toMatchObject([
      {
        target: `localhost:${server.port}`,
        headers: { 'proxy-authorization': `Basic ${Buffer.from('me:p@ss').toString('base64')}` },
      },
    ]);
    expect(server.arrivals[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  test('with TLS is verified and used', async () => {
    const server = await serveOk();
    const proxy = await startHttpsProxy(authority.server, server.port);
    const exchange = open(server.url, through(`https://localhost:${proxy.port}`));

    expect(await exchange.send(call)).toMatchObject({ kind: 'answered' });
    expect(await exchange.send({ ...call, method: 'POST', body: '{}' })).toMatchObject({
      kind: 'answered',
    });
    expect(proxy.connections()).toBe(1);
  });

  test('with TLS and an unknown CA is not used', async () => {
    const server = await serveOk();
    const proxy = await startHttpsProxy(otherAuthority.server, server.port);

    const result = await open(server.url, through(`https://localhost:${proxy.port}`)).send(call);

    expect(result).toMatchObject({
      kind: 'untrusted',
      reason: expect.stringContaining(`proxy localhost:${proxy.port} of HTTPS_PROXY`),
    });
    expect(server.connections()).toBe(0);
  });

  test.for([
    { refusal: '407 Proxy Authentication Required', kind: 'untrusted' },
    { refusal: '403 Forbidden', kind: 'untrusted' },
    { refusal: '502 Bad Gateway', kind: 'unreached' },
  ])('that answers $refusal is described', async ({ refusal, kind }) => {
    const proxy = keep(await startConnectProxy(1, refusal));

    const result = await open(
      'https://bridge.example',
      through(`http://me:hunter2@localhost:${proxy.port}`),
    ).send(call);

    expect(result).toEqual({
      kind,
      reason: `proxy localhost:${proxy.port} of HTTPS_PROXY answers HTTP ${refusal.slice(0, 3)} to CONNECT bridge.example`,
    });
  });

  test('that is not reached is described', async () => {
    const port = await freePort();

    expect(
      await open('https://bridge.example', through(`http://localhost:${port}`)).send(call),
    ).toEqual({
      kind: 'unreached',
      reason: `proxy localhost:${port} of HTTPS_PROXY: the connection was refused (ECONNREFUSED)`,
    });
  });

  test('does not hide a wrong certificate of the server', async () => {
    const server = await serveOk(otherAuthority.server);
    const proxy = keep(await startConnectProxy(server.port));

    const result = await open(server.url, through(`http://localhost:${proxy.port}`)).send(call);

    expect(result).toMatchObject({
      kind: 'untrusted',
      reason: expect.stringContaining(`certificate of localhost:${server.port}`),
    });
  });
});
