import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { testLogin } from './launch-server.ts';

/** Files of an agent, deleted after the test file. */
export interface AgentFiles extends Disposable {
  readonly folder: string;
  readonly loginFile: string;
  readonly ca: string;
  /** Replaces the content of the login file. */
  readonly writeLogin: (text: string, mode?: number) => void;
}

/** Writes the files of an agent. */
export function createAgentFiles(certificate: string): AgentFiles {
  const folder = mkdtempSync(join(tmpdir(), 'agent-'));
  const loginFile = join(folder, 'login.json');
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, certificate);
  const writeLogin = (text: string, mode = 0o600) => {
    writeFileSync(loginFile, text, { mode: 0o600 });
    chmodSync(loginFile, mode);
  };
  writeLogin(JSON.stringify(testLogin));
  return {
    folder,
    loginFile,
    ca,
    writeLogin,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Environment of an AutoSys job that runs the command. */
export function toAgentEnv(
  { loginFile, ca }: Pick<AgentFiles, 'loginFile' | 'ca'>,
  url: string,
): Readonly<Record<string, string>> {
  return {
    AUTO_JOB_NAME: 'PAY_EOD',
    AUTORUN: '1620/1',
    AUTOSERV: 'ACE',
    AUTOSYS_BRIDGE_URL: url,
    AUTOSYS_BRIDGE_LOGIN_FILE: loginFile,
    AUTOSYS_BRIDGE_CA: ca,
  };
}

/** A running command. */
export interface AgentProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when stdout or stderr matches. */
  readonly printed: (pattern: RegExp) => Promise<void>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts a process in its own group. It is ended after the test. */
export function startProcess(
  command: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): AgentProcess {
  const child = spawn(command, argv, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = child.pid ?? 0;
  onTestFinished(() => endGroup(pid));
  const texts = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  return {
    child,
    pid,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    printed: (pattern) =>
      new Promise((resolve) => {
        const check = () => {
          if (!pattern.test(texts.stdout) && !pattern.test(texts.stderr)) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
      }),
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
  };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended.
  }
}
