import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ManualLocalClock } from '../../local/clock.ts';
import { type StartFunctionOptions, startFunction } from '../../local/runtime-host.ts';
import { MovedTime } from '../support/moved-time.ts';

let taskRoot: string;

/** Handlers as a user would write them, one per export. */
const handlers = `
export const echo = async (event, context) => ({ event, requestId: context.awsRequestId });
export const nothing = async () => {};
export const remaining = async (event, context) => context.getRemainingTimeInMillis();
export const time = async (event, context) => {
  const made = new Date();
  return { now: Date.now(), made: made.getTime(), text: made, remaining: context.getRemainingTimeInMillis() };
};
export const context = async (event, { functionName, functionVersion, memoryLimitInMB, invokedFunctionArn }) =>
  ({ functionName, functionVersion, memoryLimitInMB, invokedFunctionArn });
export const environment = async () => process.env;
let count = 0;
export const counter = async () => ++count;
export const log = async () => {
  console.log('one', { two: 2 });
  console.error('first\\nsecond');
  process.stdout.write('raw without end');
};
export const throws = async () => { throw new TypeError('no such job'); };
export const throwsText = async () => { throw 'plain'; };
export const hang = () => new Promise((resolve) => { console.log('hanging'); setTimeout(resolve, 1e8); });
export const crash = async () => { console.log('about to go'); process.exit(3); };
export const leaves = async () => process.exit(0);
export const kills = async () => process.kill(process.pid, 'SIGKILL');
export const strays = async () =>
  (await fetch('http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/register')).status;
export const callback = (event, context, callback) => callback(null, 'x');
export const connects = (port) => new Promise(() => {
  import('node:net').then(({ connect }) => connect(port, '127.0.0.1'));
});
`;

beforeAll(async () => {
  taskRoot = await mkdtemp(join(tmpdir(), 'runtime-host-'));
  await writeFile(join(taskRoot, 'index.mjs'), handlers);
  await writeFile(join(taskRoot, 'classic.cjs'), 'exports.handler = async () => "from require";');
  await writeFile(join(taskRoot, 'broken.mjs'), 'throw new RangeError("route file is missing");');
  await writeFile(join(taskRoot, 'wrong.cjs'), 'const = 1;');
  await writeFile(join(taskRoot, 'quits.mjs'), 'process.exit(4);');
});

afterAll(() => rm(taskRoot, { recursive: true }));

const start = (handler: string, options: Partial<StartFunctionOptions> = {}) =>
  startFunction({
    name: 'report',
    handler,
    taskRoot,
    timeoutMs: 10_000,
    memoryMb: 512,
    environment: {},
    ...options,
  });

describe('a function on this machine', () => {
  test('returns the result of its handler', async () => {
    await using report = await start('index.echo');

    const result = await report.invoke('{"a":"ü"}');

    expect(result.kind === 'answered' && JSON.parse(result.payload)).toEqual({
      event: { a: 'ü' },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('returns null when its handler returns nothing', async () => {
    await using report = await start('index.nothing');

    const result = await report.invoke('{}');

    expect(result).toEqual({ kind: 'answered', payload: 'null' });
  });

  test('is loaded with require when it is CommonJS', async () => {
    await using report = await start('classic.handler');

    const result = await report.invoke('{}');

    expect(result).toEqual({ kind: 'answered', payload: '"from require"' });
  });

  test('knows its name, version, memory and ARN', async () => {
    await using report = await start('index.context', {
      account: '111122223333',
      region: 'eu-west-1',
    });

    const result = await report.invoke('{}');

    expect(result.kind === 'answered' && JSON.parse(result.payload)).toEqual({
      functionName: 'report',
      functionVersion: '$LATEST',
      memoryLimitInMB: '512',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:report',
    });
  });

  test('reads from its context how much of its timeout is left', async () => {
    await using report = await start('index.remaining', { timeoutMs: 600_000 });
    await report.invoke('{}');

    const result = await report.invoke('{}');

    const left = result.kind === 'answered' ? Number(result.payload) : Number.NaN;
    expect(left).toBeGreaterThan(500_000);
    expect(left).toBeLessThanOrEqual(600_000);
  });

  test('uses the clock of its process, and its deadline is by that clock', async () => {
    using time = new MovedTime();
    const options = { environment: time.environment, processNow: time.now };
    await using report = await start('index.time', options);
    const yearMs = 365 * 86_400_000;
    await report.invoke('{}');

    time.moveBy(yearMs);
    const result = await report.invoke('{}');

    const reported = result.kind === 'answered' ? JSON.parse(result.payload) : {};
    expect(reported.now - Date.now()).toBeGreaterThan(yearMs - 60_000);
    expect(Math.abs(reported.made - reported.now)).toBeLessThan(1_000);
    expect(reported.made).toBe(Date.parse(reported.text));
    expect(reported.remaining).toBeGreaterThan(0);
    expect(reported.remaining).toBeLessThanOrEqual(10_000);
  });

  test('sees the variables of Lambda and its own, and none of this process', async () => {
    await using report = await start('index.environment', {
      environment: { ROUTES: 'x', TZ: 'CET' },
    });

    const result = await report.invoke('{}');

    const seen = result.kind === 'answered' ? JSON.parse(result.payload) : {};
    expect(Object.keys(seen).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_FORMAT',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1',
      'AWS_LAMBDA_RUNTIME_API',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'LAMBDA_RUNTIME_DIR',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'PATH',
      'ROUTES',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
    ]);
    expect(seen).toMatchObject({ ROUTES: 'x', TZ: 'CET', _HANDLER: 'index.environment' });
  });

  test('reuses its environment for the next invocation', async () => {
    await using report = await start('index.counter');
    await report.invoke('{}');

    const result = await report.invoke('{}');

    expect(result).toEqual({ kind: 'answered', payload: '2' });
    expect(report.pids()).toHaveLength(1);
  });

  test('gets another environment for an invocation at the same time', async () => {
    await using report = await start('index.counter');

    const results = await Promise.all([report.invoke('{}'), report.invoke('{}')]);

    expect(results).toEqual([
      { kind: 'answered', payload: '1' },
      { kind: 'answered', payload: '1' },
    ]);
    expect(report.pids()).toHaveLength(2);
  });

  test('has its output in the log when it returns', async () => {
    await using report = await start('index.log');
    const received: string[] = [];
    report.onLog(({ line }) => received.push(line));

    await report.invoke('{}');
    await report.stop();

    const lines = report.logs().map(({ line }) => line);
    expect(lines).toEqual([
      expect.stringMatching(/\tINFO\tone \{ two: 2 \}$/),
      expect.stringMatching(/\tERROR\tfirst\nsecond$/),
      'raw without end',
    ]);
    expect(received).toEqual(lines);
  });

  test('gets an error for a call that the Runtime API does not have', async () => {
    await using report = await start('index.strays');

    const result = await report.invoke('{}');

    expect(result).toEqual({ kind: 'answered', payload: '404' });
    expect(report.logs()).toMatchObject([
      { line: 'unknown Runtime API request: GET /2020-01-01/extension/register' },
    ]);
  });

  test('writes its log as JSON if configured', async () => {
    await using report = await start('index.log', { logFormat: 'JSON' });

    await report.invoke('{}');

    const [line = ''] = report.logs().map((entry) => entry.line);
    expect(JSON.parse(line)).toMatchObject({ level: 'INFO', requestId: expect.any(String) });
  });
});

describe('a function that fails', () => {
  test.for([
    { handler: 'index.throws', errorType: 'TypeError', errorMessage: 'no such job' },
    { handler: 'index.throwsText', errorType: 'string', errorMessage: 'plain' },
  ])('reports the error that $handler threw', async ({ handler, errorType, errorMessage }) => {
    await using report = await start(handler);

    const result = await report.invoke('{}');

    expect(result).toMatchObject({ kind: 'failed', functionError: { errorType, errorMessage } });
  });

  test('keeps its environment after an error that was thrown', async () => {
    await using report = await start('index.throws');
    await report.invoke('{}');
    const [pid] = report.pids();

    await report.invoke('{}');

    expect(report.pids()).toEqual([pid]);
  });

  test('is ended after its timeout, and starts again for the next invocation', async () => {
    const clock = new ManualLocalClock();
    await using report = await start('index.hang', { timeoutMs: 3000, clock });
    const hanging = new Promise<void>((resolve) => report.onLog(() => resolve()));
    const running = report.invoke('{}');
    await hanging;
    const [first] = report.pids();

    await clock.advance(3000);
    const result = await running;

    expect(result).toMatchObject({
      kind: 'failed',
      functionError: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringContaining('Task timed out after 3.00 seconds'),
      },
    });
    expect(report.logs().at(-1)?.line).toContain('Task timed out after 3.00 seconds');
    expect(report.pids()).not.toContain(first);
  });

  test.for([
    { handler: 'index.crash', says: 'Runtime exited with error: exit status 3' },
    { handler: 'index.leaves', says: 'Runtime exited without providing a reason' },
    { handler: 'index.kills', says: 'Runtime exited with error: signal: SIGKILL' },
    { handler: 'quits.handler', says: 'Runtime exited with error: exit status 4' },
  ])('reports that the process of $handler ended', async ({ handler, says }) => {
    await using report = await start(handler);

    const result = await report.invoke('{}');

    expect(result).toMatchObject({
      functionError: {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringContaining(says),
      },
    });
    expect(report.pids()).toEqual([]);
  });

  test('has its output before a crash in the log', async () => {
    await using report = await start('index.crash');

    await report.invoke('{}');

    expect(report.logs()).toEqual([
      { functionName: 'report', line: expect.stringContaining('about to go') },
    ]);
  });

  test.for([
    { handler: 'broken.handler', errorType: 'RangeError', says: 'route file is missing' },
    { handler: 'wrong.handler', errorType: 'Runtime.UserCodeSyntaxError', says: 'SyntaxError' },
    { handler: 'absent.handler', errorType: 'Runtime.ImportModuleError', says: 'absent' },
    { handler: 'index.absent', errorType: 'Runtime.HandlerNotFound', says: 'index.absent' },
    {
      handler: 'index.callback',
      errorType: 'Runtime.CallbackHandlerDeprecated',
      says: 'removed support for callback-based function handlers starting with Node.js 24',
    },
  ])('reports why the init of $handler failed', async ({ handler, errorType, says }) => {
    await using report = await start(handler);

    const result = await report.invoke('{}');

    expect(result).toMatchObject({
      kind: 'failed',
      functionError: { errorType, errorMessage: expect.stringContaining(says) },
    });
  });

  test('tries its init again with the next invocation', async () => {
    await using report = await start('broken.handler');
    await report.invoke('{}');

    const result = await report.invoke('{}');

    expect(result).toMatchObject({ functionError: { errorType: 'RangeError' } });
  });
});

describe('the configuration of a function', () => {
  test.for([
    {
      when: 'a variable is kept by Lambda',
      options: { environment: { AWS_REGION: 'x' } },
      says: 'AWS_REGION',
    },
    {
      when: 'a handler has no export',
      options: { handler: 'index' },
      says: 'allowed: file.export',
    },
    { when: 'a timeout is too long', options: { timeoutMs: 900_001 }, says: '15 minutes' },
    { when: 'a timeout is nothing', options: { timeoutMs: 0 }, says: 'found 0 ms' },
    {
      when: 'the code is not there',
      options: { taskRoot: '/nowhere/at/all' },
      says: '/nowhere/at/all',
    },
  ])('refuses when $when', async ({ options, says }) => {
    const starting = start('index.echo', options);

    await expect(starting).rejects.toThrow(says);
  });
});

describe('the end of a function', () => {
  test('ends its processes and fails the running invocation', async () => {
    const report = await start('index.hang');
    const hanging = new Promise<void>((resolve) => report.onLog(() => resolve()));
    const running = report.invoke('{}');
    await hanging;
    const pids = report.pids();

    await report.stop();
    const result = await running;

    expect(pids).toHaveLength(1);
    expect(result).toMatchObject({ functionError: { errorType: 'Runtime.ExitError' } });
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('fails a later invocation', async () => {
    const report = await start('index.echo');
    await report.stop();

    const result = await report.invoke('{}');

    expect(result).toMatchObject({ functionError: { errorType: 'Sandbox.Stopped' } });
  });

  test('follows the end of its host process, even a sudden one', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const module = new URL('../../local/runtime-host.ts', import.meta.url).href;
    const options = {
      ...{ name: 'report', handler: 'index.connects', taskRoot },
      ...{ timeoutMs: 60_000, memoryMb: 512, environment: {} },
    };
    const program = `import { startFunction } from ${JSON.stringify(module)};
      const report = await startFunction(${JSON.stringify(options)});
      await report.invoke('${port}');`;
    const host = spawn(process.execPath, ['--input-type=module-typescript', '-e', program]);
    const [socket] = await once(server, 'connection');
    const ended = once(socket.resume(), 'close');

    host.kill('SIGKILL');

    await expect(ended).resolves.toBeDefined();
    server.close();
  });
});
