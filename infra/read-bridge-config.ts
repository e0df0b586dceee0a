import { existsSync, readFileSync } from 'node:fs';
import { findProfileFaults } from '../autosys/client/profile-faults.ts';
import { describeProblem } from '../autosys/source.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import { RouteFileError, readRouteFile } from '../route-file/index.ts';
import { type StackLocation, sayOtherPartition, sayOtherRegion } from './placement.ts';

export interface ReadingOptions {
  /** @default - stderr */
  readonly warn?: (text: string) => void;
  /**
   * Where the stack is to stand, so that what lies in another partition is told with its line.
   *
   * @default - the constructs tell it, where their stack knows its environment, by the names of the
   * routes
   */
  readonly place?: StackLocation;
}

/**
 * Reads, checks and compiles a route file, with the CA files beside it; its warnings go to `warn`.
 *
 * @param path of the route file, UTF-8, from the working directory
 * @throws {SourceError} with every fault at once, each with file, line and column
 * @throws {Error} where there is no such file
 */
export function readBridgeConfig(
  path: string,
  { warn = console.error, place = {} }: ReadingOptions = {},
): BridgeConfig {
  const text = readText(path);
  if (text === undefined) {
    throw new Error(
      `config: found no file ${path}, allowed: the path of a route file, such as bridge.yaml`,
    );
  }
  const file = readRouteFile({ name: path, text }, readText, findProfileFaults);
  const { source, config, warnings, location } = file;
  const hold = (say: typeof sayOtherPartition) =>
    location.flatMap(({ start, end, ...named }) => {
      const message = say(named, place);
      return message === undefined ? [] : [{ start, end, message }];
    });
  const misplaced = hold(sayOtherPartition);
  if (misplaced.length > 0) throw new RouteFileError(source, misplaced);
  // The template fits any Region, and may yet be deployed to another one.
  for (const warning of [...warnings, ...hold(sayOtherRegion)])
    warn(`warning: ${describeProblem(source, warning)}`);
  return config;
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
