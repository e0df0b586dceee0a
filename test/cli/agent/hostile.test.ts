import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { useAgentBundle, useAgentHost } from './agent-host.ts';
import { startProcess } from './agent-process.ts';

const host = useAgentHost();
const bundle = useAgentBundle();

async function startServer() {
  const { server, env } = await host.startServer();
  const run = (argv: readonly string[] = [], more: Readonly<Record<string, string>> = {}) =>
    startProcess(process.execPath, [bundle, 'run', 'settlement', ...argv], { ...env, ...more });
  return { server, env, run };
}

const posts = /^POST \/prod\/v1\/runs$/;
const holds = /\/wait/;
const stops = /\/stop$/;
const failed = {
  state: 'ENDED',
  status: 'FAILED',
  endedAt: '2020-01-01T00:00:00Z',
  exit: { code: 3, source: 'exit code of the container' },
} as const;

describe('a full disk or a closed pipe', () => {
  test.skipIf(!existsSync('/dev/full')).for(['stdout', 'stderr', 'both'])(
    'for %s does not change the exit code',
    async (full) => {
      const { server, env } = await startServer();
      const disk = openSync('/dev/full', 'w');
      onTestFinished(() => closeSync(disk));
      const child = spawn(process.execPath, [bundle, 'run', 'settlement', '--logs', 'none'], {
        env: { PATH: process.env['PATH'] ?? '', ...env },
        stdio: ['ignore', full === 'stderr' ? 'ignore' : disk, full === 'stdout' ? 'ignore' : disk],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      const ended = once(child, 'close');
      await server.arrived(holds);
      server.change({ state: 'ACTIVE', status: 'RUNNING' }, 'RUNNING');
      await server.arrived(holds, 2);
      server.change(failed);

      expect(await ended).toEqual([3, null]);
    },
  );

  test('does not lose a stop', async () => {
    const { server, run } = await startServer();
    const agent = run(['--logs', 'none']);
    agent.child.stdout?.destroy();
    agent.child.stderr?.destroy();
    await server.arrived(holds);
    server.change({ state: 'ACTIVE', status: 'RUNNING' }, 'RUNNING');
    await server.arrived(holds, 2);
    process.kill(agent.pid, 'SIGINT');
    await server.arrived(stops);
    server.change({
      ...failed,
      stop: { state: 'proven', requestedAt: '', text: '', remaining: [] },
    });

    expect(await agent.ended).toBe(130);
  });
});

describe('a login file', () => {
  test.skipIf(process.platform === 'win32').for([
    { kind: 'a directory', toPath: () => host.files.folder },
    { kind: 'empty', toPath: () => write('') },
    { kind: 'of a million lines', toPath: () => write('password=hunter2\n'.repeat(1_000_000)) },
    { kind: 'an endless device', toPath: () => '/dev/zero' },
    { kind: 'a pipe without a writer', toPath: () => pipe() },
    { kind: 'a broken link', toPath: () => join(host.files.folder, 'none') },
  ])('that is $kind is refused with 77, without its content', async ({ toPath }) => {
    const { server, run } = await startServer();
    const agent = run([], { AUTOSYS_BRIDGE_LOGIN_FILE: toPath() });

    expect(await agent.ended).toBe(77);
    expect(agent.stderr()).toContain('error: login file');
    expect(agent.stderr()).not.toContain('hunter2');
    expect(server.requests).toEqual([]);
  });

  function write(text: string): string {
    const path = join(host.files.folder, 'login');
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  function pipe(): string {
    const path = join(host.files.folder, 'pipe');
    spawnSync('mkfifo', ['-m', '0600', path]);
    return path;
  }
});

describe('an input', () => {
  test.skipIf(!existsSync('/dev/zero'))('without an end is refused with 65', async () => {
    const { server, run, env } = await startServer();
    const file = run(['--input', '/dev/zero']);
    const stdin = startProcess(
      '/bin/sh',
      ['-c', `exec "${process.execPath}" "${bundle}" run settlement --input - < /dev/zero`],
      env,
    );

    expect([await file.ended, await stdin.ended]).toEqual([65, 65]);
    expect(file.stderr()).toContain('larger than');
    expect(server.requests).toEqual([]);
  });
});

describe('a server that answers a wait with', () => {
  test.for([
    { kind: 'a page of a proxy', reaction: { status: 200, body: '<html>hello' } },
    { kind: 'JSON that is cut', reaction: { status: 200, body: '{"version":"1.0","na' } },
    { kind: 'a redirect', reaction: { status: 301, headers: { location: 'https://x.example/' } } },
    { kind: '10 MB', reaction: { status: 200, body: 'x'.repeat(10_000_000) } },
    { kind: 'nothing to a run', reaction: { status: 200, body: [] } },
  ] as const)('$kind is asked again, and the run is not given up', async ({ reaction }) => {
    const { server, run } = await startServer();
    server.react(holds, reaction);
    const agent = run(['--logs', 'none']);
    await server.arrived(holds);
    server.change(failed);

    expect(await agent.ended).toBe(3);
    expect(server.find(posts)).toHaveLength(1);
    expect(agent.stdout()).not.toContain('<html>');
  });
});
