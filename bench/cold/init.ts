import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { environmentVariables, runtimeClientPath } from '../../local/function-config.ts';
import type { FunctionError } from '../../local/invocation.ts';
import { RuntimeApi } from '../../local/runtime-api.ts';
import type { Package } from './packages.ts';

const shimPath = fileURLToPath(new URL('../../local/rapid-client-shim.cjs', import.meta.url));
const loadPath = fileURLToPath(new URL('./load.cjs', import.meta.url));
const project = fileURLToPath(new URL('../..', import.meta.url));

/**
 * One cold start under AWS's own runtime client: from the start of the process until the client
 * requests its first invocation.
 *
 * @returns milliseconds; they include the start of Node.js and of the runtime client, which every
 * function has
 */
export async function measureInit({ directory, environment }: Package): Promise<number> {
  const ready = Promise.withResolvers<number>();
  const fail = (found: string) =>
    ready.reject(new Error(`init of ${directory}: expected a request for an invocation, ${found}`));
  const api = new RuntimeApi({
    onNext: () => ready.resolve(performance.now()),
    onInitError: ({ errorType, errorMessage }: FunctionError) =>
      fail(`found ${errorType}: ${errorMessage}`),
    onAnswer: () => undefined,
    onError: () => undefined,
    onUnknown: (request) => fail(`found ${request}`),
  });
  await api.listen();
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--require', shimPath, runtimeClientPath], {
    cwd: directory,
    env: toEnvironment({ directory, environment }, api.address),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  void exited.then(([code]) => fail(`found an exit with ${code}`));
  try {
    return (await ready.promise) - startedAt;
  } finally {
    child.kill('SIGKILL');
    await exited;
    await api.close();
  }
}

/**
 * The duration of `require` in a separate process, in milliseconds: elapsed time, and CPU time of
 * all threads.
 */
export async function measureLoad({ directory, environment }: Package): Promise<{
  readonly wallMs: number;
  readonly cpuMs: number;
}> {
  const child = spawn(process.execPath, [loadPath], {
    cwd: directory,
    env: toEnvironment({ directory, environment }, '127.0.0.1:9'),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const result = Promise.withResolvers<{ readonly wallMs: number; readonly cpuMs: number }>();
  child.once('message', (message: { readonly wallMs: number; readonly cpuMs: number }) =>
    result.resolve(message),
  );
  child.once('exit', () =>
    result.reject(new Error(`load of ${directory}: the process ended without a result`)),
  );
  return result.promise;
}

function toEnvironment(
  { directory, environment }: Pick<Package, 'directory' | 'environment'>,
  runtimeApi: string,
) {
  const config = {
    name: 'measured',
    handler: 'index.handler',
    taskRoot: directory,
    timeoutMs: 60_000,
    memoryMb: 512,
    // Lambda has its own SDK on this path; here it is the SDK from npm.
    environment: { ...environment, NODE_PATH: `${project}/node_modules` },
    account: '000000000000',
    region: 'us-east-1',
  };
  return environmentVariables(config, runtimeApi);
}
