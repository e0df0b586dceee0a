import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutosysClient } from '../../autosys/client/index.ts';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import type { Home } from '../../lambda/routing/origin.ts';
import { type Local, startLocal, synthesize } from '../../local/index.ts';
import type { Io, TemporaryFile } from '../io.ts';
import { readShippedConfig } from './shipped-config.ts';

/** The directory that holds `cdk.json` and `examples/`. */
export const project = join(import.meta.dirname, '../..');

/**
 * The embedded AutoSys and AWS, connected with each other, and the files that other clients need.
 */
export interface DemoStage extends AsyncDisposable {
  readonly autosys: Emulator;
  readonly aws: Local;
  /** A client of the embedded AutoSys, with the login of an operator. */
  readonly operator: AutosysClient;
  readonly caFile: TemporaryFile;
  readonly passwordFile: TemporaryFile;
}

/**
 * Starts the embedded AutoSys with the example's JIL, and the embedded AWS with the synthesised
 * stack of the CDK app.
 *
 * The Lambda bundle runs unchanged. Only its compiled route file is replaced by one whose instances
 * are the embedded AutoSys.
 *
 * @param home account and Region of the stack, for routes without `account` or `region`
 */
export async function startDemoStage(io: Io, home: Home): Promise<DemoStage> {
  await using stack = new AsyncDisposableStack();
  const jil = join(project, 'examples/jobs.jil');
  const autosys = stack.use(
    await startEmulator({ jil: [{ name: 'examples/jobs.jil', text: readFileSync(jil, 'utf8') }] }),
  );
  const assembly = stack.use(await synthesize({ project, environment: io.env }));
  const config = stack.use(await replaceInstances(io, assembly.directory, { autosys, home }));
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
  const resources = stack.move();
  return {
    autosys,
    aws,
    operator,
    caFile,
    passwordFile,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Writes a copy of the compiled route file in which every instance is the embedded AutoSys. */
async function replaceInstances(
  io: Io,
  assembly: string,
  { autosys, home }: { readonly autosys: Emulator; readonly home: Home },
) {
  const config = readShippedConfig(assembly, home);
  const instances = config.instances.map((instance) => ({
    ...instance,
    endpoints: [autosys.url],
    certificateAuthority: autosys.certificateAuthority,
  }));
  const file = await io.writeTemporary('bridge.json', JSON.stringify({ ...config, instances }));
  return Object.assign(file, { secrets: instances.map(({ secret }) => secret) });
}
