import { describe, expect, test } from 'vitest';
import { readReply } from '../../../autosys/client/reply.ts';
import {
  type RequestDescription,
  readCommandOutput,
  toError,
} from '../../../autosys/client/wire.ts';
import { parseJobName } from '../../../autosys/names.ts';

const unchanged = (text: string) => text;
const read = (httpStatus: number, body = '', headers: Readonly<Record<string, string>> = {}) =>
  readReply({ httpStatus, headers, body }, unchanged);

const job = parseJobName('etl_load');
const event: RequestDescription = { doing: 'STARTJOB etl_load', changes: true, job };
const reading: RequestDescription = {
  doing: 'reading job etl_load',
  changes: false,
  job,
  jobAddress: true,
};

describe('the error of a status', () => {
  test.for([
    [200, undefined, undefined],
    [201, undefined, undefined],
    [204, undefined, undefined],
    [301, 'AutosysProtocolError', 'AutosysProtocolError'],
    [302, 'AutosysProtocolError', 'AutosysProtocolError'],
    [307, 'AutosysProtocolError', 'AutosysProtocolError'],
    [400, 'AutosysRefusedError', 'AutosysRefusedError'],
    [401, 'AutosysUnauthorizedError', 'AutosysUnauthorizedError'],
    [403, 'AutosysUnauthorizedError', 'AutosysUnauthorizedError'],
    [404, 'UnexplainedNotFoundError', 'UnexplainedNotFoundError'],
    [405, 'AutosysRefusedError', 'AutosysRefusedError'],
    [406, 'AutosysRefusedError', 'AutosysRefusedError'],
    [408, 'AutosysUnavailableError', 'AutosysUnavailableError'],
    [409, 'AutosysRefusedError', 'AutosysRefusedError'],
    [415, 'AutosysRefusedError', 'AutosysRefusedError'],
    [418, 'AutosysRefusedError', 'AutosysRefusedError'],
    [429, 'AutosysUnavailableError', 'AutosysUnavailableError'],
    [500, 'AutosysOutcomeUnknownError', 'AutosysUnavailableError'],
    [501, 'AutosysRefusedError', 'AutosysRefusedError'],
    [502, 'AutosysOutcomeUnknownError', 'AutosysUnavailableError'],
    [503, 'AutosysUnavailableError', 'AutosysUnavailableError'],
    [504, 'AutosysOutcomeUnknownError', 'AutosysUnavailableError'],
    [599, 'AutosysOutcomeUnknownError', 'AutosysUnavailableError'],
    [999, 'AutosysOutcomeUnknownError', 'AutosysUnavailableError'],
  ] as const)('is for %i of an event %s and of a read %s', ([status, ofEvent, ofRead]) => {
    expect(toError(read(status), event)?.name).toBe(ofEvent);
    expect(toError(read(status), reading)?.name).toBe(ofRead);
  });

  test.for([400, 404, 422, 500, 503])('is an unknown job for %i with CAUAJM_E_50027', (status) => {
    const reply = read(status, '{"a":{"b":"CAUAJM_E_50027 Invalid Job Name: etl_load"}}');

    expect(toError(reply, event)?.name).toBe('JobNotFoundError');
    expect(toError(reply, { ...event, job: undefined })?.name).not.toBe('JobNotFoundError');
  });

  test.for([401, 403])('is a rejected login for %i with any text', (status) => {
    const reply = read(status, 'CAUAJM_E_50027 Invalid Job Name: etl_load');

    expect(toError(reply, event)?.name).toBe('AutosysUnauthorizedError');
  });

  test.for([
    { header: { 'retry-after': '120' }, ms: 120_000 },
    { header: { 'retry-after': '0' }, ms: 0 },
    {
      header: {
        date: 'Fri, 02 Jan 2026 03:04:05 GMT',
        'retry-after': 'Fri, 02 Jan 2026 03:04:35 GMT',
      },
      ms: 30_000,
    },
    {
      header: {
        date: 'Fri, 02 Jan 2026 03:04:05 GMT',
        'retry-after': 'Fri, 02 Jan 2026 03:00:00 GMT',
      },
      ms: 0,
    },
    { header: { 'retry-after': 'Fri, 02 Jan 2026 03:04:35 GMT' }, ms: undefined },
    { header: { 'retry-after': 'soon' }, ms: undefined },
    { header: {}, ms: undefined },
  ])('has a retry-after of $ms ms for $header', ({ header, ms }) => {
    expect(toError(read(503, '', header), event)).toMatchObject({ retryAfterMs: ms });
  });

  test.for([
    { location: 'https://sso.example.com:8443/login?token=1', to: 'to sso.example.com:8443,' },
    { location: 'https://bob:pw@sso.example.com/', to: 'to sso.example.com,' },
    { location: '/AEWS/', to: 'to another path of the same host,' },
  ])('names the host of the redirect to $location', ({ location, to }) => {
    expect(toError(read(302, '', { location }), event)?.message).toContain(to);
  });
});

describe('the message of a reply', () => {
  const tomcat = `<!doctype html><html lang="en"><head><title>HTTP Status 404 – Not Found</title>
    <style type="text/css">body {font-family:Tahoma;} h1 {color:white;}</style></head>
    <body><h1>HTTP Status 404 – Not Found</h1><hr class="line" /><p><b>Type</b> Status Report</p>
    <p><b>Message</b> No &lt;job&gt; &quot;x&quot; &amp; no&nbsp;y</p></body></html>`;
  test.for([
    { when: 'nothing', body: '', shape: 'empty', said: '' },
    { when: 'blanks', body: ' \r\n ', shape: 'empty', said: '' },
    {
      when: 'a line',
      body: 'CAUAJM_E_50027 Invalid Job Name: x\n',
      shape: 'text',
      said: 'CAUAJM_E_50027 Invalid Job Name: x',
    },
    {
      when: 'lines',
      body: 'working\r\nCAUAJM_E_1 no\r\nbye',
      shape: 'text',
      said: 'CAUAJM_E_1 no',
    },
    {
      when: 'a page',
      body: tomcat,
      shape: 'page',
      said: 'HTTP Status 404 – Not Found Type Status Report Message No job "x" & no y',
    },
    {
      when: 'a page with a code',
      body: '<p>Oops</p><pre>CAUAJM_E_9 bad\nat x</pre>',
      shape: 'page',
      said: 'CAUAJM_E_9 bad',
    },
    { when: 'XML', body: '<?xml version="1.0"?><error>no</error>', shape: 'page', said: 'no' },
    { when: 'an error', body: '{"error":"no such thing"}', shape: 'json', said: 'no such thing' },
    { when: 'stdErr', body: '{"stdOut":["a"],"stdErr":["b","c"]}', shape: 'json', said: 'b c' },
    {
      when: 'unknown fields',
      body: '{"a":[1,{"b":"two"}],"c":null}',
      shape: 'json',
      said: '1 two',
    },
    { when: 'JSON with markup', body: '{"message":"<b>no</b>"}', shape: 'json', said: 'no' },
    { when: 'broken JSON', body: '{"message":', shape: 'text', said: '{"message":' },
    { when: 'a byte order mark', body: '\uFEFF{"message":"x"}', shape: 'json', said: 'x' },
    {
      when: 'the output of jil',
      body: JSON.stringify({
        status: 'failed',
        out: [
          'CAUAJM_E_10302 Database Change WAS NOT successful.',
          'CAUAJM_E_18947 Invalid box name X',
        ],
      }),
      shape: 'json',
      said: 'CAUAJM_E_18947 Invalid box name X',
    },
    { when: 'a ruler', body: `done\n${'_'.repeat(78)}\nwell`, shape: 'text', said: 'done well' },
    {
      when: 'control characters',
      body: 'a\u001b[31mb\u0000\u202ec\u0007',
      shape: 'text',
      said: 'a [31mb c',
    },
  ])('reads $shape from $when', ({ body, shape, said }) => {
    const reply = read(500, body);

    expect({ shape: reply.shape, said: reply.said }).toEqual({ shape, said });
  });

  test.for([
    'x'.repeat(100_000),
    `<html>${'<p>y</p>'.repeat(50_000)}`,
    `<${'<style'.repeat(400_000)}`,
    `CAUAJM_E_1 ${'z'.repeat(9_000)}`,
    JSON.stringify({ message: 'w'.repeat(1_000) }),
  ])('is one line of at most 300 characters', (body) => {
    const { said } = read(500, body);

    expect(said.length).toBeLessThanOrEqual(300);
    expect(said).not.toMatch(/[<>\r\n]/);
  });

  test.for([
    { body: '{"stdOut":["a",""],"stdErr":[]}', output: { stdOut: ['a', ''], stdErr: [] } },
    { body: '{"STDOUT":"a\\nb"}', output: { stdOut: ['a', 'b'], stdErr: [] } },
    { body: '{"stdErr":"no"}', output: { stdOut: [], stdErr: ['no'] } },
    { body: '{"output":"a"}', output: { stdOut: ['a'], stdErr: [] } },
    { body: 'a\nb', output: { stdOut: ['a', 'b'], stdErr: [] } },
    { body: 'CAUAJM_E_10323 no', output: { stdOut: [], stdErr: ['CAUAJM_E_10323 no'] } },
    { body: '{"status":"ok"}', output: undefined },
    { body: '[]', output: undefined },
    { body: '', output: undefined },
    { body: '<html></html>', output: undefined },
  ])('reads the output of a command from $body', ({ body, output }) => {
    expect(readCommandOutput(read(200, body))).toEqual(output);
  });
});
