import { findProfileFaults } from '../autosys/client/profile-faults.ts';
import type { Source } from '../autosys/source.ts';
import { type RouteFile, readRouteFile } from '../lambda/shared/route-file/index.ts';
import { readOptionalFile, readSource } from './files.ts';
import type { Io } from './io.ts';

/** A route file with the text it was read from, so that warnings can be shown in their place. */
export interface ReadConfig extends RouteFile {
  readonly source: Source;
}

/**
 * Reads and checks the route file, as synth does.
 *
 * @throws {RouteFileError} with every fault
 * @throws {FileError} where the file cannot be read
 */
export async function readConfig(io: Io, path: string): Promise<ReadConfig> {
  const source = await readSource(io, path);
  const readText = (named: string) => readOptionalFile(io, named);
  return { source, ...readRouteFile(source, readText, findProfileFaults) };
}
