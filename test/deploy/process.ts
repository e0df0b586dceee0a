import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a command ended, and its output, with both streams in order. */
export interface Ended {
  /** Exit code. 128 and more means a signal. */
  readonly code: number;
  readonly output: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Time limit, after which the command and its child processes are killed. */
  readonly withinMs: number;
}

/** Process groups of this run that may still exist, by the id of their first process. */
const groups = new Set<number>();

process.on('exit', () => {
  for (const group of groups) endGroup(group);
});

/**
 * Runs a command to its end. @throws {Error} when it cannot be started or exceeds the time limit
 */
export async function run(command: string, args: readonly string[], options: RunOptions) {
  const { cwd, env, withinMs } = options;
  // In its own process group: npx starts a shell, the shell starts node, and all end together.
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  }
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    if (pid !== undefined) endGroup(pid);
  }, withinMs);
  try {
    const [code, signal] = await once(child, 'close');
    const ended: Ended = { code: code ?? (signal ? 128 : 1), output: output.join('') };
    if (late)
      throw new Error(`${command} ${args[0]} took longer than ${withinMs} ms\n${ended.output}`);
    return ended;
  } finally {
    clearTimeout(timer);
    if (pid !== undefined) groups.delete(pid);
  }
}

/** Kills a process group. A group that no longer exists is no error. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
