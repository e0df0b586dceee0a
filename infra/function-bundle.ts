import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';
import type { FunctionName } from './function-names.ts';
import { toModulePath } from './module-path.ts';

const bundles = new Map<FunctionName, Uint8Array>();

/**
 * Returns the bundle of a function, which esbuild creates once per process.
 *
 * The package for other projects has ready-made bundles instead (`packaged-bundle.ts`), and no
 * esbuild.
 */
export function readFunctionBundle(name: FunctionName): Uint8Array {
  const found = bundles.get(name) ?? bundleFunction(name);
  bundles.set(name, found);
  return found;
}

function bundleFunction(name: FunctionName): Uint8Array {
  const { outputFiles } = buildSync({
    ...bundleOptions,
    entryPoints: [toModulePath(`lambda/functions/${name}`)],
    absWorkingDir: join(import.meta.dirname, '..'),
    outfile: 'index.js',
    write: false,
    logLevel: 'warning',
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`lambda/functions/${name}: esbuild wrote no bundle`);
  return bundle.contents;
}
