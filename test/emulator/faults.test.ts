import { once } from 'node:events';
import { Agent } from 'node:https';
import { describe, expect, test } from 'vitest';
import {
  acceptAndLose,
  answerAfter,
  compress,
  type Emulator,
  emptyBody,
  garbage,
  halfAResponse,
  neverAnswer,
  refuseConnection,
  resetAfterAccept,
  resetBeforeAnswer,
  respond,
  respondEmpty,
  respondWithLine,
  respondWithPage,
  slowBody,
} from '../../emulator/index.ts';
import { connect, loginLine, post, readUntil, sendRequest, startNight } from './aews.ts';

const setGo = { globalName: 'GO', globalValue: '1' };
const sendGo = (emulator: Emulator) => post(emulator, '/AEWS/event/set-global', setGo);
const readGo = (emulator: Emulator) => emulator.instance.globalVariable('GO')?.value;

describe('planned faults', () => {
  test.for([
    { fault: refuseConnection, code: 'ECONNRESET', queued: false },
    { fault: resetBeforeAnswer, code: 'ECONNRESET', queued: false },
    { fault: resetAfterAccept, code: 'ECONNRESET', queued: true },
    { fault: garbage, code: 'HPE_INVALID_CONSTANT', queued: false },
    { fault: halfAResponse, code: 'ECONNRESET', queued: true },
  ])('$fault.kind results in $code, event queued: $queued', async ({ fault, code, queued }) => {
    await using night = await startNight();
    const { emulator, clock } = night;
    const planned = emulator.misbehave(fault);

    await expect(sendGo(emulator)).rejects.toMatchObject({ code });
    await clock.advance(1_000);

    expect(readGo(emulator)).toBe(queued ? '1' : undefined);
    expect(planned.struck).toBe(1);
    expect((await sendGo(emulator)).status).toBe(201);
    expect(planned.struck).toBe(1);
  });

  test('acceptAndLose answers 201 and discards the event', async () => {
    await using night = await startNight();
    night.emulator.misbehave(acceptAndLose);

    const reply = await sendGo(night.emulator);
    await night.clock.advance(60_000);

    expect(reply.status).toBe(201);
    expect(readGo(night.emulator)).toBeUndefined();
    expect(night.emulator.requests()).toEqual([
      expect.objectContaining({ status: 201, fault: 'acceptAndLose' }),
    ]);
  });

  test('acceptAndLose also discards an event of sendevent', async () => {
    await using night = await startNight();
    night.emulator.misbehave(acceptAndLose);

    const command = 'sendevent -E SET_GLOBAL -G GO=1';
    const reply = await post(night.emulator, '/AEWS/command/run', { command });
    await night.clock.advance(60_000);

    expect(reply.text).toBe('{"stdOut":[]}');
    expect(readGo(night.emulator)).toBeUndefined();
  });

  test('answerAfter executes at once and answers after the delay', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;
    emulator.misbehave(answerAfter(30_000));

    const arrived = new Promise<void>((resolve) => {
      emulator.instance.onChange(() => resolve());
    });
    const reply = sendGo(emulator);
    while (emulator.requests().length === 0) await clock.advance(1);
    await clock.advance(1_000);
    await arrived;

    expect(readGo(emulator)).toBe('1');
    expect(emulator.requests()[0]?.status).toBeUndefined();
    await clock.advance(30_000);
    expect((await reply).status).toBe(201);
  });

  test('neverAnswer keeps the connection open without an answer until the emulator stops', async () => {
    await using night = await startNight();
    night.emulator.misbehave(neverAnswer);

    const reply = sendGo(night.emulator);
    const refused = expect(reply).rejects.toMatchObject({ code: 'ECONNRESET' });
    while (night.emulator.requests().length === 0) await night.clock.advance(1);
    await night.emulator.stop();

    await refused;
    expect(readGo(night.emulator)).toBeUndefined();
  });

  test.for([
    { status: 401, body: /HTTP Status 401/, headers: { 'www-authenticate': 'Basic realm="AEWS"' } },
    { status: 403, body: /^$/, headers: { 'content-length': '0' } },
    { status: 404, body: /HTTP Status 404/, headers: {} },
    { status: 429, body: /HTTP Status 429/, headers: { 'retry-after': '7' }, retryAfter: 7 },
    {
      status: 500,
      body: /HTTP Status 500/,
      headers: { 'content-type': 'text/html;charset=utf-8' },
    },
    { status: 502, body: /HTTP Status 502/, headers: {} },
    { status: 503, body: /HTTP Status 503/, headers: { 'retry-after': '7' }, retryAfter: 7 },
    { status: 504, body: /HTTP Status 504/, headers: {} },
  ])(
    'respond($status) answers with the status and does not execute the request',
    async ({ status, body, headers, ...more }) => {
      await using night = await startNight();
      night.emulator.misbehave(respond(status, more));

      const reply = await sendGo(night.emulator);
      await night.clock.advance(1_000);

      expect(reply.status).toBe(status);
      expect(reply.text).toMatch(body);
      expect(reply.headers).toMatchObject(headers);
      expect(readGo(night.emulator)).toBeUndefined();
      expect(night.emulator.unsupported()).toBe(0);
    },
  );

  test.for([401, 403, 404, 407, 426, 503])(
    'respondWithPage(%i) answers with the page of Tomcat',
    async (status) => {
      await using night = await startNight();
      night.emulator.misbehave(respondWithPage(status));

      const reply = await sendGo(night.emulator);
      await night.clock.advance(1_000);

      expect(reply.status).toBe(status);
      expect(reply.headers['content-type']).toBe('text/html;charset=utf-8');
      expect(reply.text).toMatch(/^<!doctype html>.*HTTP Status/);
      expect(readGo(night.emulator)).toBeUndefined();
    },
  );

  test.for([403, 404, 500])(
    'respondEmpty(%i) answers without a body and a content type',
    async (status) => {
      await using night = await startNight();
      night.emulator.misbehave(respondEmpty(status));

      const reply = await sendGo(night.emulator);

      expect(reply).toMatchObject({ status, text: '', headers: { 'content-length': '0' } });
      expect(reply.headers['content-type']).toBeUndefined();
    },
  );

  test.for([
    { encoding: 'gzip', name: 'gzip' },
    { encoding: 'deflate', name: 'deflate' },
    { encoding: 'raw-deflate', name: 'deflate' },
    { encoding: 'br', name: 'br' },
    { encoding: 'zstd', name: 'zstd' },
    { encoding: 'gzip-twice', name: 'gzip, gzip' },
    { encoding: 'unknown', name: 'x-nonsense' },
    { encoding: 'broken', name: 'gzip' },
    { encoding: 'bomb', name: 'gzip' },
  ] as const)(
    'compress($encoding) executes the request and encodes the body as $name',
    async ({ encoding, name }) => {
      await using night = await startNight();
      const path = '/AEWS/job/PAY_BOX';
      const plain = await sendRequest(night.emulator, 'GET', path);
      night.emulator.misbehave(compress(encoding));

      const reply = await sendRequest(night.emulator, 'GET', path);

      expect(reply.headers['content-encoding']).toBe(name);
      expect(reply.text).not.toBe(plain.text);
      expect(reply.status).toBe(200);
    },
  );

  test('a page of any status may be compressed', async () => {
    await using night = await startNight();
    night.emulator.misbehave(respondWithPage(401, { encoding: 'gzip' }));

    const reply = await sendGo(night.emulator);

    expect(reply).toMatchObject({ status: 401, headers: { 'content-encoding': 'gzip' } });
    expect(reply.headers['www-authenticate']).toBe('Basic realm="AEWS"');
  });

  test('respondWithLine answers with an error line of AutoSys and 200', async () => {
    await using night = await startNight();
    night.emulator.misbehave(respondWithLine('CAUAJM_E_50027 Invalid Job Name: X'));

    const reply = await sendRequest(night.emulator, 'GET', '/AEWS/job/PAY_BOX');

    expect(reply).toMatchObject({ status: 200, text: 'CAUAJM_E_50027 Invalid Job Name: X\n' });
  });

  test('emptyBody answers a read with 200 and no body', async () => {
    await using night = await startNight();
    night.emulator.misbehave(emptyBody);

    const reply = await sendRequest(night.emulator, 'GET', '/AEWS/job/PAY_BOX');

    expect(reply).toMatchObject({ status: 200, text: '' });
  });

  test('halfAResponse cuts the answer in the middle of the body', async () => {
    await using night = await startNight();
    night.emulator.misbehave(halfAResponse);
    const socket = await connect(night.emulator);
    const closed = new Promise((resolve) => socket.once('close', resolve));

    socket.write(`GET /AEWS/job HTTP/1.1\r\nHost: x\r\n${loginLine(night.emulator)}\r\n\r\n`);
    const received = await readUntil(socket, /\{"job":\[/);
    await closed;

    expect(received).not.toContain(']}');
    expect(Number(/Content-Length: (\d+)/.exec(received)?.[1])).toBeGreaterThan(100);
  });

  test('slowBody sends the body in pieces as time passes', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;
    emulator.misbehave(slowBody(1_000));
    const socket = await connect(emulator);

    socket.write(`GET /AEWS/job HTTP/1.1\r\nHost: x\r\n${loginLine(emulator)}\r\n\r\n`);
    const head = await readUntil(socket, /\r\n\r\n/);
    const whole = readUntil(socket, /\]\}$/);
    while (emulator.requests()[0]?.status === undefined) await clock.advance(1_000);

    expect(head.endsWith('\r\n\r\n')).toBe(true);
    expect(JSON.parse(await whole).job).toHaveLength(5);
    socket.destroy();
  });
});

describe('the scope of a fault', () => {
  test('applies the given number of times', async () => {
    await using night = await startNight();
    const planned = night.emulator.misbehave(respond(503), { times: 2 });

    const replies = [];
    for (let sent = 0; sent < 3; sent += 1) replies.push(await sendGo(night.emulator));

    expect(replies.map(({ status }) => status)).toEqual([503, 503, 201]);
    expect(planned.struck).toBe(2);
  });

  test('applies always, until it is cancelled', async () => {
    await using night = await startNight();
    const planned = night.emulator.misbehave(respond(503), { times: 'always' });

    const struck = await Promise.all([1, 2, 3].map(() => sendGo(night.emulator)));
    planned.callOff();

    expect(struck.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect((await sendGo(night.emulator)).status).toBe(201);
  });

  test.for([
    { scope: { method: 'get' }, hits: 'GET /AEWS/job' },
    { scope: { path: '/AEWS/job' }, hits: 'GET /AEWS/job' },
    { scope: { path: /set-global$/ }, hits: 'POST /AEWS/event/set-global' },
    { scope: { method: 'POST', path: /AEWS/ }, hits: 'POST /AEWS/event/set-global' },
  ])('applies only to $hits with the scope $scope', async ({ scope, hits }) => {
    await using night = await startNight();
    const { emulator } = night;
    emulator.misbehave(respond(503), { ...scope, times: 'always' });

    await sendGo(emulator);
    await sendRequest(emulator, 'GET', '/AEWS/job');

    const struck = emulator.requests().filter(({ status }) => status === 503);
    expect(struck.map(({ method, path }) => `${method} ${path}`)).toEqual([hits]);
  });

  test('uses the first fault that matches, in the order of planning', async () => {
    await using night = await startNight();
    const { emulator } = night;
    emulator.misbehave(respond(500));
    emulator.misbehave(respond(502));

    const replies = [await sendGo(emulator), await sendGo(emulator), await sendGo(emulator)];

    expect(replies.map(({ status }) => status)).toEqual([500, 502, 201]);
  });

  test('may be set at the start, and all faults can be cancelled', async () => {
    await using night = await startNight({
      faults: [{ fault: respond(503), times: 'always' }],
    });

    const before = await sendGo(night.emulator);
    night.emulator.behave();

    expect(before.status).toBe(503);
    expect((await sendGo(night.emulator)).status).toBe(201);
  });

  test('refuseConnection closes connections that are kept alive, so that the next must connect', async () => {
    await using night = await startNight();
    const { emulator } = night;
    const agent = new Agent({ keepAlive: true });
    const freed = once(agent, 'free');
    await sendRequest(emulator, 'GET', '/AEWS/job', { agent });
    const [kept] = await freed;

    const planned = emulator.misbehave(refuseConnection);
    await once(kept, 'close');
    const struck = sendRequest(emulator, 'GET', '/AEWS/job', { agent });

    await expect(struck).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(planned.struck).toBe(1);
    expect(emulator.requests()).toHaveLength(1);
    agent.destroy();
  });
});
