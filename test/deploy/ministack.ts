import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { endGroup } from './process.ts';
import { until } from './until.ts';

/** Account and Region of the examples and of the emulator. */
export const home = { account: '111122223333', region: 'eu-west-1' } as const;

/** A running MiniStack. */
export interface MiniStack extends AsyncDisposable {
  /**
   * `http://127.0.0.1:PORT`. With an address, the SDK puts the bucket into the path and not into
   * the host name.
   */
  readonly url: string;
  /** Its output. */
  readonly logFile: string;
}

/**
 * Runs MiniStack and ends it, with all its processes, when its standard input closes. It is the
 * first of its process group.
 */
const program = `
import os, signal, sys, threading
def follow():
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=follow, daemon=True).start()
sys.argv = ["ministack"]
from ministack.app import main
main()
`;

/** Starts MiniStack on a free port of loopback. It stores its data in the directory. */
export async function startMiniStack(python: string, directory: string): Promise<MiniStack> {
  mkdirSync(directory, { recursive: true });
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(directory, 'ministack.log');
  const child = spawn(python, ['-c', program], {
    cwd: directory,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environmentOf(directory, port),
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  await until('MiniStack to answer', () => isHealthy(child, url), 30_000);
  return {
    url,
    logFile,
    [Symbol.asyncDispose]: async () => {
      if (child.pid !== undefined && child.exitCode === null) {
        const gone = once(child, 'exit');
        endGroup(child.pid);
        await gone;
      }
      log.end();
    },
  };
}

function environmentOf(directory: string, port: number): Readonly<Record<string, string>> {
  return {
    // The Node worker of MiniStack, if used, is the Node of this run.
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: directory,
    TMPDIR: directory,
    S3_DATA_DIR: join(directory, 's3'),
    STATE_DIR: join(directory, 'state'),
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_ACCOUNT_ID: home.account,
    MINISTACK_REGION: home.region,
    MINISTACK_DOCKER_TIMEOUT: '1',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
  };
}

async function isHealthy(child: ChildProcess, url: string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`MiniStack ended with ${child.exitCode}`);
  try {
    return (await fetch(`${url}/_ministack/health`)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

/** Finds a free port. The emulator cannot choose one itself. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
