import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCli } from '../cli/build-cli.ts';
import sourceManifest from '../package.json' with { type: 'json' };
import { bundleConstructs } from './bundle-constructs.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { writeDeclarations } from './declarations.ts';
import { findBundledPackages, formatLicences } from './licences.ts';
import { commandPath, toPackageManifest } from './manifest.ts';
import { createSbom } from './sbom.ts';

const root = join(import.meta.dirname, '..');

/** Path of the package, from the top of the repository. */
export const packagePath = 'dist/package';

/** Files and folders of the repository that are in the package as they are. */
export const copiedFiles: readonly string[] = [
  ...['LICENSE', 'NOTICE', 'SECURITY.md', 'CHANGELOG.md', 'bridge.schema.json'],
  ...['docs', 'examples'],
];

/**
 * Builds the package for other projects: constructs, bundles of the functions, the command, the
 * schema of the route file, docs, licences and the bill of materials. Two builds are equal.
 *
 * @param directory is replaced
 */
export async function buildPackage(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const command = await buildCli(join(directory, commandPath));
  const metafiles = [
    ...(await bundleConstructs(directory)),
    ...(await bundleFunctions(directory)),
    command.metafile,
  ];
  writeDeclarations(directory);
  const packages = findBundledPackages(metafiles, root);
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  write('THIRD-PARTY-LICENSES.txt', formatLicences(packages));
  write('sbom.cdx.json', createSbom(root, packages));
  const manifest = toPackageManifest(sourceManifest);
  write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of copiedFiles) {
    cpSync(join(root, name), join(directory, name), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  }
  cpSync(join(import.meta.dirname, 'README.md'), join(directory, 'README.md'));
}

if (import.meta.main) {
  await buildPackage(join(root, packagePath));
  console.log(packagePath);
}
