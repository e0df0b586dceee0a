import { configFileName, environment } from './contract.ts';
import { ConfigError } from './errors.ts';
import type { BridgeConfig } from './routing/routes.ts';

/** The settings of a function: frozen, complete. */
export interface FunctionSettings {
  readonly bridge: BridgeConfig;
  /** The name of the ledger's table. */
  readonly ledgerTable: string;
  /** The account the function runs in. */
  readonly account: string;
  /** The Region the function runs in. */
  readonly region: string;
}

/**
 * Reads the function's settings once, at its start.
 *
 * The compiled route file was checked at synth; here it only has to be the one this software writes.
 *
 * @param readText reads a file beside the bundle
 * @throws {ConfigError} with every fault at once
 */
export function readFunctionSettings(
  env: Readonly<Record<string, string | undefined>>,
  readText: (path: string) => string,
): FunctionSettings {
  const root = env['LAMBDA_TASK_ROOT'];
  const path = env[environment.config] ?? (root && `${root}/${configFileName}`);
  const ledgerTable = env[environment.ledgerTable];
  const account = env[environment.account];
  // Lambda sets it (Lambda developer guide, defined runtime environment variables).
  const region = env['AWS_REGION'];
  if (!path || !ledgerTable || !account || !region) {
    throw new ConfigError([
      ...(path ? [] : [`neither ${environment.config} nor LAMBDA_TASK_ROOT is set`]),
      ...(ledgerTable ? [] : [`${environment.ledgerTable} is not set`]),
      ...(account ? [] : [`${environment.account} is not set`]),
      ...(region ? [] : ['AWS_REGION is not set']),
    ]);
  }
  const bridge = readBridge(path, readText);
  const faults = toFaults(bridge);
  if (faults.length > 0) throw new ConfigError(faults.map((fault) => `${path}: ${fault}`));
  return Object.freeze({ bridge, ledgerTable, account, region });
}

/**
 * Reads the ARN of the role that each source makes for the sweep, with `sourceRoleParts` of the contract.
 *
 * @throws {ConfigError}
 */
export function readSourceRole(env: Readonly<Record<string, string | undefined>>): string {
  const role = env[environment.sourceRole];
  if (!role) throw new ConfigError([`${environment.sourceRole} is not set`]);
  return role;
}

function readBridge(path: string, readText: (path: string) => string): BridgeConfig {
  try {
    return JSON.parse(readText(path)) as BridgeConfig;
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new ConfigError([`${path} ${reason}; it is written by cdk synth beside the bundle`]);
  }
}

function toFaults(bridge: Partial<BridgeConfig> | null): readonly string[] {
  if (!Array.isArray(bridge?.instances) || !Array.isArray(bridge.routes)) {
    return ['holds no instances and routes; it is written by cdk synth'];
  }
  if (!Array.isArray(bridge.accounts)) return ['holds no accounts; it is written by cdk synth'];
  const known = new Set(bridge.instances.map((instance) => instance.name));
  return bridge.routes
    .filter((route) => !known.has(route.to))
    .map((route) => `route ${route.name} goes to ${route.to}, which is no instance`);
}
