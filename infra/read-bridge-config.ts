import { existsSync, readFileSync } from 'node:fs';
import { findProfileFaults } from '../autosys/client/profile-faults.ts';
import { describeProblem } from '../autosys/source.ts';
import { readRouteFile } from '../lambda/shared/route-file/index.ts';
import type { BridgeConfig } from '../lambda/shared/routes.ts';

/**
 * Reads, checks and compiles a route file, with the CA files beside it; its warnings go to `warn`.
 *
 * @param path of the route file, UTF-8, from the working directory
 * @throws {SourceError} with every fault at once, each with file, line and column
 * @throws {Error} where there is no such file
 */
export function readBridgeConfig(
  path: string,
  warn: (text: string) => void = console.error,
): BridgeConfig {
  const text = readText(path);
  if (text === undefined) {
    throw new Error(
      `config: found no file ${path}, allowed: the path of a route file, such as bridge.yaml`,
    );
  }
  const source = { name: path, text };
  const { config, warnings } = readRouteFile(source, readText, findProfileFaults);
  for (const warning of warnings) warn(`warning: ${describeProblem(source, warning)}`);
  return config;
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
