import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { directFileName } from './direct-file.ts';
import { formatBuild, readProgramBuild } from './program-build.ts';

/** Path of the bundle, from the top of the repository. */
export const directBundlePath = `dist/${directFileName}`;

/**
 * Bundles the commands of the agent with direct mode, the AWS SDK and the reader of route files into
 * one file for Node.js 22.21 and later.
 *
 * Every credential provider is inside: the file runs where nothing else is installed.
 *
 * @param outfile path of the file, whose folder is created
 * @returns what the bundle contains
 */
export async function buildDirect(outfile: string): Promise<Metafile> {
  mkdirSync(dirname(outfile), { recursive: true });
  const { metafile } = await build({
    ...shared,
    entryPoints: [join(import.meta.dirname, 'direct/main.ts')],
    outfile,
    format: 'esm',
    // Some packages of the bundle are CommonJS, and load modules of Node.js.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    metafile: true,
    // Less memory: no import of every export of `node:http`, and no Live Tail of CloudWatch Logs.
    alias: {
      'node:http': join(import.meta.dirname, 'direct/bundle-http.ts'),
      '@smithy/core/event-streams': join(
        import.meta.dirname,
        '../infra/bundle-stubs/event-streams.ts',
      ),
    },
    define: {
      bundledVersion: JSON.stringify(formatBuild(await readProgramBuild())),
      routeFileCompiler: JSON.stringify(await buildCompiler()),
    },
  });
  chmodSync(outfile, 0o755);
  return metafile;
}

const shared = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  // V8 keeps the text of a file with other characters in two bytes each.
  charset: 'ascii',
  // As in the bundles of the functions: the SDK is smaller as ES modules.
  mainFields: ['module', 'main'],
} satisfies BuildOptions;

/**
 * Bundles the program that compiles a route file. The bundle contains it compressed, and the process
 * that runs it decompresses it.
 */
async function buildCompiler(): Promise<string> {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [join(import.meta.dirname, 'direct/compile-route-file.ts')],
    format: 'cjs',
    write: false,
  });
  const compressed = brotliCompressSync(outputFiles[0]?.contents ?? '').toString('base64');
  const text = `require('node:zlib').brotliDecompressSync(Buffer.from('${compressed}', 'base64'))`;
  return `eval(${text}.toString());`;
}

if (import.meta.main) {
  const path = join(import.meta.dirname, '..', directBundlePath);
  const { outputs } = await buildDirect(path);
  const [output] = Object.values(outputs);
  console.log(`${directBundlePath}: ${output?.bytes ?? 0} bytes`);
}
