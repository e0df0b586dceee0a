import { describe, expect, test } from 'vitest';
import { classify } from '../../../../cli/agent/api/classify.ts';
import type { ExchangeResult } from '../../../../cli/agent/api/outcome.ts';
import {
  readFindAnswer,
  readLogAnswer,
  readRunAnswer,
} from '../../../../cli/agent/api/read-answers.ts';
import { aRun } from '../wait/play.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };
const ours = (version = '1.0') => ({ 'autosys-bridge-version': version });

function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = ours(),
): ExchangeResult {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'answered', status, headers, body: text };
}
const classifyRun = (result: ExchangeResult) => classify(result, readRunAnswer);
const error = (fields: object) => ({
  version: '1.0',
  code: 'UNKNOWN_TARGET',
  message: 'unknown target x',
  fix: 'did you mean y?',
  exit: 64,
  ...fields,
});

describe('an answer', () => {
  test.for([200, 201, 202])('with %i is the run', (status) => {
    expect(classifyRun(answer(status, aRun()))).toMatchObject({
      kind: 'answer',
      status,
      body: { name: 'PAY_EOD-r1620t1-ACE' },
      retryAfterMs: undefined,
    });
  });

  test.for([
    { text: '7', ms: 7_000 },
    { text: '2.5', ms: 2_500 },
    { text: 'Fri, 20 Nov 2026 02:13:00 GMT', ms: undefined },
    { text: '-1', ms: undefined },
  ])('has a Retry-After of $text', ({ text, ms }) => {
    expect(classifyRun(answer(200, aRun(), { ...ours(), 'retry-after': text }))).toMatchObject({
      retryAfterMs: ms,
    });
  });

  test.for(['1.0', '1.1', '1.99'])('of version %s is understood', (version) => {
    expect(classifyRun(answer(200, aRun({ version }), ours(version)))).toMatchObject({
      kind: 'answer',
    });
  });

  test('may have fields and states that this command does not know', () => {
    const body = { ...aRun(), state: 'PAUSED', hints: [{ text: 'new' }] };

    expect(classifyRun(answer(200, body, ours('1.1')))).toMatchObject({ kind: 'answer' });
  });

  test('may have its version in the body alone', () => {
    expect(classifyRun(answer(200, aRun(), {}))).toMatchObject({ kind: 'answer' });
  });

  test.for([
    { version: '2.0', says: 'update this command' },
    { version: '0.9', says: 'deploy the release' },
  ])('of version $version is refused with 69', ({ version, says }) => {
    const outcome = classifyRun(answer(200, aRun({ version }), ours(version)));

    expect(outcome).toMatchObject({ kind: 'refused', exit: 69, isFinal: true });
    expect(outcome).toMatchObject({
      lines: [expect.stringContaining(version), expect.stringContaining(says)],
    });
  });

  test.for([
    {
      what: 'HTML',
      result: answer(200, '<html>login</html>', html),
      says: 'HTTP 200 with text/html',
    },
    { what: 'no run', result: answer(200, { version: '1.0' }), says: 'HTTP 200' },
    {
      what: 'a run without a version',
      result: answer(200, { ...aRun(), version: 1 }, {}),
      says: 'HTTP 200',
    },
    { what: 'a redirect', result: answer(302, '', {}), says: 'HTTP 302' },
  ])('with $what is refused with 69', ({ result, says }) => {
    expect(classifyRun(result)).toMatchObject({
      kind: 'refused',
      exit: 69,
      isFinal: false,
      lines: [expect.stringContaining(says), expect.any(String)],
    });
  });
});

describe('an error of the API', () => {
  test('is refused with its exit code, every fault and what to do', () => {
    const faults = [{ path: 'params.date', message: 'expected a date' }];

    expect(classifyRun(answer(400, error({ exit: 65, faults })))).toEqual({
      kind: 'refused',
      status: 400,
      exit: 65,
      isFinal: true,
      lines: [
        'error: unknown target x (UNKNOWN_TARGET)',
        '  params.date: expected a date',
        'did you mean y?',
      ],
    });
  });

  test.for([
    { paths: ['params.date'], lines: ['error: params.date: is missing (INVALID_INPUT)'] },
    {
      paths: ['params.date', 'params.parts'],
      lines: [
        'error: the request has 2 faults (INVALID_INPUT)',
        '  params.date: is missing',
        '  params.parts: is missing',
      ],
    },
  ])('has each fault once that its message repeats: $paths', ({ paths, lines }) => {
    const faults = paths.map((path) => ({ path, message: 'is missing' }));
    const message = paths.map((path) => `${path}: is missing`).join('; ');
    const body = error({ code: 'INVALID_INPUT', message, exit: 65, faults });

    expect(classifyRun(answer(400, body))).toMatchObject({ lines: [...lines, 'did you mean y?'] });
  });

  test.for([
    { status: 429, code: 'TARGET_BUSY', hadNoEffect: true },
    { status: 503, code: 'TARGET_DISABLED', hadNoEffect: true },
    // Also the answer of the gateway to a function that took too long.
    { status: 503, code: 'NOT_AVAILABLE', hadNoEffect: false },
  ])('with $status $code asks to wait in its words', ({ status, code, hadNoEffect }) => {
    const headers = { ...ours(), 'retry-after': '30' };

    expect(classifyRun(answer(status, error({ code }), headers))).toEqual({
      kind: 'busy',
      words: 'unknown target x',
      retryAfterMs: 30_000,
      hadNoEffect,
    });
  });

  test('with 500 may have been executed', () => {
    expect(classifyRun(answer(500, error({})))).toMatchObject({ kind: 'failed', isSent: true });
  });

  test.for([0, 256, 1.5, -1])('with the exit code %d ends with 69', (exit) => {
    expect(classifyRun(answer(404, error({ exit })))).toMatchObject({ kind: 'refused', exit: 69 });
  });

  test('of another major version is refused before its content', () => {
    expect(classifyRun(answer(404, error({ version: '2.0' }), ours('2.0')))).toMatchObject({
      exit: 69,
    });
  });
});

describe('an answer of a gateway or proxy', () => {
  test.for([
    { status: 403, body: { message: 'Forbidden' }, exit: 77, says: 'HTTP 403: Forbidden' },
    {
      status: 403,
      body: { Message: 'User: anonymous is not authorized to perform: execute-api:Invoke' },
      exit: 77,
      says: 'not authorized',
    },
    { status: 403, body: { message: 'Missing Authentication Token' }, exit: 69, says: 'Missing' },
    { status: 404, body: '<html>', exit: 69, says: 'HTTP 404' },
    {
      status: 400,
      body: { message: 'Invalid request body' },
      exit: 65,
      says: 'Invalid request body',
    },
    { status: 413, body: { message: 'Request Too Long' }, exit: 65, says: 'Too Long' },
    { status: 415, body: {}, exit: 69, says: 'HTTP 415' },
  ])('with $status ends with $exit', ({ status, body, exit, says }) => {
    expect(classifyRun(answer(status, body, {}))).toMatchObject({
      kind: 'refused',
      exit,
      isFinal: false,
      lines: [expect.stringContaining(says), expect.any(String)],
    });
  });

  test.for([500, 502, 503, 504, 408])('with %i may have been executed', (status) => {
    expect(classifyRun(answer(status, '<html>', html))).toEqual({
      kind: 'failed',
      isSent: true,
      reason: `it answers HTTP ${status}`,
    });
  });

  test('with 429 was not executed', () => {
    const headers = { 'retry-after': '2' };

    expect(classifyRun(answer(429, { message: 'Too Many Requests' }, headers))).toEqual({
      kind: 'throttled',
      retryAfterMs: 2_000,
    });
  });
});

describe('a request without an answer', () => {
  test.for([
    { result: { kind: 'unreached', reason: 'x' }, outcome: { kind: 'failed', isSent: false } },
    { result: { kind: 'lost', reason: 'x' }, outcome: { kind: 'failed', isSent: true } },
    {
      result: { kind: 'untrusted', reason: 'x' },
      outcome: { kind: 'refused', exit: 69, isFinal: false },
    },
  ] as const)('that is $result.kind', ({ result, outcome }) => {
    expect(classifyRun(result)).toMatchObject(outcome);
  });
});

describe('the shape of an answer', () => {
  test.for([
    null,
    [],
    'text',
    { ...aRun(), name: 1 },
    { ...aRun(), rev: undefined },
    { ...aRun(), changes: [{ at: 1, text: 'x' }] },
    { ...aRun(), exit: { code: 256, source: 'x' } },
    { ...aRun(), exit: { code: 1 } },
    { ...aRun(), stop: { state: 'proven', text: 'x' } },
    { ...aRun(), stop: { state: 'proven', text: 'x', remaining: [1] } },
  ])('rejects the run %j', (value) => {
    expect(readRunAnswer(value)).toBeUndefined();
  });

  test('accepts a run without changes', () => {
    const { changes: _, ...rest } = aRun();

    expect(readRunAnswer(rest)).toMatchObject({ changes: [] });
  });

  test.for([null, {}, { text: 'x', next: 'y' }, { text: 1, next: 'y', end: true }])(
    'rejects the page %j',
    (value) => {
      expect(readLogAnswer(value)).toBeUndefined();
    },
  );

  test('leaves out runs that cannot be read', () => {
    const value = { version: '1.0', by: 'ledger', runs: [aRun(), { name: 1 }] };

    expect(readFindAnswer(value)?.runs).toHaveLength(1);
    expect(readFindAnswer({ runs: 'x' })).toBeUndefined();
  });
});
