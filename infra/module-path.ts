import { extname, join } from 'node:path';

/**
 * Path of a module for the bundler: TypeScript in this repository, JavaScript in the built package.
 *
 * @param module path from the top of the repository without its extension, such as
 * `lambda/functions/report`
 */
export function toModulePath(module: string): string {
  return join(import.meta.dirname, `../${module}${extname(import.meta.filename)}`);
}
