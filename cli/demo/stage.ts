import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutosysClient } from '../../autosys/client/index.ts';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import type { Home } from '../../lambda/routing/origin.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { type Local, readWiring, startLocal, synthesize } from '../../local/index.ts';
import type { Io, TemporaryFile } from '../io.ts';

/** The directory that holds `cdk.json` and `examples/`. */
export const project = join(import.meta.dirname, '../..');

/** Both worlds of one machine, wired to each other, and the files with which others may join them. */
export interface DemoStage extends AsyncDisposable {
  readonly autosys: Emulator;
  readonly aws: Local;
  /** Signed in to the embedded AutoSys, as an operator would be. */
  readonly operator: AutosysClient;
  readonly caFile: TemporaryFile;
  readonly passwordFile: TemporaryFile;
}

/**
 * Starts the embedded AutoSys with the example's JIL, and the embedded AWS with what the CDK app synthesises.
 *
 * The shipped bundle runs unchanged; only its compiled route file is exchanged for one whose instances stand here.
 *
 * @param home where the events happen; routes without `account` or `region` mean it
 */
export async function startDemoStage(io: Io, home: Home): Promise<DemoStage> {
  await using stack = new AsyncDisposableStack();
  const jil = join(project, 'examples/jobs.jil');
  const autosys = stack.use(
    await startEmulator({ jil: [{ name: 'examples/jobs.jil', text: readFileSync(jil, 'utf8') }] }),
  );
  const assembly = stack.use(await synthesize({ project, environment: io.env }));
  const config = stack.use(await exchangeInstances(io, assembly.directory, { autosys, home }));
  const login = JSON.stringify({ username: autosys.user, password: autosys.password });
  const aws = stack.use(
    await startLocal({
      ...home,
      cloudAssembly: assembly.directory,
      environment: () => ({ BRIDGE_CONFIG: config.path }),
      secrets: Object.fromEntries(config.secrets.map((name) => [name, login])),
    }),
  );
  const operator = stack.use(
    new AutosysClient({
      endpoints: [autosys.url],
      certificateAuthority: autosys.certificateAuthority,
      credentials: async () => ({ username: autosys.user, password: autosys.password }),
    }),
  );
  const caFile = stack.use(await io.writeTemporary('ca.pem', autosys.certificateAuthority));
  const passwordFile = stack.use(await io.writeTemporary('password', autosys.password));
  const held = stack.move();
  return {
    autosys,
    aws,
    operator,
    caFile,
    passwordFile,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Writes the compiled route file anew, with the embedded AutoSys in the place of the bank's. */
async function exchangeInstances(
  io: Io,
  assembly: string,
  { autosys, home }: { readonly autosys: Emulator; readonly home: Home },
) {
  const taskRoot = readWiring(assembly, home).functions[0]?.taskRoot;
  if (taskRoot === undefined) throw new Error('the CDK app has no function');
  const config = JSON.parse(readFileSync(join(taskRoot, 'bridge.json'), 'utf8')) as BridgeConfig;
  const instances = config.instances.map((instance) => ({
    ...instance,
    endpoints: [autosys.url],
    certificateAuthority: autosys.certificateAuthority,
  }));
  const file = await io.writeTemporary('bridge.json', JSON.stringify({ ...config, instances }));
  return Object.assign(file, { secrets: instances.map(({ secret }) => secret) });
}
