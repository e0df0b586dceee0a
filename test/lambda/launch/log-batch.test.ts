import { expect, test } from 'vitest';
import { runName, startLogRig } from './log-rig.ts';

const linesOf = (text: string) => text.split('\n').slice(0, -1);

test('has every attempt in order, each with its heading', async () => {
  await using rig = await startLogRig();
  const attempts = [
    {
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
      logs: ['a'],
    },
    { exitCode: 3, logs: ['b', 'c'] },
  ];
  await rig.submit({ attempts }, { retryStrategy: { attempts: 2 } });
  await rig.clock.advance(10_000);

  const { text } = await rig.readAll();

  expect(linesOf(text)).toEqual([
    expect.stringMatching(
      /^The Batch job failed after 2 attempts\. Exit code 3\. Console: https:\/\/eu-west-1\./,
    ),
    expect.stringMatching(
      /^=== attempt 1 of 2, stream risk\/default\/\w{32}, ended with exit code 137 \(killed, memory; OutOfMemoryError: Container killed due to memory usage\) ===$/,
    ),
    'a',
    expect.stringMatching(
      /^=== attempt 2 of 2, stream risk\/default\/\w{32}, ended with exit code 3 ===$/,
    ),
    'b',
    'c',
  ]);
});

test('follows a running job to its next attempt, and prints nothing twice', async () => {
  await using rig = await startLogRig();
  const attempts = [
    { exitCode: 1, runningFor: 60_000, logs: ['a', { afterMs: 30_000, message: 'late a' }] },
    { exitCode: 0, runningFor: 60_000, logs: ['b'] },
  ];
  await rig.submit({ attempts }, { retryStrategy: { attempts: 2 } });
  await rig.clock.advance(1_000);
  const first = await rig.readAll();
  await rig.clock.advance(40_000);
  const second = await rig.readAll(first.next);
  await rig.clock.advance(40_000);
  const third = await rig.readAll(second.next);
  await rig.clock.advance(60_000);
  const fourth = await rig.readAll(third.next);

  expect(linesOf(first.text)).toEqual([
    expect.stringMatching(/attempt 1 of 2.* running ===$/),
    'a',
  ]);
  expect(second.text).toBe('late a\n');
  expect(linesOf(third.text)).toEqual([
    expect.stringMatching(/attempt 2 of 2.* running ===$/),
    'b',
  ]);
  expect(fourth.text).toBe('');
});

test('reports a missing stream in one line, and goes on with the next attempt', async () => {
  await using rig = await startLogRig();
  const attempts = [
    { exitCode: 1, logStreamMissing: true },
    { exitCode: 1, logs: ['b'] },
  ];
  await rig.submit({ attempts }, { retryStrategy: { attempts: 2 } });
  rig.workloads.writeLog('/aws/batch/job', 'another', ['x']);
  await rig.clock.advance(10_000);

  const { text, next } = await rig.readAll();

  expect(linesOf(text).slice(1)).toEqual([
    expect.stringMatching(/^=== attempt 1 of 2/),
    expect.stringMatching(
      /^=== this log does not exist: stream risk\/default\/\w{32} \(log group \/aws\/batch\/job\) ===$/,
    ),
    expect.stringMatching(/^=== attempt 2 of 2/),
    'b',
  ]);
  expect((await rig.readAll(next)).text).toBe('');
});

test('reads a stream that appears late, and says only once that it is missing', async () => {
  await using rig = await startLogRig();
  await rig.submit({ attempts: [{ exitCode: 1, logStreamMissing: true }] });
  await rig.clock.advance(10_000);
  const first = await rig.readAll();
  const stream = /stream (risk\/default\/\w+)/.exec(first.text)?.[1] ?? '';
  const second = await rig.readAll(first.next);
  rig.workloads.writeLog('/aws/batch/job', stream, ['late']);
  const third = await rig.readAll(second.next);

  expect(first.text).toContain('this log does not exist');
  expect([second.text, third.text]).toEqual(['', 'late\n']);
  expect((await rig.readAll(third.next)).text).toBe('');
});

test('has a heading without stream for an attempt that never started', async () => {
  await using rig = await startLogRig();
  const reason = 'CannotPullContainerError: pull image manifest has been retried 1 time(s)';
  await rig.submit({ attempts: [{ exitCode: 'none', neverStarts: true, reason }] });
  await rig.clock.advance(10_000);

  const { text } = await rig.readAll();

  expect(text).toContain('The image was not pulled');
  expect(text).toContain('=== attempt 1 of 1, no log stream, ended without an exit code (Cannot');
});

test('reads the log group of the job definition', async () => {
  await using rig = await startLogRig();
  const options = { 'awslogs-group': '/night' };
  const container = { image: 'risk:1', logConfiguration: { logDriver: 'awslogs', options } };
  await rig.submit({ attempts: [{ logs: ['hello'] }] }, { container });
  await rig.clock.advance(10_000);

  expect((await rig.readAll()).text).toMatch(/ended with exit code 0 ===\nhello\n$/);
});

test('says that another log driver is not read', async () => {
  await using rig = await startLogRig();
  const container = { image: 'risk:1', logConfiguration: { logDriver: 'splunk' } };
  await rig.submit({ runnableFor: 60_000 }, { container });

  expect((await rig.page()).text).toBe(
    '=== the job writes its log with the driver splunk, which the bridge does not read ===\n',
  );
});

test('has the logs of the first failed children of an array, and groups all by cause', async () => {
  await using rig = await startLogRig();
  const good = { attempts: [{ exitCode: 0 }] };
  const bad = (exitCode: number, text: string) => ({ attempts: [{ exitCode, logs: [text] }] });
  const children = [good, bad(2, 'one'), bad(2, 'two'), bad(139, 'three'), bad(2, 'four')];
  const id = await rig.submit({ children }, { arraySize: 5 });
  await rig.clock.advance(60_000);

  const { text } = await rig.readAll();

  const expected =
    '4 children failed: 3 × exit code 2 (wrong usage of a command); 1 × exit code 139';
  expect(id).toMatch(/^[\w-]{36}$/);
  expect(text).toContain(expected);
  expect(text).toMatch(
    /=== child 1, attempt 1 of 1.*\none\n=== child 2.*\ntwo\n=== child 3.*\nthree\n$/,
  );
});

test('says that access is denied, and uses the streams of the run row', async () => {
  await using rig = await startLogRig();
  await rig.submit({ attempts: [{ exitCode: 1, logs: ['secret'] }] });
  rig.workloads.configure({ authorize: (action) => !action.startsWith('logs:') });
  await rig.clock.advance(10_000);

  const { text } = await rig.readAll();

  expect(linesOf(text).at(-1)).toBe(
    '=== no access to this log: log group /aws/batch/job (AccessDeniedException) ===',
  );
});

test('answers without the attempts if DescribeJobs is denied', async () => {
  await using rig = await startLogRig();
  await rig.submit({ attempts: [{ exitCode: 1 }] });
  rig.workloads.configure({ authorize: (action) => action !== 'batch:DescribeJobs' });
  await rig.clock.advance(10_000);

  expect((await rig.readAll()).text).toContain(
    '=== the attempts of the Batch job cannot be read: the role of the launch function lacks batch:DescribeJobs (AccessDeniedException) ===',
  );
});

test.for(['DescribeJobs', 'GetLogEvents'])('is 503 while %s is throttled', async (operation) => {
  await using rig = await startLogRig();
  await rig.submit({ attempts: [{ exitCode: 1, logs: ['a'] }] });
  await rig.clock.advance(10_000);
  const { next } = operation === 'DescribeJobs' ? { next: undefined } : await rig.readAll();
  rig.workloads.injectFault(operation, { kind: 'refuse', error: 'ThrottlingException' });

  await expect(rig.page(next)).rejects.toMatchObject({
    status: 503,
    message: expect.stringMatching(/throttled: ThrottlingException/),
  });
});

test('gives what it has when a later stream is throttled, and continues there', async () => {
  await using rig = await startLogRig();
  await rig.submit({ attempts: [{ exitCode: 1, logs: ['a'] }] });
  await rig.clock.advance(10_000);
  rig.workloads.injectFault('GetLogEvents', { kind: 'refuse', error: 'ThrottlingException' });

  const first = await rig.page();
  const second = await rig.page(first.next);

  expect(first).toMatchObject({ end: false, text: expect.stringMatching(/exit code 1.* ===\n$/) });
  expect(second).toMatchObject({ end: true, text: 'a\n' });
});

test('asks AWS for the attempts once for all pages of an ended run', async () => {
  await using rig = await startLogRig();
  const logs = Array.from({ length: 20_000 }, (_, n) => `line ${n} ${'x'.repeat(60)}`);
  await rig.submit({ attempts: [{ exitCode: 0, logs }] });
  await rig.clock.advance(10_000);

  const { pages } = await rig.readAll();

  expect(pages.length).toBeGreaterThan(4);
  expect(rig.workloads.calls['DescribeJobs']).toBe(1);
  expect(runName).toBe('NIGHT_EOD-r1620t1-ACE');
});
