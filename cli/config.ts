import { findProfileFaults } from '../autosys/client/profile-faults.ts';
import { type RouteFile, readRouteFile } from '../route-file/index.ts';
import { readOptionalFile, readSource } from './files.ts';
import type { Io } from './io.ts';

/**
 * Reads and checks the route file, as synth does.
 *
 * @throws {RouteFileError} with every fault
 * @throws {FileError} if the file cannot be read
 */
export async function readConfig(io: Io, path: string): Promise<RouteFile> {
  const source = await readSource(io, path);
  const readText = (named: string) => readOptionalFile(io, named);
  return readRouteFile(source, readText, findProfileFaults);
}
