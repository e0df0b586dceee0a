import { extname, join } from 'node:path';

/**
 * Returns the path of a module for the bundler: TypeScript in this repository, JavaScript in the
 * built package.
 *
 * @param module path from the root of the repository without extension, such as
 * `lambda/functions/report`
 */
export function toModulePath(module: string): string {
  return join(import.meta.dirname, `../${module}${extname(import.meta.filename)}`);
}
