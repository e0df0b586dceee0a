import { chmodSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin, transform } from 'esbuild';
import { cloneCommands } from './clone-commands.ts';
import type { CliCommand } from './command.ts';
import { readProgramBuild } from './program-build.ts';

/** Path of the one file, from the top of the repository. */
export const cliBundlePath = 'dist/autosys-bridge.mjs';

const shared = {
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  // V8 keeps the text of a file with other characters in two bytes each.
  charset: 'ascii',
  write: false,
} satisfies BuildOptions;

/** What the one file contains. */
export interface CliBundle {
  readonly bytes: number;
  /** The modules of the program. */
  readonly metafile: Metafile;
}

/**
 * Bundles the program into one file for Node.js 22.21 and later.
 *
 * The file is a small head, which an older Node.js can parse, and the text of many CommonJS modules.
 * A command loads only the modules that it needs.
 *
 * @param outfile path of the file, whose folder is created
 */
export async function buildCli(outfile: string): Promise<CliBundle> {
  mkdirSync(dirname(outfile), { recursive: true });
  const { modules, metafile } = await buildModules();
  const { metafile: head } = await build({
    ...shared,
    entryPoints: [join(import.meta.dirname, 'one-file/head.ts')],
    outfile,
    target: 'node14',
    write: true,
    metafile: true,
    define: { bundledModules: JSON.stringify(modules) },
  });
  chmodSync(outfile, 0o755);
  const [output] = Object.values(head.outputs);
  return { bytes: output?.bytes ?? 0, metafile };
}

/** The CommonJS modules of the program by the names with which they load each other. */
async function buildModules() {
  const { version, digest } = await readProgramBuild();
  const { outputFiles, metafile } = await build({
    ...shared,
    entryPoints: [join(import.meta.dirname, 'one-file/main.ts')],
    outdir: 'modules',
    splitting: true,
    target: 'node22',
    // As in the bundles of the functions: the SDK is smaller as ES modules.
    mainFields: ['module', 'main'],
    metafile: true,
    plugins: [replaceCloneCommands],
    define: {
      bundledVersion: JSON.stringify(version),
      bundledDigest: JSON.stringify(digest),
    },
  });
  const modules = await Promise.all(
    outputFiles.map(async ({ path, text }) => [`./${basename(path)}`, await toCommonJs(text)]),
  );
  return { modules: Object.fromEntries(modules), metafile };
}

async function toCommonJs(text: string): Promise<string> {
  const { code } = await transform(text, {
    ...{ format: 'cjs', platform: 'node', target: 'node22', charset: 'ascii', minify: true },
    // `import()` of a module of the bundle calls the `require` of the head too.
    supported: { 'dynamic-import': false },
    logOverride: { 'empty-import-meta': 'error' },
  });
  return code;
}

/** Leaves of the commands that need the CDK app what their help prints. */
const replaceCloneCommands: Plugin = {
  name: 'replace-clone-commands',
  setup: ({ onLoad }) => {
    const filter = new RegExp(
      `[\\\\/]cli[\\\\/]commands[\\\\/](?:${cloneCommands.join('|')})\\.ts$`,
    );
    onLoad({ filter }, async ({ path }) => {
      const exported: Readonly<Record<string, CliCommand>> = await import(pathToFileURL(path).href);
      const lines = Object.entries(exported).map(([name, { execution: _, ...text }]) => {
        return `export const ${name} = createCloneCommand(${JSON.stringify(text)});`;
      });
      const head = `import { createCloneCommand } from '../clone-commands.ts';`;
      return { contents: [head, ...lines].join('\n'), loader: 'ts', resolveDir: dirname(path) };
    });
  },
};

if (import.meta.main) {
  const { bytes } = await buildCli(join(import.meta.dirname, '..', cliBundlePath));
  console.log(`${cliBundlePath}: ${bytes} bytes`);
}
