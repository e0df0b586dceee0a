import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFileName } from '../../lambda/contract.ts';
import type { Home } from '../../lambda/routing/origin.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { readWiring } from '../../local/index.ts';

/** Reads the compiled route file beside the first function of a synthesised assembly. */
export function readShippedConfig(assembly: string, home: Home): BridgeConfig {
  const taskRoot = readWiring(assembly, home).functions[0]?.taskRoot;
  if (taskRoot === undefined) throw new Error('the CDK app has no function');
  return JSON.parse(readFileSync(join(taskRoot, configFileName), 'utf8')) as BridgeConfig;
}
