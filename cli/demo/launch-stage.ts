import { randomBytes } from 'node:crypto';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AutosysClient } from '../../autosys/client/index.ts';
import {
  type Emulator,
  type Identity,
  issue,
  makeAuthority,
  startEmulator,
} from '../../emulator/index.ts';
import { configFileName, environment } from '../../lambda/contract.ts';
import { type Local, startLocal, synthesize } from '../../local/index.ts';
import { buildAgent } from '../build-agent.ts';
import { programName } from '../command-prefix.ts';
import type { Io, TemporaryFile } from '../io.ts';
import { exampleHome } from './demo-home.ts';
import { defineLaunchWorkloads } from './launch-workloads.ts';
import { readShippedConfig } from './shipped-config.ts';
import { project } from './stage.ts';

/** Both embedded worlds with the launch API between them, and the files of the host of the agent. */
export interface LaunchStage extends AsyncDisposable {
  readonly autosys: Emulator;
  readonly aws: Local;
  /** A client of the embedded AutoSys, with the login of an operator. */
  readonly operator: AutosysClient;
  /** Directory that stands for the {@link directories} of the jobs, and for `/usr/local/bin`. */
  readonly folder: string;
}

/** The directories of `examples/launch.jil`, which the demo replaces by its own. */
const directories = [`/etc/${programName}`, '/var/log/autosys'];

/**
 * Starts the embedded AutoSys with the jobs of `examples/launch.jil`, whose commands are really
 * executed, and the embedded AWS with the stack of `examples/launch.yaml` and its REST API.
 */
export async function startLaunchStage(io: Io): Promise<LaunchStage> {
  await using stack = new AsyncDisposableStack();
  const profile = stack.use(await io.writeTemporary('profile', ''));
  const folder = dirname(profile.path);
  await installCommand(folder);
  const authority = await makeAuthority();
  const autosys = stack.use(await startAutosys(authority, folder));
  const password = randomBytes(24).toString('base64url');
  const aws = stack.use(await startAws(io, { authority, autosys, password, stack }));
  defineLaunchWorkloads(aws);
  writeHostFiles({ folder, profile, ca: authority.certificate, password, url: aws.restUrl });
  const operator = stack.use(
    new AutosysClient({
      endpoints: [autosys.url],
      certificateAuthority: autosys.certificateAuthority,
      credentials: async () => ({ username: autosys.user, password: autosys.password }),
    }),
  );
  const resources = stack.move();
  return {
    ...{ autosys, aws, operator, folder },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Builds the command as the script `build:agent` does, and links it by its name. */
async function installCommand(folder: string): Promise<void> {
  const bundle = join(folder, `${programName}.mjs`);
  await buildAgent(bundle);
  symlinkSync(bundle, join(folder, programName));
}

function startAutosys(authority: Identity, folder: string): Promise<Emulator> {
  const name = 'examples/launch.jil';
  const jil = readFileSync(join(project, name), 'utf8');
  const text = directories.reduce((given, one) => given.replaceAll(one, folder), jil);
  return startEmulator({
    authority,
    jil: [{ name, text }],
    // A legacy agent would send signal 9 after five seconds, before the proof is printed.
    execute: { machines: ['agent-1'], workingDirectory: folder, killSignals: [2] },
  });
}

async function startAws(
  io: Io,
  {
    authority,
    autosys,
    password,
    stack,
  }: {
    readonly authority: Identity;
    readonly autosys: Emulator;
    readonly password: string;
    readonly stack: AsyncDisposableStack;
  },
): Promise<Local> {
  const context = { config: 'examples/launch.yaml', launchNetworks: '10.0.0.0/8' };
  const assembly = stack.use(await synthesize({ project, environment: io.env, context }));
  const shipped = readShippedConfig(assembly.directory, exampleHome);
  const instances = shipped.instances.map((instance) => ({
    ...instance,
    endpoints: [autosys.url],
    certificateAuthority: autosys.certificateAuthority,
  }));
  const config = stack.use(
    await io.writeTemporary(configFileName, JSON.stringify({ ...shipped, instances })),
  );
  const login = JSON.stringify({ username: autosys.user, password: autosys.password });
  const { certificate: cert, privateKey: key } = await issue(authority);
  return startLocal({
    ...exampleHome,
    cloudAssembly: assembly.directory,
    // The demo invokes the sweep more often than once a minute.
    schedules: 'byHand',
    rest: { certificate: { key, cert }, network: { vpcSourceIp: '10.1.2.3' } },
    environment: () => ({ [environment.config]: config.path }),
    secrets: {
      ...Object.fromEntries(instances.map(({ secret }) => [secret, login])),
      ...Object.fromEntries(
        shipped.callers.map(({ secret }) => [secret, JSON.stringify({ password })]),
      ),
    },
  });
}

/** Writes what an administrator writes on the host of the agent. */
function writeHostFiles({
  folder,
  profile,
  ca,
  password,
  url,
}: {
  readonly folder: string;
  readonly profile: TemporaryFile;
  readonly ca: string;
  readonly password: string;
  readonly url: string;
}): void {
  const loginPath = join(folder, 'login.json');
  writeFileSync(loginPath, JSON.stringify({ username: 'agents', password }), { mode: 0o600 });
  const caPath = join(folder, 'ca.pem');
  writeFileSync(caPath, ca);
  const lines = [
    `export AUTOSYS_BRIDGE_URL=${url}`,
    `export AUTOSYS_BRIDGE_LOGIN_FILE='${loginPath}'`,
    `export AUTOSYS_BRIDGE_CA='${caPath}'`,
    // The Node.js that runs the demo.
    `export PATH='${folder}:${dirname(process.execPath)}':/usr/local/bin:/usr/bin:/bin`,
  ];
  writeFileSync(profile.path, `${lines.join('\n')}\n`, { mode: 0o600 });
}
