import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** The modules that the packaged constructs expect in the host project. */
export const hostModules = ['aws-cdk-lib', 'constructs'] as const;

/** The packaged constructs read ready-made bundles, where the clone bundles functions. */
const readyMadeBundles: Plugin = {
  name: 'ready-made-bundles',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /\/function-bundle\.ts$/ }, () => ({
      path: 'function-bundle',
      namespace: 'packaged',
    }));
    onLoad({ filter: /.*/, namespace: 'packaged' }, () => ({
      contents: `export { readPackagedBundle as readFunctionBundle } from './infra/packaged-bundle.ts';`,
      resolveDir: root,
    }));
  },
};

/**
 * Bundles the constructs for Node.js 20 and later, as an ES module and as CommonJS.
 *
 * @param directory the directory of the package
 * @returns what the bundles contain
 */
export async function bundleConstructs(directory: string): Promise<readonly Metafile[]> {
  const shared = {
    absWorkingDir: root,
    entryPoints: ['infra/index.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: hostModules.flatMap((name) => [name, `${name}/*`]),
    plugins: [readyMadeBundles],
    metafile: true,
    logLevel: 'warning',
  } satisfies BuildOptions;
  const esm = await build({
    ...shared,
    format: 'esm',
    outfile: join(directory, 'esm/index.js'),
    // Some packages of the bundle are CommonJS, and load modules of Node.js.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
  });
  const cjs = await build({
    ...shared,
    format: 'cjs',
    outfile: join(directory, 'cjs/index.js'),
    // The module tests for CommonJS before it reads `import.meta`.
    logOverride: { 'empty-import-meta': 'silent' },
  });
  return [esm.metafile, cjs.metafile];
}
