import { extname, join } from 'node:path';

/**
 * The path of a module of `lambda/` for the bundler: TypeScript in this repository, JavaScript in the built package.
 *
 * @param module such as `report/handler`, without its extension
 */
export function toLambdaPath(module: string): string {
  return join(import.meta.dirname, `../lambda/${module}${extname(import.meta.filename)}`);
}
