import type { Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AutosysOutcomeUnknownError, AutosysUnreachableError } from '../../../autosys/errors.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { type Identity, makeAuthority } from '../../support/certificates.ts';
import { freePort, serve, serveTcp, serveTls } from '../../support/servers.ts';
import { clientFor, failureOf, shortTimeouts } from './setup.ts';

const authority = await makeAuthority();
const stranger = await makeAuthority();
const trust = { certificateAuthority: authority.certificate };
const job = parseJobName('etl_load');
const start = { kind: 'FORCE_STARTJOB', job } as const;
const hold = { kind: 'JOB_ON_HOLD', job } as const;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a request that was not sent', () => {
  const certificates: readonly {
    when: string;
    identity: Identity;
    trusted?: string;
    reason: string | RegExp;
  }[] = [
    { when: 'has expired', identity: authority.expired, reason: 'expired on 2024-03-01' },
    {
      when: 'is not yet valid',
      identity: authority.early,
      reason: /its certificate is not yet valid, it is valid from 20\d\d-\d\d-\d\d/,
    },
    {
      when: 'is for another host',
      identity: authority.otherHost,
      reason: 'its certificate is not for localhost but for DNS:aews.example.test',
    },
    {
      when: 'comes from another authority',
      identity: stranger.server,
      reason: 'not signed by the given certificate authority',
    },
    {
      when: 'is self-signed',
      identity: stranger.selfSigned,
      reason: 'its certificate is self-signed, not signed by the given certificate authority',
    },
  ];
  test.for(certificates)('fails when the certificate $when', async ({ identity, reason }) => {
    await using server = await serve(identity, () => ({ status: 201 }));
    await using client = clientFor([server.url], trust);

    const failure = await failureOf(client.sendEvent(start));

    expect(failure).toBeInstanceOf(AutosysUnreachableError);
    expect(failure).toMatchObject({
      disposition: 'retry',
      endpoint: `localhost:${server.port}`,
      message: expect.stringMatching(reason),
    });
    expect(server.arrivals).toEqual([]);
  });

  test('fails when no authority is given and the certificate is of an unknown authority', async () => {
    await using server = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([server.url], {});

    const failure = await failureOf(client.sendEvent(start));

    expect(failure.message).toContain('not signed by an authority that Node.js trusts');
  });

  test('verifies the certificate even if the environment turns the check off', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    await using server = await serve(stranger.server, () => ({ status: 201 }));
    await using client = clientFor([server.url], trust);

    const failure = await failureOf(client.sendEvent(start));

    expect(failure).toBeInstanceOf(AutosysUnreachableError);
    expect(server.arrivals).toEqual([]);
  });

  test.for([
    { what: 'nothing', given: '', found: 'text without a PEM certificate' },
    { what: 'no certificate at all', given: [], found: 'an empty list' },
    {
      what: 'a private key',
      given: authority.server.privateKey,
      found: 'text without a PEM certificate',
    },
    {
      what: 'a damaged certificate beside a whole one',
      given: [
        authority.certificate,
        '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
      ],
      found: 'an invalid PEM certificate',
    },
  ])('rejects $what as the authority to trust', ({ given, found }) => {
    expect(() => clientFor(['https://localhost:1'], { certificateAuthority: given })).toThrow(
      `certificate authority: found ${found}, allowed: one or more certificates in PEM`,
    );
  });

  test('accepts a self-signed certificate that is given as the authority', async () => {
    const { selfSigned } = authority;
    await using server = await serve(selfSigned, () => ({ status: 201 }));
    await using client = clientFor([server.url], {
      certificateAuthority: [stranger.certificate, selfSigned.certificate],
    });

    expect(await client.sendEvent(start)).toMatchObject({ httpStatus: 201 });
  });

  test('accepts a certificate for another host if that name is given', async () => {
    await using server = await serve(authority.otherHost, () => ({ status: 201 }));
    await using client = clientFor([server.url], { ...trust, serverName: 'aews.example.test' });

    expect(await client.sendEvent(start)).toMatchObject({ httpStatus: 201 });
  });

  test('fails when nothing listens on the port', async () => {
    const port = await freePort();
    await using client = clientFor([`https://localhost:${port}`], trust);

    const failure = await failureOf(client.sendEvent(start));

    expect(failure).toBeInstanceOf(AutosysUnreachableError);
    expect(failure.message).toBe(
      `AutoSys at localhost:${port} was not reached: the connection was refused, nothing listens on that port`,
    );
  });

  test('fails when the name does not resolve', async () => {
    await using client = clientFor(['https://aews.invalid:9443'], trust);

    const failure = await failureOf(client.sendEvent(start));

    expect(failure).toBeInstanceOf(AutosysUnreachableError);
    expect(failure.message).toMatch(/aews\.invalid:9443 was not reached: the name /);
  });

  test.for([
    {
      when: 'the port does not speak TLS',
      onConnect: (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'),
      reason: 'the port does not speak TLS',
    },
    {
      when: 'the handshake is cut off',
      onConnect: (socket: Socket) => socket.destroy(),
      reason: 'the connection was reset',
    },
    {
      when: 'the handshake does not end',
      onConnect: () => undefined,
      reason: 'the TLS handshake did not finish within 200 ms',
    },
  ])('fails when $when', async ({ onConnect, reason }) => {
    await using server = await serveTcp(onConnect);
    await using client = clientFor([server.url], {
      ...trust,
      timeouts: { ...shortTimeouts, secureConnectMs: 200 },
    });

    const failure = await failureOf(client.sendEvent(start));

    expect(failure).toBeInstanceOf(AutosysUnreachableError);
    expect(failure.message).toContain(reason);
  });

  test('fails when it was cancelled before', async () => {
    await using server = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([server.url, server.url], trust);

    const failure = await failureOf(client.sendEvent(start, { signal: AbortSignal.abort() }));

    expect(failure.message).toBe(
      `AutoSys at localhost:${server.port} was not reached: it was cancelled`,
    );
    expect(server.arrivals).toEqual([]);
  });

  test('throws the error of the credentials function', async () => {
    const missing = new Error('no such secret');
    await using client = clientFor(['https://localhost:1'], {
      credentials: () => Promise.reject(missing),
    });

    expect(await failureOf(client.sendEvent(start))).toBe(missing);
  });

  test('rejects a user name that HTTP Basic cannot represent', async () => {
    await using client = clientFor(['https://localhost:1'], {
      credentials: async () => ({ username: 'a:b', password: 'p' }),
    });

    expect((await failureOf(client.sendEvent(start))).message).toBe(
      'AutoSys user name: found a name with a colon, allowed: a name without a colon, which separates name and password in HTTP Basic',
    );
  });
});

describe('a request that was sent and not answered', () => {
  const faults: readonly {
    when: string;
    onConnect: (socket: Socket) => void;
    reason: string;
  }[] = [
    {
      when: 'the connection is closed without an answer',
      onConnect: (socket) => socket.once('data', () => socket.end()),
      reason: 'the connection was reset',
    },
    {
      when: 'the connection is reset once the request was read',
      onConnect: (socket) => socket.once('data', () => socket.destroy()),
      reason: 'the connection was reset',
    },
    {
      when: 'half a response arrives',
      onConnect: (socket) =>
        socket.once('data', () =>
          socket.end('HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nhalf'),
        ),
      reason: '',
    },
    {
      when: 'garbage arrives',
      onConnect: (socket) => socket.once('data', () => socket.end('\u0000\u0001 not HTTP\r\n\r\n')),
      reason: 'the response is not HTTP',
    },
    {
      when: 'nothing arrives',
      onConnect: (socket) => socket.once('data', () => undefined),
      reason: 'no response arrived within 800 ms',
    },
    {
      when: 'the headers never end',
      onConnect: (socket) => drip(socket, 'HTTP/1.1 200 OK\r\n', 'X: y\r\n'),
      reason: 'no response arrived within 800 ms',
    },
    {
      when: 'the body never ends',
      onConnect: (socket) => drip(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'y'),
      reason: 'the response did not end within 800 ms',
    },
    {
      when: 'the body is too long',
      onConnect: (socket) =>
        socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'y'.repeat(5_000)}`)),
      reason: 'the response is longer than 4096 bytes',
    },
    {
      when: 'the headers are too long',
      onConnect: (socket) =>
        socket.once('data', () =>
          socket.write(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(90_000)}\r\n\r\n`),
        ),
      reason: 'the response is not HTTP',
    },
  ];

  test.for(faults)('leaves the outcome of an event unknown when $when', async (row) => {
    await using server = await serveTls(authority.server, row.onConnect);
    await using second = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([server.url, second.url], { ...trust, maxReplyBytes: 4096 });

    const failure = await failureOf(client.sendEvent(start));

    expect(failure).toBeInstanceOf(AutosysOutcomeUnknownError);
    expect(failure.message).toContain(`it was sent to localhost:${server.port} and ${row.reason}`);
    expect(second.arrivals).toEqual([]);
  });

  test.for(faults)('sends a read to the next endpoint when $when', async (row) => {
    await using server = await serveTls(authority.server, row.onConnect);
    await using second = await serve(authority.server, () => ({
      status: 200,
      body: 'insert_job: etl_load',
    }));
    await using client = clientFor([server.url, second.url], { ...trust, maxReplyBytes: 4096 });

    expect(await client.readJil(job)).toBe('insert_job: etl_load');
  });

  test('leaves the outcome of an event unknown when it is cancelled after sending', async () => {
    const controller = new AbortController();
    await using server = await serveTls(authority.server, (socket) =>
      socket.once('data', () => controller.abort()),
    );
    await using client = clientFor([server.url], trust);

    const failure = await failureOf(client.sendEvent(start, { signal: controller.signal }));

    expect(failure).toBeInstanceOf(AutosysOutcomeUnknownError);
    expect(failure.message).toContain('it was cancelled');
  });

  test('leaves the outcome of a repeatable event unknown when its kept connection was closed', async () => {
    await using server = await serveTls(authority.server, answerOnceThenReset);
    await using client = clientFor([server.url], trust);

    await client.sendEvent(hold);
    const failure = await failureOf(client.sendEvent(hold));

    expect(failure).toBeInstanceOf(AutosysOutcomeUnknownError);
    expect(server.connections()).toBe(1);
  });

  test('repeats a read over a new connection when its kept connection was closed', async () => {
    await using server = await serveTls(authority.server, answerOnceThenReset);
    await using client = clientFor([server.url], trust);

    await client.readJil(job);
    const text = await client.readJil(job);

    expect({ text, connections: server.connections() }).toEqual({ text: 'yes', connections: 2 });
  });
});

/** Behaves like a server that closes an idle connection at this moment. */
function answerOnceThenReset(socket: Socket): void {
  socket.once('data', () => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes');
    socket.once('data', () => socket.destroy());
  });
}

/** Begins a response and continues it in small pieces until the client closes the connection. */
function drip(socket: Socket, beginning: string, piece: string): void {
  socket.once('data', () => {
    socket.write(beginning);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.once('close', () => clearInterval(timer));
  });
}
