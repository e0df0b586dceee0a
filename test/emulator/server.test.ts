import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { describe, expect, test } from 'vitest';
import { refuseConnection } from '../../emulator/index.ts';
import {
  connect,
  exchangeBytes,
  loginLine,
  post,
  readUntil,
  sendRequest,
  startNight,
} from './aews.ts';

const event = JSON.stringify({ jobName: 'WAITER' });
const eventHead = (login: string, more: readonly string[] = []) =>
  [
    'POST /AEWS/event/force-start-job HTTP/1.1',
    'Host: autosys',
    login,
    'Content-Type: application/json',
    ...more,
  ].join('\r\n');

describe('the server of the embedded AutoSys', () => {
  test('accepts a request as curl writes it', async () => {
    await using night = await startNight();
    const { emulator } = night;
    const request = [
      'POST /AEWS/event/force-start-job HTTP/1.1',
      'Host: autosys:9443',
      loginLine(emulator),
      'User-Agent: curl/8.5.0',
      'Accept: */*',
      'Content-Type: application/json',
      `Content-Length: ${event.length}`,
      'Connection: close',
      '',
      event,
    ].join('\r\n');

    const received = await exchangeBytes(emulator, request);

    expect(received).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
    expect(received).toMatch(/\r\nContent-Length: 0\r\n/);
    expect(received.endsWith('\r\n\r\n')).toBe(true);
  });

  test('answers HTTP/1.0 and closes the connection', async () => {
    await using night = await startNight();

    const received = await exchangeBytes(
      night.emulator,
      `GET /AEWS/job/WAITER HTTP/1.0\r\n${loginLine(night.emulator)}\r\n\r\n`,
    );

    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).toMatch(/\{"job":\[\{"name":"WAITER"/);
  });

  test('serves a client whose TLS offers http/1.0 alone, as curl --http1.0 does', async () => {
    await using night = await startNight();

    const socket = await connect(night.emulator, ['http/1.0']);
    socket.write(`GET /AEWS/job/WAITER HTTP/1.0\r\n${loginLine(night.emulator)}\r\n\r\n`);

    expect(await readUntil(socket, /WAITER/)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    socket.destroy();
  });

  test('reads header names in any case and a target in absolute form', async () => {
    await using night = await startNight();
    const login = loginLine(night.emulator).replace('Authorization', 'AUTHORIZATION');

    const received = await exchangeBytes(
      night.emulator,
      `GET https://autosys:9443/AEWS/job/WAITER HTTP/1.1\r\nhOST: x\r\n${login}\r\nconnection: CLOSE\r\n\r\n`,
    );

    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('reads a body that arrives in chunks at any time', async () => {
    await using night = await startNight();
    const socket = await connect(night.emulator);
    const head = eventHead(loginLine(night.emulator), ['Transfer-Encoding: chunked']);

    socket.write(`${head}\r\n\r\n5\r\n${event.slice(0, 5)}\r\n`);
    socket.write(`${(event.length - 5).toString(16)}\r\n${event.slice(5)}\r\n0\r\n\r\n`);

    expect(await readUntil(socket, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 201 /);
    socket.destroy();
  });

  test('sends 100 Continue to a client that waits for it', async () => {
    await using night = await startNight();
    const socket = await connect(night.emulator);
    const more = [`Content-Length: ${event.length}`, 'Expect: 100-continue'];

    socket.write(`${eventHead(loginLine(night.emulator), more)}\r\n\r\n`);
    const invited = await readUntil(socket, /\r\n\r\n/);
    socket.write(event);
    const answered = await readUntil(socket, /\r\n\r\n/);

    expect(invited).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    expect(answered).toMatch(/^HTTP\/1\.1 201 /);
    expect(answered).toMatch(/Connection: keep-alive/);
    socket.destroy();
  });

  test.for([
    { when: 'the login is wrong', status: 401, head: eventHead('Authorization: Basic eDp5') },
    { when: 'the length is beyond the limit', status: 413, length: 9_000_000 },
    { when: 'the media type is wrong', status: 415, more: ['Content-Type: application/xml'] },
  ])('refuses with $status before the body and closes the connection when $when', async (given) => {
    await using night = await startNight();
    const { head = eventHead(loginLine(night.emulator)), length = 10, more = [] } = given;
    const lines = [
      ...head.split('\r\n').filter((line) => more.length === 0 || !/^Content-Type/.test(line)),
      ...more,
      `Content-Length: ${length}`,
      'Expect: 100-continue',
    ];

    const received = await exchangeBytes(night.emulator, `${lines.join('\r\n')}\r\n\r\n`);

    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${given.status} `));
    expect(received).toMatch(/Connection: close/);
  });

  test('answers pipelined requests in their order', async () => {
    await using night = await startNight();
    const login = loginLine(night.emulator);
    const get = (path: string, more = '') => {
      return `GET ${path} HTTP/1.1\r\nHost: x\r\n${login}\r\n${more}\r\n`;
    };

    const received = await exchangeBytes(
      night.emulator,
      [
        get('/AEWS/job/WAITER'),
        get('/AEWS/job/nope'),
        get('/AEWS/job/PAY_BOX', 'Connection: close\r\n'),
      ].join(''),
    );

    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 404',
      'HTTP/1.1 200',
    ]);
    expect(received.indexOf('WAITER')).toBeLessThan(received.indexOf('PAY_BOX'));
  });

  test('answers HEAD with the headers of GET and no body', async () => {
    await using night = await startNight();

    const [head, get] = await Promise.all([
      sendRequest(night.emulator, 'HEAD', '/AEWS/job/WAITER'),
      sendRequest(night.emulator, 'GET', '/AEWS/job/WAITER'),
    ]);

    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.headers['content-type']).toBe('application/json');
  });

  test('keeps a connection for the next request', async () => {
    await using night = await startNight();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });

    const first = await sendRequest(night.emulator, 'GET', '/AEWS/job', { agent });
    const second = await post(night.emulator, '/AEWS/event/force-start-job', { jobName: 'WAITER' });
    const third = await sendRequest(night.emulator, 'POST', '/AEWS/event/start-job', {
      agent,
      body: '{"jobName":"WAITER"}',
      authorization: null,
    });
    const fourth = await sendRequest(night.emulator, 'GET', '/AEWS/job', { agent });

    expect([first, second, third, fourth].map(({ status }) => status)).toEqual([
      200, 201, 401, 200,
    ]);
    agent.destroy();
  });

  test('answers two hundred requests at once, each with its own answer', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;

    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        post(emulator, '/AEWS/event/set-global', { globalName: `G${at}`, globalValue: `${at}` }),
      ),
    );
    await clock.advance(1_000);

    expect(replies.every(({ status, text }) => status === 201 && text === '')).toBe(true);
    expect(emulator.instance.globalVariables().size).toBe(200);
    expect(emulator.instance.globalVariable('G137')?.value).toBe('137');
    expect(emulator.requests()).toHaveLength(200);
  });

  test('answers plain HTTP with an error that requires TLS', async () => {
    await using night = await startNight();
    const socket = connectTcp(Number(new URL(night.emulator.url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });

    socket.write('GET /AEWS/job HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'close');

    expect(received).toMatch(/^HTTP\/1\.1 400 [\s\S]*requires TLS/);
  });

  test.for([
    { what: 'garbage instead of TLS', bytes: Buffer.from([0, 255, 1, 2, 3, 13, 10]) },
    { what: 'a handshake that is none', bytes: Buffer.from([0x16, 3, 1, 0, 4, 9, 9, 9, 9, 9]) },
  ])('survives $what', async ({ bytes }) => {
    await using night = await startNight();
    const socket = connectTcp(Number(new URL(night.emulator.url).port), '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.resume();

    socket.write(bytes);
    await once(socket, 'close');

    expect((await sendRequest(night.emulator, 'GET', '/AEWS/job')).status).toBe(200);
  });

  test.for([
    { what: 'a request line that is none', bytes: 'HELO autosys\r\n\r\n', status: 400 },
    { what: 'HTTP/1.1 without Host', bytes: 'GET /AEWS/job HTTP/1.1\r\n\r\n', status: 400 },
    {
      what: 'a header of 40 KB',
      bytes: `GET /AEWS/job HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`,
      status: 431,
    },
  ])('refuses $what with $status', async ({ bytes, status }) => {
    await using night = await startNight();

    const received = await exchangeBytes(night.emulator, bytes);

    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect((await sendRequest(night.emulator, 'GET', '/AEWS/job')).status).toBe(200);
  });

  test('refuses a body over the limit with 413, with or without Content-Length', async () => {
    await using night = await startNight({ bodyLimitBytes: 1_000 });
    const body = Buffer.alloc(3_000_000, ' ');

    const withLength = await sendRequest(night.emulator, 'POST', '/AEWS/jil', {
      body,
      headers: { 'Content-Type': 'text/plain', 'Content-Length': String(body.length) },
    });
    const chunked = await sendRequest(night.emulator, 'POST', '/AEWS/jil', {
      body,
      headers: { 'Content-Type': 'text/plain', 'Transfer-Encoding': 'chunked' },
    });

    expect([withLength.status, chunked.status]).toEqual([413, 413]);
    expect(withLength.text).toContain('larger than 1000 bytes');
  });

  test('survives a client that disconnects in the middle of its body', async () => {
    await using night = await startNight();
    const socket = await connect(night.emulator);
    const more = ['Content-Length: 500', 'Expect: 100-continue'];
    socket.write(`${eventHead(loginLine(night.emulator), more)}\r\n\r\n`);
    await readUntil(socket, /100 Continue/);

    socket.destroy();
    await once(socket, 'close');

    expect((await sendRequest(night.emulator, 'GET', '/AEWS/job')).status).toBe(200);
    expect(night.emulator.requests()[0]?.status).toBeUndefined();
  });

  test('refuses every connection while it is down, and answers on the same port afterwards', async () => {
    await using night = await startNight();
    const { emulator } = night;

    await emulator.goDown();
    const down = sendRequest(emulator, 'GET', '/AEWS/job');
    await expect(down).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await emulator.comeBack();

    expect((await sendRequest(emulator, 'GET', '/AEWS/job')).status).toBe(200);
  });

  test('uses a port that the operating system assigns to no other process while it is down', async () => {
    await using night = await startNight();

    expect(Number(new URL(night.emulator.url).port)).toBeLessThan(32_768);
  });

  test('closes every connection when it goes down while one is ending', async () => {
    const openSockets = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    await using night = await startNight();
    const before = openSockets();
    const agent = new Agent({ keepAlive: true });
    await sendRequest(night.emulator, 'GET', '/AEWS/job', { agent });
    const [kept] = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
    const gone = kept && once(kept, 'close');

    // Ends the idle connection; the test does not wait for it.
    night.emulator.misbehave(refuseConnection);
    await night.emulator.goDown();
    await gone;

    await expect.poll(openSockets).toBeLessThanOrEqual(before);
  });
});
