import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionName } from './function-names.ts';

/** The path of this module in CommonJS; undefined in an ES module. */
declare const __filename: string | undefined;

/**
 * Returns the ready-made bundle of a function in the package for other projects. The build of the
 * package puts this module in the place of `function-bundle.ts`.
 */
export function readPackagedBundle(name: FunctionName): Uint8Array {
  // `import.meta.dirname` is missing before Node.js 20.11.
  const path = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);
  return readFileSync(join(dirname(path), `../functions/${name}.js`));
}
