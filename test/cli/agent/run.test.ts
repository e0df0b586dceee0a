import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildAgent } from '../../../cli/build-agent.ts';
import { type Authority, makeAuthority } from '../../support/certificates.ts';
import { type AgentFiles, createAgentFiles, startProcess, toAgentEnv } from './agent-process.ts';
import { startLaunchServer } from './launch-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-run-'));
const bundle = join(folder, 'autosys-bridge.mjs');
let authority: Authority;
let files: AgentFiles;

beforeAll(async () => {
  authority = await makeAuthority();
  files = createAgentFiles(authority.certificate);
  await buildAgent(bundle);
});

afterAll(() => {
  files[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function startServer(version?: string) {
  const server = await startLaunchServer(authority.server, version);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const env = toAgentEnv(files, server.url);
  const run = (...argv: readonly string[]) =>
    startProcess(process.execPath, [bundle, 'run', 'settlement', ...argv], env);
  return { server, env, run };
}

const succeeded = {
  state: 'ENDED',
  status: 'SUCCEEDED',
  endedAt: '2026-11-20T02:40:00Z',
  exit: { code: 0, source: 'status SUCCEEDED of the execution' },
} as const;

describe('run', () => {
  test('starts a run, prints its changes, and ends with its code', async () => {
    const { server, run } = await startServer();
    const agent = run('--param', 'date=2026-11-20');
    await server.arrived(/wait/);

    server.change({ state: 'ACTIVE', status: 'RUNNING' }, 'RUNNING');
    await server.arrived(/wait/, 2);
    server.change(succeeded, 'SUCCEEDED');

    expect(await agent.ended).toBe(0);
  });
});
