import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { buildAgent } from '../../../cli/build-agent.ts';
import { type Authority, makeAuthority } from '../../support/certificates.ts';
import { type AgentFiles, createAgentFiles, toAgentEnv } from './agent-process.ts';
import { type LaunchServer, startLaunchServer } from './launch-server.ts';

/** A host with an agent, and the launch API that it calls. */
export interface AgentHost {
  /** The files of the present test. */
  readonly files: AgentFiles;
  /** Starts the launch API until the end of the test. `env`: the environment of a job. */
  startServer(version?: string): Promise<{
    readonly server: LaunchServer;
    readonly env: Readonly<Record<string, string>>;
  }>;
  /** The same for `runCli`, which reads files from memory. */
  startCliServer(files?: Readonly<Record<string, string>>): Promise<{
    readonly server: LaunchServer;
    readonly environment: {
      readonly env: Readonly<Record<string, string>>;
      readonly files: Readonly<Record<string, string>>;
    };
  }>;
}

/** Sets up a host for the tests of a file, with new files for each test. */
export function useAgentHost(): AgentHost {
  let authority: Authority;
  let files: AgentFiles;

  beforeAll(async () => {
    authority = await makeAuthority();
  });

  beforeEach(() => {
    files = createAgentFiles(authority.certificate);
    return () => files[Symbol.dispose]();
  });

  const startServer: AgentHost['startServer'] = async (version) => {
    const server = await startLaunchServer(authority.server, version);
    onTestFinished(() => server[Symbol.asyncDispose]());
    return { server, env: toAgentEnv(files, server.url) };
  };
  return {
    get files() {
      return files;
    },
    startServer,
    async startCliServer(more = {}) {
      const { server, env } = await startServer();
      const environment = {
        env: { ...env, AUTOSYS_BRIDGE_CA: 'ca.pem' },
        files: { 'ca.pem': authority.certificate, ...more },
      };
      return { server, environment };
    },
  };
}

/** Builds the command before the tests of a file. @returns the path of the bundle */
export function useAgentBundle(): string {
  const folder = mkdtempSync(join(tmpdir(), 'agent-bundle-'));
  const bundle = join(folder, 'autosys-bridge-agent.mjs');
  beforeAll(() => buildAgent(bundle));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return bundle;
}
