import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildAgent } from '../../cli/build-agent.ts';
import { seededRandom } from '../../local/random.ts';
import {
  type LaunchSystem,
  startLaunchSystem,
  synthesizeLaunchExample,
} from '../../test/runtime/launch-system.ts';
import { untilPrinted } from './waiter-process.ts';

/** Longer than any run takes. When it is exceeded, something failed. */
const timeLimitMs = 60_000;

/**
 * Measures runs one after the other, in real time over sockets: the built command, the REST API
 * with its authorizer, the shipped functions, and Step Functions of the embedded AWS.
 *
 * @returns per run, the time from its end in AWS to the exit of the command, in milliseconds
 */
export async function measureHeldWaits(
  count: number,
  onProgress: (progress: string) => void,
): Promise<readonly number[]> {
  await using stack = new AsyncDisposableStack();
  const assembly = stack.use(await synthesizeLaunchExample());
  const system = stack.use(await startLaunchSystem(assembly.directory, () => ({})));
  const bundle = join(system.folder, 'command.mjs');
  await buildAgent(bundle);
  const random = seededRandom(19);
  const lateMs: number[] = [];
  // The first run starts the functions.
  for (let run = 0; run <= count; run += 1) {
    onProgress(`held run ${run} of ${count}`);
    const ms = await measureHeldWait(system, bundle, { run: run + 1, restMs: 1_500 * random() });
    if (run > 0) lateMs.push(ms);
  }
  return lateMs;
}

async function measureHeldWait(
  system: LaunchSystem,
  bundle: string,
  { run, restMs }: { readonly run: number; readonly restMs: number },
): Promise<number> {
  const end = Promise.withResolvers<void>();
  system.aws.workloads.define({
    stateMachine: 'settlement',
    // A version keeps its plan.
    aliases: { live: run },
    versions: [run],
    runs: { steps: [{ kind: 'wait', state: 'Work', for: end.promise }] },
  });
  const child = startCommand(system, bundle, run);
  const exited = once(child, 'close');
  try {
    await withTimeLimit(`held run ${run}: start`, untilPrinted(child, 'was started'));
    await sleep(1_000 + restMs);
    if (child.exitCode !== null) throw new Error(`held run ${run}: ended before its run in AWS`);
    const endedMs = performance.now();
    end.resolve();
    await withTimeLimit(`held run ${run}: end`, exited);
    if (child.exitCode !== 0) {
      throw new Error(`held run ${run}: expected exit code 0, found ${child.exitCode}`);
    }
    return performance.now() - endedMs;
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

/** @throws {Error} when the work takes too long */
async function withTimeLimit(what: string, work: Promise<unknown>): Promise<void> {
  const late = Symbol('late');
  if ((await Promise.race([work, sleep(timeLimitMs, late, { ref: false })])) !== late) return;
  throw new Error(`${what}: expected it within ${timeLimitMs / 1_000} s`);
}

function startCommand(
  { url, caPath, loginPath }: LaunchSystem,
  bundle: string,
  run: number,
): ChildProcess {
  return spawn(process.execPath, [bundle, 'run', 'settlement', '--param', 'date=2026-11-30'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      AUTO_JOB_NAME: 'NIGHT_EOD',
      AUTORUN: `${run}/1`,
      AUTOSERV: 'ACE',
      AUTOSYS_BRIDGE_URL: url,
      AUTOSYS_BRIDGE_LOGIN_FILE: loginPath,
      AUTOSYS_BRIDGE_CA: caPath,
    },
  });
}
