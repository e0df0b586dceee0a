import { configFileName, environment } from './contract.ts';
import { ConfigError } from './errors.ts';
import type { BridgeConfig } from './routing/routes.ts';

/** Settings of a function; frozen and complete. */
export interface FunctionSettings {
  readonly bridge: BridgeConfig;
  /** Name of the ledger table. */
  readonly ledgerTable: string;
  /** AWS account of the function. */
  readonly account: string;
  /** AWS Region of the function. */
  readonly region: string;
}

/**
 * Reads the settings of the function once, at its start.
 *
 * The compiled route file was validated at synth. Only its format is checked here.
 *
 * @param readText reads a file beside the bundle
 * @throws {ConfigError} with all faults
 */
export function readFunctionSettings(
  env: Readonly<Record<string, string | undefined>>,
  readText: (path: string) => string,
): FunctionSettings {
  const root = env['LAMBDA_TASK_ROOT'];
  const path = env[environment.config] ?? (root && `${root}/${configFileName}`);
  const ledgerTable = env[environment.ledgerTable];
  const account = env[environment.account];
  // Set by Lambda (Lambda developer guide, defined runtime environment variables).
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
 * Reads the ARN of the role that each source creates for the functions of the bridge, with `sourceRoleParts`.
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
    throw new ConfigError([`${path} ${reason}; cdk synth writes it beside the bundle`]);
  }
}

function toFaults(bridge: Partial<BridgeConfig> | null): readonly string[] {
  if (!Array.isArray(bridge?.instances) || !Array.isArray(bridge.routes)) {
    return ['has no instances and routes; write it again with cdk synth'];
  }
  if (!Array.isArray(bridge.accounts)) return ['has no accounts; write it again with cdk synth'];
  if (!Array.isArray(bridge.targets) || !Array.isArray(bridge.callers)) {
    return ['has no targets and callers; write it again with cdk synth'];
  }
  if (!Array.isArray(bridge.requests)) return ['has no requests; write it again with cdk synth'];
  const known = new Set(bridge.instances.map((instance) => instance.name));
  return bridge.routes
    .filter((route) => !known.has(route.to))
    .map((route) => `route ${route.name}: instance ${route.to} is not defined`);
}
