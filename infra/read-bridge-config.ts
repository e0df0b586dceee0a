import { existsSync, readFileSync } from 'node:fs';
import { findProfileFaults } from '../autosys/client/profile-faults.ts';
import { describeProblem } from '../autosys/source.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import { RouteFileError, readRouteFile } from '../route-file/index.ts';
import {
  describeForeignCaller,
  describeForeignPartition,
  describeForeignSecret,
  describeForeignTarget,
  type StackLocation,
} from './placement.ts';

export interface ReadingOptions {
  /** Receives each warning. @default - writes to stderr */
  readonly warn?: (text: string) => void;
  /**
   * Account and Region of the stack, to report values of another partition with their line.
   *
   * @default - the constructs report them without line, if the stack has an explicit environment
   */
  readonly stackLocation?: StackLocation;
}

/**
 * Reads, checks and compiles a route file and its CA files. Passes warnings to `warn`.
 *
 * @param path of the route file in UTF-8, relative to the working directory
 * @throws {SourceError} lists every fault with file, line and column
 * @throws {Error} if the file does not exist
 */
export function readBridgeConfig(
  path: string,
  { warn = console.error, stackLocation = {} }: ReadingOptions = {},
): BridgeConfig {
  const text = readText(path);
  if (text === undefined) {
    throw new Error(
      `config: found no file ${path}, allowed: the path of a route file, such as bridge.yaml`,
    );
  }
  const file = readRouteFile({ name: path, text }, readText, findProfileFaults);
  const { source, config, warnings, location } = file;
  const findMisplaced = (describe: typeof describeForeignPartition) =>
    location.flatMap(({ start, end, ...named }) => {
      const message = describe(named, stackLocation);
      return message === undefined ? [] : [{ start, end, message }];
    });
  const misplaced = findMisplaced(describeForeignPartition);
  if (misplaced.length > 0) throw new RouteFileError(source, misplaced);
  // Only warnings, because the template can be deployed to another account and Region.
  const doubtful = [
    ...findMisplaced(describeForeignSecret),
    ...findMisplaced(describeForeignTarget),
    ...findMisplaced(describeForeignCaller),
  ];
  for (const warning of [...warnings, ...doubtful])
    warn(`warning: ${describeProblem(source, warning)}`);
  return config;
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
