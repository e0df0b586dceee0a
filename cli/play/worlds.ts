import { randomBytes } from 'node:crypto';
import type { Source } from '../../autosys/source.ts';
import {
  type EmulatedProfile,
  type Emulator,
  emulatedProfiles,
  makeAuthority,
  startEmulator,
} from '../../emulator/index.ts';
import { configFileName, environment } from '../../lambda/contract.ts';
import type { Home } from '../../lambda/routing/origin.ts';
import type { BridgeConfig, InstanceConfig } from '../../lambda/routing/routes.ts';
import { type Local, startLocal, synthesize } from '../../local/index.ts';
import { toJilFileError } from '../emulate/jil-error.ts';
import type { Io, TemporaryFile } from '../io.ts';

/** The embedded AutoSys of each instance of a route file, and the embedded AWS. */
export interface Worlds extends AsyncDisposable {
  /** Account and Region of the stack. */
  readonly home: Home;
  /** The compiled route file of the functions, whose instances are the embedded ones. */
  readonly config: BridgeConfig;
  /** By the name of the instance. */
  readonly autosyses: ReadonlyMap<string, Emulator>;
  readonly aws: Local;
  /** The CA of every embedded AutoSys. */
  readonly caFile: TemporaryFile;
  /** The password of the operator, at every instance. */
  readonly passwordFile: TemporaryFile;
}

/** Settings of {@link startWorlds}. */
export interface WorldsOptions {
  /** The directory that holds `cdk.json`. */
  readonly project: string;
  /** Absolute path of the route file. @default - that of `cdk.json` */
  readonly configPath?: string;
  readonly config: BridgeConfig;
  readonly home: Home;
  readonly jilOf: (instance: string) => readonly Source[];
  /** Whether the clock invokes the scheduled functions. */
  readonly schedules: 'byClock' | 'byHand';
}

/** User of the bridge at the embedded AutoSys. The operator has another, so that both can differ. */
export const bridgeUser = 'bridge';

/**
 * Starts an embedded AutoSys for each instance, and the embedded AWS with the synthesised stack of
 * the CDK app. The Lambda bundles run unchanged. Only their compiled route file is replaced by one
 * whose instances are the embedded ones.
 *
 * @throws {FileError} if JIL is rejected
 */
export async function startWorlds(io: Io, options: WorldsOptions): Promise<Worlds> {
  const { project, config, home, jilOf, schedules } = options;
  await using stack = new AsyncDisposableStack();
  const authority = await makeAuthority();
  const password = newPassword();
  const bridgePassword = newPassword();
  const autosyses = new Map<string, Emulator>();
  for (const { name, timezone, profile } of config.instances) {
    const settings = {
      ...{ authority, name, timezone, password, jil: jilOf(name), clock: io.clock },
      otherAccounts: [{ user: bridgeUser, password: bridgePassword }],
      profiles: toEmulatedProfiles(profile),
    };
    autosyses.set(name, stack.use(await startEmulator(settings).catch(rethrowJilError)));
  }
  const embedded = toEmbeddedConfig(config, autosyses);
  const file = stack.use(await io.writeTemporary(configFileName, JSON.stringify(embedded)));
  const assembly = stack.use(
    await synthesize({ project, environment: io.env, context: toContext(options) }),
  );
  const aws = stack.use(
    await startLocal({
      ...home,
      schedules,
      cloudAssembly: assembly.directory,
      environment: () => ({ [environment.config]: file.path }),
      secrets: toSecrets(embedded, bridgePassword),
    }),
  );
  const caFile = stack.use(await io.writeTemporary('ca.pem', authority.certificate));
  const passwordFile = stack.use(await io.writeTemporary('password', password));
  const resources = stack.move();
  return {
    ...{ home, config: embedded, autosyses, aws, caFile, passwordFile },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A new password for the embedded AutoSys. */
export function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

/** The text of the secret with the login of the bridge. */
export function formatLoginSecret(password: string): string {
  return JSON.stringify({ username: bridgeUser, password });
}

/** True if the embedded AutoSys supports the wire profile of an instance as it is. */
export function isEmulatedProfile(profile: unknown): profile is EmulatedProfile {
  return emulatedProfiles.some((one) => one === profile);
}

function toEmulatedProfiles(profile: unknown): readonly EmulatedProfile[] {
  const usual: readonly EmulatedProfile[] = ['standard', 'api-prefix', 'command-run'];
  return isEmulatedProfile(profile) && !usual.includes(profile) ? [...usual, profile] : usual;
}

function toEmbeddedConfig(
  config: BridgeConfig,
  autosyses: ReadonlyMap<string, Emulator>,
): BridgeConfig {
  const instances = config.instances.map((instance): InstanceConfig => {
    const { authoritySecret: _, ...rest } = instance;
    const autosys = autosyses.get(instance.name);
    if (autosys === undefined) throw new Error(`no embedded AutoSys ${instance.name}`);
    const { url, certificateAuthority } = autosys;
    const profile = isEmulatedProfile(instance.profile) ? instance.profile : 'standard';
    return { ...rest, endpoints: [url], certificateAuthority, profile };
  });
  return { ...config, instances };
}

function toSecrets(
  { instances, callers }: BridgeConfig,
  bridgePassword: string,
): Readonly<Record<string, string>> {
  const login = formatLoginSecret(bridgePassword);
  const unused = JSON.stringify({ password: newPassword() });
  return Object.fromEntries([
    ...callers.map(({ secret }) => [secret, unused]),
    ...instances.map(({ secret }) => [secret, login]),
  ]);
}

/** The stack of a route file with launch targets needs a network for its API. */
function toContext({ configPath, config }: WorldsOptions): Readonly<Record<string, unknown>> {
  return {
    ...(configPath !== undefined && { config: configPath }),
    ...(config.targets.length > 0 && { launchNetworks: '10.0.0.0/8' }),
  };
}

/** @throws {FileError} instead of the error of JIL that AutoSys rejects */
function rethrowJilError(error: unknown): never {
  throw toJilFileError(error) ?? error;
}
