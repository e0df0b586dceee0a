import { describe, expect, test } from 'vitest';
import { defineEcho } from './rest-assembly.ts';
import { startRest } from './rest-world.ts';

const define = defineEcho();
const defineBinary = defineEcho({ binaryMediaTypes: ['image/*'] });

describe('the answer of a function', () => {
  test('reaches the client with status, headers and body', async () => {
    await using world = await startRest(define, {
      Echo: () => ({
        statusCode: 201,
        headers: { 'X-One': '1', 'Content-Type': 'text/plain' },
        multiValueHeaders: { 'X-One': ['1', '2'], 'Set-Cookie': ['a=1', 'b=2'] },
        body: 'é',
      }),
    });

    const answer = await world.client.send('/echo');

    expect(answer).toMatchObject({ status: 201, text: 'é' });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '2',
      'x-one': '1, 2',
      'set-cookie': ['a=1', 'b=2'],
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-amz-apigw-id': expect.stringMatching(/=$/),
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
      connection: 'keep-alive',
    });
  });

  test('is JSON unless it says otherwise, and may have no body', async () => {
    await using world = await startRest(define, {
      Echo: () => ({ statusCode: 200, headers: null, body: null }),
    });

    const answer = await world.client.send('/echo');

    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  test('loses headers that API Gateway renames or removes', async () => {
    const headers = {
      ...{ 'WWW-Authenticate': 'Basic', Server: 'x', Date: 'then', Authorization: 'x' },
      ...{ Connection: 'close', 'Transfer-Encoding': 'chunked', Host: 'x', 'Content-Length': '99' },
    };
    await using world = await startRest(define, { Echo: () => ({ statusCode: 401, headers }) });

    const answer = await world.client.send('/echo');

    expect(answer.headers).toMatchObject({
      'x-amzn-remapped-www-authenticate': 'Basic',
      'x-amzn-remapped-server': 'x',
      'x-amzn-remapped-date': 'then',
      'x-amzn-remapped-authorization': 'x',
      'x-amzn-remapped-connection': 'close',
      'content-length': '0',
      connection: 'keep-alive',
    });
    for (const name of ['www-authenticate', 'server', 'host', 'transfer-encoding']) {
      expect(answer.headers).not.toHaveProperty(name);
    }
  });

  test.for([
    { accept: 'image/png', text: 'hi' },
    { accept: 'text/html, image/png', text: 'aGk=' },
    { accept: undefined, text: 'hi' },
  ])('is decoded from base64 for Accept $accept: $text', async ({ accept, text }) => {
    const headers = { 'Content-Type': 'image/png' };
    await using world = await startRest(defineBinary, {
      Echo: () => ({ statusCode: 200, headers, body: 'aGk=', isBase64Encoded: true }),
    });

    const answer = await world.client.send('/echo', {
      headers: accept === undefined ? {} : { Accept: accept },
    });

    expect(answer.text).toBe(text);
  });

  test.for([
    { of: 'null', result: null },
    { of: 'a text', result: 'x' },
    { of: 'a list', result: [] },
    { of: 'no status', result: {} },
    { of: 'a textual status', result: { statusCode: '200' } },
    { of: 'a fractional status', result: { statusCode: 200.5 } },
    { of: 'an informational status', result: { statusCode: 101 } },
    { of: 'an unknown status', result: { statusCode: 600 } },
    { of: 'an object as body', result: { statusCode: 200, body: {} } },
    { of: 'a number as body', result: { statusCode: 200, body: 1 } },
    { of: 'a list as headers', result: { statusCode: 200, headers: [] } },
    { of: 'a number as header', result: { statusCode: 200, headers: { a: 1 } } },
    { of: 'a list as header', result: { statusCode: 200, headers: { a: ['1'] } } },
    { of: 'a wrong header name', result: { statusCode: 200, headers: { 'a b': '1' } } },
    { of: 'a line break in a header', result: { statusCode: 200, headers: { a: '1\n2' } } },
    { of: 'a text as multi header', result: { statusCode: 200, multiValueHeaders: { a: '1' } } },
    { of: 'a textual flag', result: { statusCode: 200, isBase64Encoded: 'true' } },
    { of: 'cookies of format 2.0', result: { statusCode: 200, cookies: [] } },
    { of: 'an unknown field', result: { statusCode: 200, status: 1 } },
  ])('is 502 for $of', async ({ result }) => {
    await using world = await startRest(define, { Echo: () => result });

    const answer = await world.client.send('/echo');

    expect(answer).toMatchObject({ status: 502, text: '{"message":"Internal server error"}' });
    expect(answer.headers['x-amzn-errortype']).toBe('InternalServerErrorException');
  });

  test('is 502 for an error', async () => {
    await using world = await startRest(define, {
      Echo: () => {
        throw new Error('secret');
      },
    });

    const answer = await world.client.send('/echo');

    expect(answer).toMatchObject({ status: 502, text: '{"message":"Internal server error"}' });
  });

  test.for([
    { bytes: 6_291_000, status: 200 },
    { bytes: 6_291_556, status: 502 },
  ])('is $status for a result of more than $bytes bytes', async ({ bytes, status }) => {
    await using world = await startRest(define, {
      Echo: () => ({ statusCode: 200, body: 'x'.repeat(bytes) }),
    });

    const answer = await world.client.send('/echo');

    expect(answer.status).toBe(status);
  });
});
