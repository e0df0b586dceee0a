import { expect, test } from 'vitest';
import type { LogLocation, ReadLog } from '../../../lambda/aws/log-results.ts';
import type { LogAnswer } from '../../../lambda/launch/api.ts';
import { toLogText } from '../../../lambda/launch/log-lines.ts';
import { startLogRig } from './log-rig.ts';
import { aCaller, aLaunchRig } from './rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const pageBytes = 262_144;
const group = '/aws/batch/job';

/** A rig whose run has the log streams of a Batch job in its history, read by a port. */
async function aPagedRig(readLog: ReadLog, over: Parameters<typeof aLaunchRig>[0] = {}) {
  const streams = ['one', 'two'];
  const events = [
    { id: 3, previousId: 2, type: 'ExecutionFailed', atMs: 3, error: 'E' },
    { id: 2, previousId: 1, type: 'TaskFailed', atMs: 2, resource: 'submitJob.sync' },
    { id: 1, previousId: 0, type: 'TaskStateEntered', atMs: 1, state: 'Risk', batchJobId: 'a' },
  ];
  const job = { jobId: 'a', status: 'FAILED', maxAttempts: 2, isArray: false, isEks: false };
  const attempts = streams.map((one) => ({ streams: [one], exitCode: 1, isOver: true }));
  const rig = aLaunchRig({
    ...over,
    logs: {
      readLog,
      readHistory: async () => ({ kind: 'found', events }),
      readJobLogs: async () => ({ kind: 'found', jobs: [{ ...job, attempts }] }),
    },
  });
  await rig.start();
  await rig.report(name, { status: 'FAILED' });
  return rig;
}

const streamOf = (location: LogLocation) => (location.kind === 'stream' ? location.stream : '');

test('gives 10 million lines in pages of at most 256 KiB, with few calls for each', async () => {
  const total = 10_000_000;
  let calls = 0;
  const readLog: ReadLog = async ({ location, token = '0' }) => {
    calls += 1;
    const at = Number(token);
    const size = streamOf(location) === 'one' ? total : 1;
    const count = Math.min(2_500, size - at);
    const lines = Array.from({ length: count }, (_, n) => `line ${at + n} of the night`);
    return { kind: 'page', lines, ...(count > 0 && { next: String(at + count) }) };
  };
  const rig = await aPagedRig(readLog);

  let answer: LogAnswer = (await rig.log(name)).body;
  const lines = answer.text.split('\n').filter((line) => line.startsWith('line '));
  for (let page = 1; page < 40; page += 1) {
    answer = (await rig.log(name, answer.next)).body;
    expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(pageBytes);
    expect(answer.end).toBe(false);
    lines.push(...answer.text.split('\n').slice(0, -1));
  }

  expect(lines.length).toBeGreaterThan(300_000);
  expect(lines.every((line, at) => line === `line ${at} of the night`)).toBe(true);
  expect(calls).toBeLessThan(40 * 6);
});

test('ends a page after 20 calls without a line, and continues', async () => {
  const readLog: ReadLog = async ({ location, token = '0' }) => {
    if (streamOf(location) === 'two') return { kind: 'page', lines: ['second'] };
    const at = Number(token);
    return at < 30
      ? { kind: 'page', lines: [], next: String(at + 1) }
      : { kind: 'page', lines: ['first'] };
  };
  const rig = await aPagedRig(readLog);

  const { body: first } = await rig.log(name);
  const { body: second } = await rig.log(name, first.next);

  expect(first).toMatchObject({ end: false, text: expect.stringMatching(/attempt 1.* ===\n$/) });
  expect(second.text).toMatch(/^first\n=== state Risk, attempt 2.*\nsecond\n$/);
  expect(second.end).toBe(true);
});

test('cuts the log of a function after 10,000 lines', async () => {
  const events = [
    { id: 3, previousId: 2, type: 'ExecutionFailed', atMs: 3, error: 'E' },
    { id: 2, previousId: 1, type: 'TaskFailed', atMs: 2, functionName: 'busy' },
    { id: 1, previousId: 0, type: 'TaskStateEntered', atMs: 1, state: 'Load' },
  ];
  const lines = Array.from({ length: 2_500 }, () => 'x');
  const readLog: ReadLog = async () => ({ kind: 'page', lines, next: 'more' });
  const rig = await aPagedRig(readLog);
  const paged = aLaunchRig({
    logs: { readLog, readHistory: async () => ({ kind: 'found', events }) },
  });
  await paged.start();
  await paged.report(name, { status: 'FAILED' });

  const { body } = await paged.log(name);

  expect(body.end).toBe(true);
  expect(body.text.match(/^x$/gm)).toHaveLength(10_000);
  expect(body.text).toMatch(/=== cut after 10000 lines; the console has the rest ===\n$/);
  expect(rig.defects).toEqual([]);
});

test('reads a whole log of the embedded AWS in order, with empty pages before each page', async () => {
  await using rig = await startLogRig();
  const logs = Array.from({ length: 12_000 }, (_, n) => `line ${n} ${'x'.repeat(n % 200)}`);
  await rig.submit({ attempts: [{ exitCode: 0, logs }] });
  await rig.clock.advance(10_000);
  rig.workloads.configure({ emptyLogPages: 3 });

  const { text, pages } = await rig.readAll();

  expect(text.split('\n').slice(1, -1)).toEqual(logs);
  expect(pages.every((page) => Buffer.byteLength(page) <= pageBytes + 200)).toBe(true);
  expect(rig.workloads.unknownRequests).toEqual([]);
});

test('reads lines that come after the end, once', async () => {
  await using rig = await startLogRig();
  await rig.submit({ attempts: [{ exitCode: 0, runningFor: 60_000, logs: ['a'] }] });
  await rig.clock.advance(1_000);
  const first = await rig.readAll();
  const stream = /stream (risk\/default\/\w+)/.exec(first.text)?.[1] ?? '';
  rig.workloads.configure({ logLagMs: 8_000 });
  rig.workloads.writeLog(group, stream, ['straggler']);
  const second = await rig.readAll(first.next);
  await rig.clock.advance(8_000);
  const third = await rig.readAll(second.next);

  expect([second.text, third.text, (await rig.readAll(third.next)).text]).toEqual([
    '',
    'straggler\n',
    '',
  ]);
});

test('cuts a line of 1 MB, and escapes what is in it', async () => {
  await using rig = await startLogRig();
  const logs = [`\u001b[31m${'€'.repeat(349_000)}`, 'next'];
  await rig.submit({ attempts: [{ exitCode: 0, logs }] });
  await rig.clock.advance(10_000);

  const [, cut = '', next] = (await rig.readAll()).text.split('\n');

  expect(cut).toMatch(/^\\x1b\[31m€+ … \(cut after 16 KiB; the line has 1047005 bytes\)$/);
  expect(Buffer.byteLength(cut)).toBeLessThan(16_384 + 100);
  expect(next).toBe('next');
});

test.for([
  { given: 'plain', text: 'plain\n' },
  { given: 'with end\n', text: 'with end\n' },
  { given: 'dos\r\n', text: 'dos\n' },
  { given: '', text: '\n' },
  { given: 'two\nlines', text: 'two\nlines\n' },
  { given: 'tab\tstays', text: 'tab\tstays\n' },
  { given: '\u001b[2Jclear\u0007', text: '\\x1b[2Jclear\\x07\n' },
  { given: 'progress 1%\rprogress 2%', text: 'progress 1%\\x0dprogress 2%\n' },
  { given: 'c1 \u009b31m', text: 'c1 \\x9b31m\n' },
  { given: 'right to left \u202e', text: 'right to left \\u202e\n' },
  { given: 'half \ud83d', text: 'half \ufffd\n' },
])('shows $given as one or more whole lines', ({ given, text }) => {
  expect(toLogText(given)).toBe(text);
});

test('cuts a long line of replacement characters, of which none is lost before the cut', () => {
  const text = toLogText(`${'\ufffd'.repeat(5_000)}${'x'.repeat(20_000)}`);

  expect(text).toMatch(/^\ufffd{5000}x{1384} … \(cut after 16 KiB; the line has 35000 bytes\)\n$/);
  expect(toLogText(`x${'€'.repeat(6_000)}`)).toMatch(/^x€{5461} … /);
});

test('refuses a token of another run, a damaged one, and one that CloudWatch Logs does not know', async () => {
  let known = true;
  const readLog: ReadLog = async () =>
    known ? { kind: 'page', lines: ['a'], next: 'x' } : { kind: 'badToken' };
  const rig = await aPagedRig(readLog);
  await rig.start({ run: 1621 });
  const { next } = (await rig.log(name)).body;
  known = false;

  const foreign = await rig.log('NIGHT_EOD-r1621t1-ACE', next);
  const damaged = await rig.log(name, `${next}x`.slice(3));
  const old = await rig.log(name, next);

  const of = ({ status, body }: typeof foreign) => [status, body.code, body.message];
  expect(of(foreign)).toEqual([400, 'INVALID_LOG_TOKEN', expect.stringMatching(/another run/)]);
  expect(of(damaged)).toEqual([400, 'INVALID_LOG_TOKEN', expect.stringMatching(/damaged/)]);
  expect(of(old)).toEqual([400, 'INVALID_LOG_TOKEN', expect.stringMatching(/no longer known/)]);
});

test('has one line for a run that AWS has not accepted', async () => {
  const rig = aLaunchRig();
  rig.stepFunctions.next.push({ kind: 'refused', code: 'InvalidName' });
  await rig.start();

  const { body } = await rig.log(name);

  expect(body).toMatchObject({ end: true, text: `=== nothing runs in AWS for ${name} ===\n` });
});

test('is for those who may act for the job', async () => {
  const rig = aLaunchRig({ callers: [aCaller(), aCaller({ name: 'others', jobs: ['DAY_*'] })] });
  await rig.start();

  const { status, body } = await rig.log(name, undefined, 'others');

  expect([status, body.code]).toEqual([403, 'NOT_ALLOWED']);
});

test('starts nothing', async () => {
  const rig = aLaunchRig();

  expect((await rig.log(name)).status).toBe(404);
  expect(rig.stepFunctions.calls).toEqual([]);
});

test('ends with a line that names the token, as text', async () => {
  const readLog: ReadLog = async () => ({ kind: 'page', lines: ['a'] });
  const rig = await aPagedRig(readLog);

  const { headers, text } = await rig.send('GET', '/v1/runs/{name}/log', {
    name,
    headers: { accept: 'text/plain' },
  });

  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(text).toMatch(/^The execution failed in state Risk\.[\s\S]*\na\n=== end: [\w-]+ ===\n$/);
});
