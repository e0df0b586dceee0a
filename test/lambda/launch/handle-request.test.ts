import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../lambda/errors.ts';
import { aLaunchRig, aTarget } from './rig.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded', accept: '*/*' };

describe('a form', () => {
  test('starts a run and is answered in text', async () => {
    const rig = aLaunchRig();

    const { status, text, headers } = await rig.send('POST', '/v1/runs', {
      headers: form,
      body: 'target=settlement&job=NIGHT_EOD&run=1620&try=1&param.date=2026-11-30',
    });

    expect(status).toBe(201);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text.split('\n').slice(0, 2)).toEqual([
      'ACTIVE NIGHT_EOD-r1620t1-ACE (RUNNING)',
      'target settlement, requested by agents at 2026-11-30T01:00:00.000Z',
    ]);
  });

  test('carries input as JSON', async () => {
    const rig = aLaunchRig({ targets: [aTarget({ input: 'given', params: {} })] });

    await rig.send('POST', '/v1/runs', {
      headers: form,
      body: `target=settlement&key=K&input=${encodeURIComponent('{"a":[1]}')}`,
    });

    expect(rig.stepFunctions.calls[0]?.input).toBe('{"a":[1]}');
  });

  test.each([
    ['target=settlement&target=other&key=K', 'target: is given more than once'],
    ['target=settlement&key=K&input=%7B', 'input: the JSON is invalid'],
    ['target=settlement&key=K&__proto__=x', '__proto__: unknown field'],
    ['target=settlement&key=K&again=maybe', 'again: allowed: boolean'],
  ])('%s is refused in three lines', async (body, says) => {
    const rig = aLaunchRig();

    const { status, text } = await rig.send('POST', '/v1/runs', { headers: form, body });

    expect(status).toBe(400);
    expect(text.trimEnd().split('\n')).toHaveLength(3);
    expect(text).toContain(says);
    expect(rig.stepFunctions.calls).toEqual([]);
  });
});

describe('a body', () => {
  test.each([
    ['{', 'body: the JSON is invalid'],
    ['[]', 'body: allowed: a JSON object, or a form'],
    ['"x"', 'body: allowed: a JSON object, or a form'],
    ['', 'target: is missing'],
    ['{"target":1}', 'target: allowed: text'],
    ['{"target":"settlement","params":{"date":1}}', 'params: allowed: texts'],
    [`{"target":"${'x'.repeat(700_000)}"}`, 'body: found 700013 characters'],
  ])('%.40s is refused without quoting it', async (body, says) => {
    const { status, text } = await aLaunchRig().send('POST', '/v1/runs', { body });

    expect(status).toBe(400);
    expect(text).toContain(says);
    expect(text.length).toBeLessThan(1_000);
  });

  test('in base64 is decoded', async () => {
    const rig = aLaunchRig();
    const json = '{"target":"settlement","key":"K","params":{"date":"2026-11-30"}}';
    const body = Buffer.from(json).toString('base64');

    const { status } = await rig.send('POST', '/v1/runs', { body, isBase64Encoded: true });

    expect(status).toBe(201);
  });
});

describe('a request', () => {
  test.each([
    ['DELETE', '/v1/runs'],
    ['GET', '/v2/runs'],
  ])('%s %s is not known', async (method, resource) => {
    const { status, text } = await aLaunchRig().send(method, resource);

    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ code: 'UNKNOWN_CALL', exit: 64 });
  });

  test('without the caller of an authorizer is refused', async () => {
    expect((await aLaunchRig().send('GET', '/v1/runs', { caller: '' })).status).toBe(401);
  });

  test('that the ledger cannot serve is 503, to be repeated', async () => {
    const rig = aLaunchRig({
      wrap: (table) => ({
        ...table,
        get: () => Promise.reject(new LedgerError({ doing: 'read', reason: 'throttled' })),
      }),
    });

    const { status, body, headers } = await rig.start();

    expect(status).toBe(503);
    expect(body.message).toBe('the ledger could not read: throttled');
    expect(headers['retry-after']).toBe('5');
    expect(rig.defects).toEqual([]);
  });

  test('that finds a defect is 503, and the defect is logged without its message', async () => {
    const rig = aLaunchRig({
      wrap: (table) => ({ ...table, get: () => Promise.reject(new TypeError('secret')) }),
    });

    const { status, body } = await rig.start();

    expect(status).toBe(503);
    expect(body.message).toBe('an unexpected TypeError');
    expect(rig.defects).toHaveLength(1);
  });

  test('whose launch row is of newer software is 503 with the reason', async () => {
    const rig = aLaunchRig();
    await rig.table.put(
      { key: 'launch ACE NIGHT_EOD 1620/1 1', body: { format: 2, kind: 'launch' } },
      undefined,
    );

    const { status, body } = await rig.start();

    expect(status).toBe(503);
    expect(body.message).toContain('of a format this software does not know');
    expect(rig.stepFunctions.calls).toEqual([]);
  });

  test('is logged with its outcome, without parameters', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.start({ target: 'x' });

    expect(rig.handled).toEqual([
      { action: 'start', caller: 'agents', status: 201, run: 'NIGHT_EOD-r1620t1-ACE' },
      {
        action: 'start',
        caller: 'agents',
        status: 404,
        code: 'UNKNOWN_TARGET',
        reason: 'unknown target "x"',
      },
    ]);
  });
});

describe('a request of another version', () => {
  test.each([
    ['1.0', 400],
    ['1.1', 201],
    ['2.0', 400],
    ['', 400],
  ])(
    'with a field that this version does not know, from version %s, is answered with %s',
    async (version, status) => {
      const rig = aLaunchRig();
      const headers = { 'content-type': 'application/json', 'autosys-bridge-version': version };
      const start = { target: 'settlement', key: 'K', params: { date: '2026-11-30' }, later: 1 };
      const body = JSON.stringify(start);

      expect((await rig.send('POST', '/v1/runs', { headers, body })).status).toBe(status);
    },
  );
});
