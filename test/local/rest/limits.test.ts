import { Duration } from 'aws-cdk-lib';
import { LambdaIntegration } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, test } from 'vitest';
import { type DefineRest, defineEcho } from './rest-assembly.ts';
import { startRest, withProperties } from './rest-world.ts';

const define = defineEcho();

/** Two functions: `Hold` runs twice at once, `Quick` has 100 ms. */
const defineHold: DefineRest = ({ createFunction, createApi }) => {
  const { root } = createApi();
  const hold = createFunction('Hold', { reservedConcurrentExecutions: 2 });
  root.addResource('hold').addMethod('GET', new LambdaIntegration(hold));
  const timeout = Duration.millis(100);
  const quick = new LambdaIntegration(createFunction('Quick'), { timeout });
  root.addResource('quick').addMethod('GET', quick);
};

const defineThrottled: DefineRest = ({ createFunction, createApi }) => {
  const { root } = createApi({
    deployOptions: {
      throttlingRateLimit: 10,
      throttlingBurstLimit: 3,
      methodOptions: { '/a/POST': { throttlingRateLimit: 1, throttlingBurstLimit: 1 } },
    },
  });
  const integration = new LambdaIntegration(createFunction('Echo'));
  const a = root.addResource('a');
  for (const method of ['GET', 'POST', 'PUT']) a.addMethod(method, integration);
};

/** A handler whose invocations wait until the test answers them. */
function createHeldHandler() {
  const waiting: (() => void)[] = [];
  const entered: (() => void)[] = [];
  return {
    handler: () =>
      new Promise<unknown>((resolve) => {
        waiting.push(() => resolve({ statusCode: 200, body: 'late' }));
        entered.shift()?.();
      }),
    /** Resolves when the next invocation has begun. */
    nextEntry: () => new Promise<void>((resolve) => entered.push(resolve)),
    release: () => {
      for (const answer of waiting.splice(0)) answer();
    },
  };
}

describe('the time limit', () => {
  test('is 29 seconds by the local clock, and the invocation goes on', async () => {
    const held = createHeldHandler();
    await using world = await startRest(define, { Echo: held.handler });
    const entry = held.nextEntry();
    const answering = world.client.send('/echo');
    await entry;

    await world.clock.advance(28_999);
    const before = world.front.requests.length;
    await world.clock.advance(1);
    const answer = await answering;
    held.release();

    expect(before).toBe(0);
    expect(answer).toMatchObject({
      status: 504,
      text: '{"message":"Endpoint request timed out"}',
    });
    expect(world.eventsOf('Echo')).toHaveLength(1);
  });

  test('may be shorter', async () => {
    const held = createHeldHandler();
    await using world = await startRest(defineHold, { Quick: held.handler });
    const entry = held.nextEntry();
    const answering = world.client.send('/quick');
    await entry;

    await world.clock.advance(100);

    expect((await answering).status).toBe(504);
    held.release();
  });

  test('does not cut a request of 25 seconds', async () => {
    const held = createHeldHandler();
    await using world = await startRest(define, { Echo: held.handler });
    const entry = held.nextEntry();
    const answering = world.client.send('/echo');
    await entry;

    await world.clock.advance(25_000);
    held.release();

    expect(await answering).toMatchObject({ status: 200, text: 'late' });
  });
});

describe('reserved concurrency', () => {
  test.for([
    { setting: undefined, status: 500, text: 'Internal server error' },
    { setting: 502 as const, status: 502, text: 'Internal server error' },
    { setting: 429 as const, status: 429, text: 'Too Many Requests' },
  ])('answers $status to one more request', async ({ setting, status, text }) => {
    const held = createHeldHandler();
    const settings = setting === undefined ? {} : { throttledFunctionStatus: setting };
    await using world = await startRest(defineHold, { Hold: held.handler }, settings);
    const entries = [held.nextEntry(), held.nextEntry()];
    const waiting = [world.client.send('/hold'), world.client.send('/hold')];
    await Promise.all(entries);

    const refused = await world.client.send('/hold');
    held.release();
    const answers = await Promise.all(waiting);
    const entry = held.nextEntry();
    const next = world.client.send('/hold');
    await entry;
    held.release();

    expect(refused.status).toBe(status);
    expect(refused.json()).toEqual({ message: text });
    expect(answers.map((one) => one.status)).toEqual([200, 200]);
    expect((await next).status).toBe(200);
    expect(world.eventsOf('Hold')).toHaveLength(3);
  });

  test('counts an invocation until it ends, also after the time limit', async () => {
    const held = createHeldHandler();
    await using world = await startRest(defineHold, { Hold: held.handler });
    const entries = [held.nextEntry(), held.nextEntry()];
    const waiting = [world.client.send('/hold'), world.client.send('/hold')];
    await Promise.all(entries);
    await world.clock.advance(29_000);
    await Promise.all(waiting);

    const refused = await world.client.send('/hold');
    held.release();

    expect(refused.status).toBe(500);
  });
});

describe('throttling', () => {
  test('allows a burst, then the rate, by method', async () => {
    await using world = await startRest(defineThrottled);
    const { client, clock } = world;
    const statuses = async (method: string, count: number) => {
      const answers: unknown[] = [];
      for (let at = 0; at < count; at += 1) {
        answers.push((await client.send('/a', { method })).status);
      }
      return answers;
    };

    expect(await statuses('GET', 4)).toEqual([200, 200, 200, 429]);
    expect(await statuses('PUT', 4)).toEqual([200, 200, 200, 429]);
    expect(await statuses('POST', 2)).toEqual([200, 429]);
    await clock.advance(100);
    expect(await statuses('GET', 2)).toEqual([200, 429]);
    expect(await statuses('POST', 1)).toEqual([429]);
    await clock.advance(900);
    expect(await statuses('POST', 2)).toEqual([200, 429]);
    expect(await statuses('GET', 4)).toEqual([200, 200, 200, 429]);
  });

  test('answers with the message of API Gateway, without an invocation', async () => {
    await using world = await startRest(defineThrottled);
    await world.client.send('/a', { method: 'POST' });

    const answer = await world.client.send('/a', { method: 'POST' });

    expect(answer.text).toBe('{"message":"Too Many Requests"}');
    expect(answer.headers['x-amzn-errortype']).toBe('TooManyRequestsException');
    expect(world.eventsOf('Echo')).toHaveLength(1);
  });
});

describe('sizes', () => {
  test.for([
    { bytes: 6_000_000, status: 200, text: '' },
    { bytes: 6_291_556, status: 413, text: '{"message":"Request Too Long"}' },
    { bytes: 10_485_760, status: 413, text: '{"message":"Request Too Long"}' },
    { bytes: 10_485_761, status: 413, text: 'HTTP content length exceeded 10485760 bytes.' },
  ])('answers $status to a body of $bytes bytes: $text', async ({ bytes, status, text }) => {
    await using world = await startRest(define);

    const answer = await world.client.send('/echo', { method: 'POST', body: 'x'.repeat(bytes) });

    expect(answer).toMatchObject({ status, text });
    expect(world.eventsOf('Echo')).toHaveLength(status === 200 ? 1 : 0);
  });

  /** Header lines that the client adds: `Host: 127.0.0.1:PORT` and `Connection: keep-alive`. */
  const ownBytes = (port: string) => `Host: 127.0.0.1:${port}\r\n`.length + 24;

  test.for([
    { over: 0, status: 200 },
    { over: 1, status: 431 },
  ])('answers $status to headers of $over bytes more than the limit', async ({ over, status }) => {
    await using world = await startRest(define);
    const own = ownBytes(new URL(world.front.url).port);
    const length = 10_240 - own - 'X: \r\n'.length + over;

    const answer = await world.client.send('/echo', { headers: { X: 'x'.repeat(length) } });

    expect(answer.status).toBe(status);
    if (status === 431) expect(answer.text).toBe('HTTP header is larger than 10240 bytes.');
  });

  test('can have another limit of the headers', async () => {
    await using world = await startRest(define, {}, { headerBytes: 8000 });

    const answer = await world.client.send('/echo', { headers: { X: 'x'.repeat(8000) } });

    expect(answer.status).toBe(431);
  });

  test('answers 414 to a URL of more than 10240 characters', async () => {
    await using world = await startRest(define);

    const allowed = await world.client.send(`/items/${'x'.repeat(10_240 - '/v/items/'.length)}`);
    const refused = await world.client.send(`/items/${'x'.repeat(10_241 - '/v/items/'.length)}`);

    expect([allowed.status, refused.status]).toEqual([200, 414]);
    expect(refused.json()).toEqual({ message: 'Request URI too long' });
  });
});

describe('permission to invoke', () => {
  const prefix = 'arn:aws:execute-api:eu-west-1:111122223333:';
  test.for([
    { of: 'another method', properties: { SourceArn: `${prefix}*/v/POST/echo` }, status: 500 },
    { of: 'another stage', properties: { SourceArn: `${prefix}*/w/GET/echo` }, status: 500 },
    { of: 'another path', properties: { SourceArn: `${prefix}*/v/GET/echoes` }, status: 500 },
    { of: 'another service', properties: { Principal: 'events.amazonaws.com' }, status: 500 },
    { of: 'another account', properties: { SourceAccount: '999900001111' }, status: 500 },
    { of: 'another action', properties: { Action: 'lambda:GetFunction' }, status: 500 },
    { of: 'the method', properties: { SourceArn: `${prefix}*/v/GET/echo` }, status: 200 },
    { of: 'every method', properties: { SourceArn: `${prefix}*/*/*/*` }, status: 200 },
    { of: 'the account', properties: { SourceAccount: '111122223333' }, status: 200 },
    { of: 'every source', properties: { SourceArn: undefined }, status: 200 },
  ])('for $of is answered by $status', async ({ properties, status }) => {
    const patch = withProperties('AWS::Lambda::Permission', properties);
    await using world = await startRest(define, {}, { patch });

    const answer = await world.client.send('/echo');

    expect(answer.status).toBe(status);
    expect(world.eventsOf('Echo')).toHaveLength(status === 200 ? 1 : 0);
    if (status === 500) expect(answer.text).toBe('{"message":"Internal server error"}');
  });
});

describe('planned faults', () => {
  test('drop the connection before the invocation', async () => {
    await using world = await startRest(define);
    world.front.inject({ kind: 'dropBefore' });

    const dropped = await world.client.send('/echo').catch(({ code }) => code);
    const { status } = await world.client.send('/echo');

    expect(dropped).toBe('ECONNRESET');
    expect(status).toBe(200);
    expect(world.eventsOf('Echo')).toHaveLength(1);
    expect(world.front.requests.map((one) => one.status)).toEqual([undefined, 200]);
  });

  test('drop the connection after the invocation, for matching requests', async () => {
    await using world = await startRest(define);
    world.front.inject({ kind: 'dropAfter', method: 'POST', path: /^\/echo$/, times: 2 });

    const get = await world.client.send('/echo');
    const posts: unknown[] = [];
    for (let at = 0; at < 3; at += 1) {
      const post = world.client.send('/echo', { method: 'POST' });
      posts.push(await post.then(({ status }) => status).catch(({ code }) => code));
    }

    expect(get.status).toBe(200);
    expect(posts).toEqual(['ECONNRESET', 'ECONNRESET', 200]);
    expect(world.eventsOf('Echo')).toHaveLength(4);
  });

  test.for([
    { status: 500 as const, message: 'Internal server error' },
    { status: 502 as const, message: 'Internal server error' },
    { status: 503 as const, message: 'Service Unavailable' },
    { status: 504 as const, message: 'Endpoint request timed out' },
  ])('answer $status without an invocation', async ({ status, message }) => {
    await using world = await startRest(define);
    const end = world.front.inject({ kind: 'answer', status, times: 100 });

    const answer = await world.client.send('/echo');
    end();
    const next = await world.client.send('/echo');

    expect(answer.status).toBe(status);
    expect(answer.json()).toEqual({ message });
    expect(next.status).toBe(200);
    expect(world.eventsOf('Echo')).toHaveLength(1);
  });

  test('delay a request by the local clock', async () => {
    await using world = await startRest(define);
    world.front.inject({ kind: 'delay', delayMs: 60_000 });
    const waiting = Promise.withResolvers<void>();
    const { setTimer } = world.clock;
    world.clock.setTimer = (...timer) => {
      waiting.resolve();
      return setTimer.apply(world.clock, timer);
    };
    const answering = world.client.send('/echo');
    await waiting.promise;
    const before = world.eventsOf('Echo').length;

    await world.clock.advance(60_000);
    const { status } = await answering;

    expect([before, status]).toEqual([0, 200]);
    expect(world.eventsOf('Echo')).toHaveLength(1);
  });
});
