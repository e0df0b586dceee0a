import { join } from 'node:path';

/**
 * Returns the path of a TypeScript module of this repository, for the bundler.
 *
 * @param module path from the root of the repository without extension, such as
 * `lambda/functions/report`
 */
export function toModulePath(module: string): string {
  return join(import.meta.dirname, `../${module}.ts`);
}
