import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildAgent } from '../../cli/build-agent.ts';
import { testLogin, toBasic } from '../../test/cli/agent/launch-server.ts';

/** The programs that wait, as one file each. */
export const waiterKinds = ['command', 'bare', 'got'] as const;
export type WaiterKind = (typeof waiterKinds)[number];

/** Built programs, and the files that they read. */
export interface WaiterPrograms extends Disposable {
  /** Size of the command's bundle. */
  readonly commandBytes: number;
  /** Starts a program. The caller ends it with {@link endWaiter}. */
  readonly start: (kind: WaiterKind, url: string) => ChildProcess;
}

/** Builds the command as it is delivered, and the others alike. */
export async function buildWaiters(certificateAuthority: string): Promise<WaiterPrograms> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-launch-'));
  const pathOf = (name: string) => join(folder, name);
  writeFileSync(pathOf('ca.pem'), certificateAuthority);
  writeFileSync(pathOf('login.json'), JSON.stringify(testLogin), { mode: 0o600 });
  const metafile = await buildAgent(pathOf('command.mjs'));
  await Promise.all((['bare', 'got'] as const).map((kind) => bundle(kind, pathOf(`${kind}.mjs`))));
  const [output] = Object.values(metafile.outputs);
  return {
    commandBytes: output?.bytes ?? Number.NaN,
    start: (kind, url) => {
      const argv =
        kind === 'command'
          ? ['run', 'settlement', '--param', 'date=2026-11-30']
          : [url, pathOf('ca.pem'), toBasic(testLogin)];
      return spawn(process.execPath, [pathOf(`${kind}.mjs`), ...argv], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          AUTO_JOB_NAME: 'PAY_EOD',
          AUTORUN: '1620/1',
          AUTOSERV: 'ACE',
          AUTOSYS_BRIDGE_URL: url,
          AUTOSYS_BRIDGE_LOGIN_FILE: pathOf('login.json'),
          AUTOSYS_BRIDGE_CA: pathOf('ca.pem'),
        },
      });
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function bundle(kind: 'bare' | 'got', outfile: string) {
  return build({
    entryPoints: [join(import.meta.dirname, `${kind}-waiter.ts`)],
    ...{ outfile, bundle: true, minify: true, platform: 'node', format: 'esm', target: 'node22' },
    // got contains CommonJS modules that require modules of Node.js.
    banner: {
      js: kind === 'got' ? requireBanner : '',
    },
    logLevel: 'error',
  } as const);
}

const requireBanner =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Ends a program at once. */
export async function endWaiter(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}

/** Resolves when a program prints a text, or has ended. */
export function untilPrinted(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    let all = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      all += chunk;
      if (all.includes(text)) resolve();
    });
    child.stdout?.once('close', resolve);
  });
}

/** Private memory of a process in KB, from Linux. */
export function readPrivateMemory(pid: number): number {
  return sumPrivateMemory(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
}

/** Sum of the private lines of `smaps_rollup`, in KB. */
export function sumPrivateMemory(text: string): number {
  const found = [...text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)];
  return found.reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0);
}
