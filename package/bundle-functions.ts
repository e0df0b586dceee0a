import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleOptions } from '../infra/bundle-options.ts';
import { functionNames } from '../infra/function-names.ts';

/**
 * Writes the bundle of each function, with the options of the clone.
 *
 * @param directory the directory of the package
 * @returns what the bundles contain
 */
export async function bundleFunctions(directory: string): Promise<readonly Metafile[]> {
  const metafiles: Metafile[] = [];
  for (const name of functionNames) {
    const { metafile } = await build({
      ...bundleOptions,
      absWorkingDir: join(import.meta.dirname, '..'),
      entryPoints: [`lambda/functions/${name}.ts`],
      outfile: join(directory, `functions/${name}.js`),
      metafile: true,
      logLevel: 'warning',
    });
    metafiles.push(metafile);
  }
  return metafiles;
}
