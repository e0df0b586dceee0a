import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/index.ts';
import { configFileName, environment } from '../../lambda/contract.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import {
  type Local,
  type SynthesizedAssembly,
  startLocal,
  synthesize,
  systemClock,
} from '../../local/index.ts';
import { certificates } from '../local/rest/rest-world.ts';
import type { MovedTime } from '../support/moved-time.ts';
import { home, project, shippedConfig, wiringOf } from './test-system.ts';

/** Passwords of the callers in `examples/launch.yaml`. */
export const passwords = {
  agents: 'the password of the agents',
  desk: 'the password of the desk',
} as const;

/** The stack of `examples/launch.yaml`, synthesised with its bundles. */
export function synthesizeLaunchExample(): Promise<SynthesizedAssembly> {
  return synthesize({
    project,
    environment: process.env,
    context: { config: 'examples/launch.yaml', launchNetworks: '10.0.0.0/8' },
  });
}

/** The shipped functions between the embedded AWS, its REST API and an embedded AutoSys. */
export interface LaunchSystem extends AsyncDisposable {
  readonly autosys: Emulator;
  readonly aws: Local;
  /** URL of the launch API, with the stage. */
  readonly url: string;
  /** Directory for files of the test, with `ca.pem` and `agents.json` (the login of the agents). */
  readonly folder: string;
  readonly caPath: string;
  readonly loginPath: string;
  /** CA of the launch API, as PEM text. */
  readonly ca: string;
  /** Log lines of the functions. */
  lines(): readonly Readonly<Record<string, unknown>>[];
}

/** Further settings of both embedded worlds. */
export interface LaunchSystemSettings {
  /** Changes each target of the compiled route file. @default - unchanged */
  readonly changeTarget?: (target: LaunchTarget) => LaunchTarget;
  /** Clock of AWS and the functions. Timers use real time. @default - the clock of this machine */
  readonly time?: MovedTime;
}

/** Starts both embedded worlds around the assembly. */
export async function startLaunchSystem(
  directory: string,
  options: (paths: { readonly folder: string }) => EmulatorOptions,
  { changeTarget = (target) => target, time }: LaunchSystemSettings = {},
): Promise<LaunchSystem> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'launch-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { ca, key, cert } = await certificates();
  const caPath = join(folder, 'ca.pem');
  const loginPath = join(folder, 'agents.json');
  writeFileSync(caPath, ca);
  const login = { username: 'agents', password: passwords.agents };
  writeFileSync(loginPath, JSON.stringify(login), { mode: 0o600 });
  const autosys = stack.use(await startEmulator({ eventDelayMs: 10, ...options({ folder }) }));
  const shipped = shippedConfig(wiringOf(directory));
  const instances = shipped.instances.map((instance) => ({
    ...instance,
    endpoints: [autosys.url],
    certificateAuthority: autosys.certificateAuthority,
  }));
  const path = join(folder, configFileName);
  const targets = shipped.targets.map(changeTarget);
  writeFileSync(path, JSON.stringify({ ...shipped, instances, targets }));
  const bridgeLogin = JSON.stringify({ username: autosys.user, password: autosys.password });
  const aws = stack.use(
    await startLocal({
      ...home,
      cloudAssembly: directory,
      schedules: 'byHand',
      rest: { certificate: { key, cert }, network: { vpcSourceIp: '10.1.2.3' } },
      environment: () => ({ ...time?.environment, [environment.config]: path }),
      ...(time && { functionNow: time.now, clock: { ...systemClock, now: time.now } }),
      secrets: {
        ...Object.fromEntries(instances.map((one) => [one.secret, bridgeLogin])),
        ...Object.fromEntries(
          shipped.callers.map(({ name, secret }) => [
            secret,
            JSON.stringify({ password: Reflect.get(passwords, name) }),
          ]),
        ),
      },
    }),
  );
  const held = stack.move();
  return {
    autosys,
    aws,
    url: aws.restUrl,
    folder,
    caPath,
    loginPath,
    ca: readFileSync(caPath, 'utf8'),
    lines: () => aws.logs().map(({ line }) => JSON.parse(line)),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
