import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeAuthority } from '../../support/certificates.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { freePort } from '../../support/servers.ts';
import { useAgentBundle, useAgentHost } from './agent-host.ts';
import { type AgentProcess, startProcess, toAgentEnv } from './agent-process.ts';
import { testLogin, toBasic } from './launch-server.ts';

const host = useAgentHost();
const bundle = useAgentBundle();

async function startServer(version?: string) {
  const { server, env } = await host.startServer(version);
  const start = (argv: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    startProcess(process.execPath, [bundle, ...argv], { ...env, ...more });
  const run = (...argv: readonly string[]) => start(['run', 'settlement', ...argv]);
  return { server, env, start, run };
}

const posts = /^POST \/prod\/v1\/runs$/;
const holds = /\/wait/;
const stops = /\/stop$/;
const polls = /^GET \/prod\/v1\/runs\/[^/]+\?/;

const toEnd = (status: string, code: number, source: string) =>
  ({
    state: 'ENDED',
    status,
    // Long ago, so that no log line is on its way.
    endedAt: '2020-01-01T00:00:00Z',
    exit: { code, source },
  }) as const;
const succeeded = toEnd('SUCCEEDED', 0, 'status SUCCEEDED');
const aborted = toEnd('ABORTED', 143, 'status ABORTED');
const proof = {
  state: 'proven',
  requestedAt: '2026-11-20T02:14:00Z',
  text: 'nothing of the run is active',
  remaining: [],
} as const;

/** The lines without their times. */
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:]{8}Z /, ''));
const lastLine = ({ stdout }: AgentProcess) => linesOf(stdout()).at(-1);

describe('run', () => {
  test('sends the identity of the job, the parameters and a launch id', async () => {
    const { server, run } = await startServer();
    const agent = run('--param', 'date=2026-11-20', '--again');
    await server.arrived(holds);
    server.change(succeeded);

    expect(await agent.ended).toBe(0);
    const [post] = server.find(posts);
    expect(JSON.parse(post?.body ?? '')).toEqual({
      target: 'settlement',
      job: 'PAY_EOD',
      run: 1620,
      try: 1,
      instance: 'ACE',
      params: { date: '2026-11-20' },
      again: true,
      wait: true,
      launchId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(post?.headers).toMatchObject({
      authorization: toBasic(testLogin),
      'autosys-bridge-version': '1.0',
      'content-type': 'application/json',
    });
  });

  test('sends the input as it is', async () => {
    const { server, run } = await startServer();
    const input = join(host.files.folder, 'input.json');
    writeFileSync(input, '{"id": 12345678901234567890}\n');
    const agent = run('--input', input, '--detach');

    expect(await agent.ended).toBe(0);
    expect(server.find(posts)[0]?.body).toContain('"input":{"id": 12345678901234567890}}');
  });

  test.for([
    { status: 'SUCCEEDED', code: 0, source: 'status SUCCEEDED' },
    { status: 'FAILED', code: 3, source: 'exit code of the container' },
    { status: 'FAILED', code: 1, source: 'status FAILED' },
    { status: 'TIMED_OUT', code: 124, source: 'status TIMED_OUT' },
    { status: 'ABORTED', code: 143, source: 'status ABORTED' },
    { status: 'FAILED', code: 255, source: 'exitCodes: Rates.NoData' },
  ])('follows a run to $status and ends with $code', async ({ status, code, source }) => {
    const { server, run } = await startServer();
    const agent = run('--logs', 'none');
    await server.arrived(holds);
    server.change({ state: 'ACTIVE', status: 'RUNNING' }, 'RUNNING');
    await server.arrived(holds, 2);
    server.change(toEnd(status, code, source), status);

    expect(await agent.ended).toBe(code);
    expect(agent.stderr()).toBe('');
    expect(linesOf(agent.stdout())).toEqual([
      'run PAY_EOD-r1620t1-ACE (target settlement, job PAY_EOD, run 1620, try 1, instance ACE) was started',
      'console: https://console.example/run',
      'RUNNING',
      status,
      `run PAY_EOD-r1620t1-ACE ended: ${status}`,
      ...(code === 0 ? [] : ['console: https://console.example/run']),
      `exit code ${code}: ${source}`,
    ]);
    expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(1);
  });

  test('with --detach prints the name alone on stdout', async () => {
    const { server, run } = await startServer();
    const agent = run('--detach');

    expect(await agent.ended).toBe(0);
    expect(agent.stdout()).toBe('PAY_EOD-r1620t1-ACE\n');
    expect(agent.stderr()).toContain('was started');
    expect(server.requests).toHaveLength(1);
  });

  test('with --attach waits for a run, and starts nothing', async () => {
    const { server, start } = await startServer();
    const agent = start(['run', '--attach', 'PAY_EOD-r1620t1-ACE'], {
      AUTORUN: '',
      AUTO_JOB_NAME: '',
    });
    await server.arrived(holds);
    server.change(succeeded);

    expect(await agent.ended).toBe(0);
    expect(server.find(posts)).toEqual([]);
  });

  test('with --key starts a run outside AutoSys', async () => {
    const { server, start } = await startServer();
    const agent = start(['run', 'settlement', '--key', 'by-hand', '--detach'], { AUTORUN: '' });

    expect(await agent.ended).toBe(0);
    expect(JSON.parse(server.find(posts)[0]?.body ?? '')).toMatchObject({ key: 'by-hand' });
    expect(server.find(posts)[0]?.body).not.toContain('PAY_EOD');
  });

  test('survives a closed stdout', async () => {
    const { server, run } = await startServer();
    const agent = run('--logs', 'none');
    agent.child.stdout?.destroy();
    await server.arrived(holds);
    server.change({ state: 'ACTIVE', status: 'RUNNING' }, 'RUNNING');
    await server.arrived(holds, 2);
    server.change(toEnd('FAILED', 3, 'exit code of the container'));

    expect(await agent.ended).toBe(3);
  });

  test('works through the proxy of HTTPS_PROXY', async () => {
    const { server, start } = await startServer();
    const proxy = await startConnectProxy(server.port);
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    const agent = start(['run', 'settlement'], {
      HTTPS_PROXY: `http://me:secret@localhost:${proxy.port}`,
    });
    await server.arrived(holds);
    server.change(succeeded);

    expect(await agent.ended).toBe(0);
    expect(proxy.targets()).toEqual([`localhost:${server.port}`]);
  });
});

describe('run, when nothing can be started', () => {
  test.for([
    { what: 'the API refuses', status: 404, exit: 64 },
    { what: 'the input is invalid', status: 400, exit: 65 },
    { what: 'the target names something that AWS refuses', status: 422, exit: 78 },
    { what: 'the caller may not', status: 403, exit: 77 },
  ])('ends with $exit: $what', async ({ status, exit }) => {
    const { server, run } = await startServer();
    const faults = [{ path: 'params.x', message: 'not declared' }];
    const body = {
      version: '1.0',
      code: 'CODE',
      message: 'what is wrong',
      fix: 'what to do',
      exit,
      faults,
    };
    server.react(posts, { status, body });
    const agent = run();

    expect(await agent.ended).toBe(exit);
    expect(agent.stdout()).toBe('');
    expect(linesOf(agent.stderr())).toEqual([
      'error: what is wrong (CODE)',
      '  params.x: not declared',
      'what to do',
      `exit code ${exit}: nothing was started`,
    ]);
    expect(server.requests).toHaveLength(1);
  });

  test('sends a rejected login once', async () => {
    const { server, run } = await startServer();
    server.logins.clear();
    const agent = run();

    expect(await agent.ended).toBe(77);
    expect(server.requests).toHaveLength(1);
    expect(agent.stderr()).toContain('rejected the login');
    expect(agent.stderr()).not.toContain(testLogin.password);
  });

  test.for(['0644', '0640', '0602'])('refuses a login file of mode %s', async (mode) => {
    const { server, run } = await startServer();
    host.files.writeLogin(JSON.stringify(testLogin), Number.parseInt(mode, 8));
    const agent = run();

    expect(await agent.ended).toBe(77);
    expect(agent.stderr()).toContain(`mode ${mode}`);
    expect(agent.stderr()).not.toContain(testLogin.password);
    expect(server.requests).toEqual([]);
  });

  test.for(['', '1620', '1620/1/2', 'x', '0/0'])('refuses AUTORUN %j', async (found) => {
    const { server, start } = await startServer();
    const agent = start(['run', 'settlement'], { AUTORUN: found });

    expect(await agent.ended).toBe(64);
    expect(agent.stderr()).toContain('AUTORUN: expected RUN/TRY, such as 1620/1');
    expect(agent.stderr()).toContain('--key KEY');
    expect(server.requests).toEqual([]);
  });

  test('refuses a certificate of another CA with 69 in words', async () => {
    const { server, start } = await startServer();
    const other = join(host.files.folder, 'other.pem');
    writeFileSync(other, (await makeAuthority()).certificate);
    const agent = start(['run', 'settlement', '--ca', other]);

    expect(await agent.ended).toBe(69);
    expect(agent.stderr()).toContain('other.pem does not have the certificate of its CA');
    expect(server.requests).toEqual([]);
  });

  test('refuses another major version of the API with 69', async () => {
    const { run } = await startServer('2.0');
    const agent = run();

    expect(await agent.ended).toBe(69);
    expect(agent.stderr()).toContain(
      'the launch API has version 2.0, and this command speaks version 1.0',
    );
    expect(agent.stderr()).toContain('update this command on the agent');
  });

  test('ends with 124 if the API is not reached within --timeout', async () => {
    const agent = startProcess(
      process.execPath,
      [bundle, 'run', 'settlement', '--timeout', '1s'],
      toAgentEnv(host.files, `https://localhost:${await freePort()}`),
    );

    expect(await agent.ended).toBe(124);
    expect(agent.stdout()).toContain('the connection was refused (ECONNREFUSED)');
    expect(lastLine(agent)).toBe('exit code 124: timeout of 1s; nothing was started');
  });
});

describe('run, with faults on the way', () => {
  test('pairs with another minor version of the API', async () => {
    const { server, run } = await startServer('1.1');
    const agent = run();
    await server.arrived(holds);
    server.change({ ...succeeded, ...{ hints: ['a new field'] } });

    expect(await agent.ended).toBe(0);
  });

  test.for(['lose', { status: 502, body: '<html>' }] as const)(
    'repeats a start with the same launch id after %j',
    async (reaction) => {
      const { server, run } = await startServer();
      server.react(posts, reaction);
      const agent = run();
      await server.arrived(holds);
      server.change(succeeded);

      expect(await agent.ended).toBe(0);
      const ids = server.find(posts).map(({ body }) => JSON.parse(body).launchId);
      expect(ids).toHaveLength(2);
      expect(new Set(ids).size).toBe(1);
      expect(agent.stdout()).not.toContain('no answer');
    },
  );

  test('reads the login file again after a 401', async () => {
    const { server, run } = await startServer();
    const rotated = { username: 'agent', password: 'rotated' };
    server.react(holds, () => {
      server.logins.clear();
      server.logins.add(toBasic(rotated));
      host.files.writeLogin(JSON.stringify(rotated));
      return 'normal';
    });
    const agent = run();
    await server.arrived(holds, 2);
    server.change(succeeded);

    expect(await agent.ended).toBe(0);
    expect(server.find(holds).map(({ headers }) => headers.authorization)).toEqual([
      toBasic(testLogin),
      toBasic(rotated),
    ]);
  });

  test.for([429, 503, 403, 404])(
    'polls, and prints nothing, if a hold is answered by %i',
    async (status) => {
      const { server, run } = await startServer();
      server.change({ retryAfter: 1 });
      server.reactAlways(holds, { status, body: '<html>' });
      const agent = run();
      await server.arrived(polls, 2);
      server.change(succeeded, 'SUCCEEDED');

      expect(await agent.ended).toBe(0);
      expect(server.find(holds)).toHaveLength(1);
      expect(agent.stdout()).not.toMatch(/answer|HTTP/);
      expect(agent.stderr()).toBe('');
    },
  );

  test('waits out a network that is away, with one line at each end', async () => {
    const { server, run } = await startServer();
    const agent = run();
    await server.arrived(holds);
    await server.goAway();
    await agent.printed(/no answer of the launch API/);
    await server.comeBack();
    await agent.printed(/answers again/);
    server.change(succeeded);

    expect(await agent.ended).toBe(0);
    const lines = linesOf(agent.stdout()).filter((line) => line.includes('launch API'));
    expect(lines).toEqual([
      expect.stringContaining('the connection was refused (ECONNREFUSED)'),
      expect.stringMatching(/^launch API answers again after \d+ s$/),
    ]);
  });

  test('waits while the API is busy, and prints its words once', async () => {
    const { server, run } = await startServer();
    const body = {
      version: '1.0',
      code: 'FULL',
      message: '3 of 3 runs are active',
      fix: '',
      exit: 69,
    };
    const busy = { status: 429, body, headers: { 'retry-after': '1' } };
    server.react(posts, busy, busy);
    const agent = run();
    await server.arrived(holds);
    server.change(succeeded);

    expect(await agent.ended).toBe(0);
    expect(agent.stdout().split('3 of 3 runs are active')).toHaveLength(2);
  });
});

describe('a kill', () => {
  test.for([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
    { signal: 'SIGHUP', code: 129 },
  ] as const)(
    'by $signal stops the run on a second connection while one is held',
    async ({ signal, code }) => {
      const { server, run } = await startServer();
      const agent = run();
      await server.arrived(holds);

      process.kill(agent.pid, signal);
      await server.arrived(holds, 2);
      server.change({ ...aborted, stop: proof });

      expect(await agent.ended).toBe(code);
      const [hold] = server.find(holds);
      const [stop, ...others] = server.find(stops);
      expect(others).toEqual([]);
      expect(JSON.parse(stop?.body ?? '')).toEqual({ reason: `${signal} received`, cause: 'kill' });
      expect(stop?.connection).not.toBe(hold?.connection);
      expect(linesOf(agent.stdout()).slice(2)).toEqual([
        `${signal} received: asking the bridge to stop run PAY_EOD-r1620t1-ACE`,
        'stop requested: StopExecution was called',
        'stop proven: nothing of the run is active',
        'run PAY_EOD-r1620t1-ACE ended: ABORTED',
        'console: https://console.example/run',
        `exit code ${code}: ${signal} received; stop proven`,
      ]);
    },
  );

  test('between two polls uses the idle connection', async () => {
    const { server, run } = await startServer();
    server.reactAlways(holds, { status: 429 });
    const agent = run('--logs', 'none');
    await server.arrived(holds);
    await agent.printed(/was started/);

    process.kill(agent.pid, 'SIGINT');
    await server.arrived(stops);
    server.change({ ...aborted, stop: proof });

    expect(await agent.ended).toBe(130);
    expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(1);
  });

  test('before the start is answered stops the run as soon as it is', async () => {
    const { server, run } = await startServer();
    const { promise: killed, resolve } = Promise.withResolvers<void>();
    server.react(posts, async () => {
      await killed;
      return 'normal' as const;
    });
    const agent = run('--logs', 'none');
    await server.arrived(posts);

    process.kill(agent.pid, 'SIGINT');
    await agent.printed(/the start has no answer yet/);
    resolve();
    await server.arrived(stops);
    server.change({ ...aborted, stop: proof });

    expect(await agent.ended).toBe(130);
    expect(server.find(posts)).toHaveLength(1);
  });

  test('after a lost start looks up the run, and stops it', async () => {
    const { server, run } = await startServer();
    const { promise: killed, resolve } = Promise.withResolvers<void>();
    server.react(posts, 'normal');
    const first = run('--detach');
    await first.ended;
    server.react(posts, async () => {
      await killed;
      return 'lose' as const;
    });
    const agent = run('--logs', 'none');
    await server.arrived(posts, 2);

    process.kill(agent.pid, 'SIGINT');
    await agent.printed(/the start has no answer yet/);
    resolve();
    await server.arrived(stops);
    server.change({ ...aborted, stop: proof });

    expect(await agent.ended).toBe(130);
    expect(server.find(posts)).toHaveLength(2);
    expect(server.find(/^GET .*job=PAY_EOD&run=1620&try=1&instance=ACE$/)).toHaveLength(1);
  });

  test('twice ends the command at once', async () => {
    const { server, run } = await startServer();
    const agent = run();
    await server.arrived(holds);

    process.kill(agent.pid, 'SIGINT');
    await agent.printed(/stop requested/);
    process.kill(agent.pid, 'SIGTERM');

    expect(await agent.ended).toBe(143);
    expect(lastLine(agent)).toBe('exit code 143: SIGTERM received; the command ended at once');
  });

  test('of the process group reaches the command below a shell', async () => {
    const { server, env } = await startServer();
    const agent = startProcess(
      'sh',
      ['-c', `"${process.execPath}" "${bundle}" run settlement; true`],
      env,
    );
    await server.arrived(holds);

    process.kill(-agent.pid, 'SIGINT');
    await server.arrived(stops);
    server.change({ ...aborted, stop: proof });
    await agent.ended;

    expect(lastLine(agent)).toBe('exit code 130: SIGINT received; stop proven');
    expect(server.find(stops)).toHaveLength(1);
  });

  test.for(['SIGKILL', 'SIGTERM'] as const)(
    'of the shell alone, by %s, is noticed',
    async (signal) => {
      const { server, env } = await startServer();
      const agent = startProcess(
        'sh',
        ['-c', `"${process.execPath}" "${bundle}" run settlement; true`],
        env,
      );
      await server.arrived(holds);

      process.kill(agent.pid, signal);
      await server.arrived(stops);
      server.change({ ...aborted, stop: proof });
      await agent.ended;

      expect(lastLine(agent)).toBe('exit code 129: the parent process has ended; stop proven');
    },
  );

  test('of a run that is left says so', async () => {
    const { server, run } = await startServer();
    server.react(stops, () => ({ status: 202, body: { ...server.run(), rev: '9' } }));
    const agent = run();
    await server.arrived(holds);

    process.kill(agent.pid, 'SIGINT');

    expect(await agent.ended).toBe(130);
    expect(lastLine(agent)).toBe(
      'exit code 130: SIGINT received; the run was left active, as its target says',
    );
  });

  test('while the log is printed ends the command', async () => {
    const { server, run } = await startServer();
    server.log.push('one\n');
    server.react(/\/log/, 'normal', 'never');
    const agent = run('--logs', 'all');
    await server.arrived(holds);
    server.change(succeeded);
    await server.arrived(/\/log/, 2);

    process.kill(agent.pid, 'SIGTERM');

    expect(await agent.ended).toBe(143);
    expect(lastLine(agent)).toContain('SIGTERM received after the end of the run');
  });

  test('by --timeout stops the run, and ends with 124', async () => {
    const { server, run } = await startServer();
    const agent = run('--timeout', '1s');
    await server.arrived(stops);
    server.change({ ...aborted, stop: proof });

    expect(await agent.ended).toBe(124);
    expect(JSON.parse(server.find(stops)[0]?.body ?? '')).toEqual({
      reason: 'timeout of 1s',
      cause: 'timeout',
    });
    expect(lastLine(agent)).toBe('exit code 124: timeout of 1s; stop proven');
  });
});

describe('the log', () => {
  const failed = toEnd('FAILED', 3, 'exit code of the container');

  test('of a failed run is printed after its end', async () => {
    const { server, run } = await startServer();
    server.log.push('attempt 1\none\n', 'two\u001b[31m\n');
    const agent = run();
    await server.arrived(holds);
    server.change(failed);

    expect(await agent.ended).toBe(3);
    expect(linesOf(agent.stdout()).slice(-4)).toEqual([
      'attempt 1',
      'one',
      'two\\u001b[31m',
      'exit code 3: exit code of the container',
    ]);
  });

  test.for([
    { logs: 'failed', end: succeeded },
    { logs: 'none', end: failed },
  ])('is not asked for with --logs $logs and $end.status', async ({ logs, end }) => {
    const { server, run } = await startServer();
    const agent = run('--logs', logs);
    await server.arrived(holds);
    server.change(end);

    expect(await agent.ended).toBe(end.exit.code);
    expect(server.find(/\/log/)).toEqual([]);
  });

  test('of an execution that has just succeeded is not waited for, because the bridge reads none', async () => {
    const { server, run } = await startServer();
    const agent = run('--logs', 'all');
    await server.arrived(holds);
    server.change({
      ...succeeded,
      awsId: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:PAY_EOD-r1620t1-ACE',
      endedAt: new Date().toISOString(),
    });

    expect(await agent.ended).toBe(0);
    // The second request finds nothing new behind the first one.
    expect(server.find(/\/log/)).toHaveLength(2);
  });

  test('that is huge loses its middle', async () => {
    const { server, run } = await startServer();
    const page = (name: string) =>
      Array.from({ length: 2_000 }, (_, at) => `${name} ${at}\n`).join('');
    server.log.push(page('a'), `${'x'.repeat(1_048_576)}\n`, page('b'), page('c'), page('d'));
    const agent = run('--logs', 'all');
    await server.arrived(holds);
    server.change(succeeded);

    expect(await agent.ended).toBe(0);
    const lines = linesOf(agent.stdout());
    const start = lines.indexOf('a 0');
    expect(lines.slice(start, -1)).toHaveLength(5_001);
    expect(lines[start + 2_000]).toMatch(/^x{16384} \[line cut, 1048576 characters\]$/);
    expect(lines[start + 2_500]).toMatch(
      /^\[3001 lines, \d+ KiB left out; all: https:\/\/console\.example\/run\]$/,
    );
    expect(lines.slice(-2)).toEqual(['d 1999', 'exit code 0: status SUCCEEDED']);
  });

  test('that is missing does not change the exit code', async () => {
    const { server, run } = await startServer();
    const body = { version: '1.0', code: 'NO_LOG', message: 'no log stream x', fix: '', exit: 69 };
    server.react(/\/log/, { status: 404, body });
    const agent = run();
    await server.arrived(holds);
    server.change(failed);

    expect(await agent.ended).toBe(3);
    expect(agent.stdout()).toContain('[log incomplete: no log stream x (NO_LOG); all: https');
  });
});

describe('stop', () => {
  test('stops a run and waits for the proof', async () => {
    const { server, start } = await startServer();
    const agent = start(['stop', 'PAY_EOD-r1620t1-ACE', '--reason', 'wrong date']);
    await server.arrived(holds);
    server.change({ ...aborted, stop: proof });

    expect(await agent.ended).toBe(0);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      reason: 'wrong date',
      cause: 'person',
    });
    expect(linesOf(agent.stdout())).toEqual([
      'stop requested: StopExecution was called',
      'stop proven: nothing of the run is active',
      'run PAY_EOD-r1620t1-ACE ended: ABORTED',
      'console: https://console.example/run',
      'exit code 0: stop proven',
    ]);
  });

  test('with --no-wait and --json prints the run once the stop is accepted', async () => {
    const { server, start } = await startServer();
    const agent = start(['stop', 'PAY_EOD-r1620t1-ACE', '--no-wait', '--json']);

    expect(await agent.ended).toBe(0);
    expect(JSON.parse(agent.stdout())).toMatchObject({ stop: { state: 'requested' } });
    expect(server.requests).toHaveLength(1);
  });

  test('prints what may still be active, and ends with 1, if it is parked', async () => {
    const { server, start } = await startServer();
    const agent = start(['stop', 'PAY_EOD-r1620t1-ACE']);
    await server.arrived(holds);
    server.change({
      stop: { ...proof, state: 'parked', text: 'not proven', remaining: ['arn:x'] },
    });

    expect(await agent.ended).toBe(1);
    expect(agent.stdout()).toContain('may still be active: arn:x');
  });

  test('of an unknown run ends with the code of the API', async () => {
    const { start } = await startServer();
    const agent = start(['stop', 'OTHER', '--json']);

    expect(await agent.ended).toBe(64);
    expect(agent.stderr()).toContain('no run /prod/v1/runs/OTHER/stop');
  });
});

describe('log', () => {
  test('prints the log of a run', async () => {
    const { server, start } = await startServer();
    server.log.push('one\n', 'two');
    server.change(succeeded);
    const agent = start(['log', 'PAY_EOD-r1620t1-ACE']);

    expect(await agent.ended).toBe(0);
    expect(agent.stdout()).toBe('one\ntwo\n');
    expect(agent.stderr()).toBe('');
  });

  test('of a run that has not ended says so', async () => {
    const { server, start } = await startServer();
    server.log.push('one\n');
    const agent = start(['log', 'PAY_EOD-r1620t1-ACE']);

    expect(await agent.ended).toBe(0);
    expect(agent.stderr()).toBe('the run has not ended; more lines may follow\n');
  });
});

describe('whois', () => {
  test('finds the runs of a job', async () => {
    const { server, run, start } = await startServer();
    await run('--detach').ended;
    const agent = start(['whois', 'PAY_EOD.1620.1', '--instance', 'ACE']);

    expect(await agent.ended).toBe(0);
    expect(server.requests.at(-1)?.path).toBe(
      '/prod/v1/runs?job=PAY_EOD&run=1620&try=1&instance=ACE',
    );
    expect(agent.stdout()).toMatch(/^PAY_EOD-r1620t1-ACE\n/);
    expect(agent.stdout()).toMatch(/found by ledger: .*\n$/);
  });

  test('prints JSON', async () => {
    const { run, start } = await startServer();
    await run('--detach').ended;
    const agent = start(['whois', 'PAY_EOD-r1620t1-ACE', '--json']);

    expect(await agent.ended).toBe(0);
    expect(JSON.parse(agent.stdout())).toMatchObject({ by: 'ledger', runs: [{ job: 'PAY_EOD' }] });
  });

  test('ends with 1 if nothing is found, after a look-up as name and as job', async () => {
    const { server, start } = await startServer();
    const agent = start(['whois', 'PAY_EOD']);

    expect(await agent.ended).toBe(1);
    expect(agent.stderr()).toBe('not found: PAY_EOD\n');
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/prod/v1/runs?name=PAY_EOD',
      '/prod/v1/runs?job=PAY_EOD',
    ]);
  });

  test('prints an error as JSON with --json', async () => {
    const { server, start } = await startServer();
    server.logins.clear();
    const agent = start(['whois', 'PAY_EOD', '--json']);

    expect(await agent.ended).toBe(77);
    expect(JSON.parse(agent.stderr())).toMatchObject({ error: { exitCode: 77 } });
  });
});
